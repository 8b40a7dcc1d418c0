// Canonical decomposition (NFD) that knows where every character came from, in time that grows with the text alone.
// String.prototype.normalize puts a run of marks in order by insertion: seconds for a text that is nothing but marks.

import type { Character } from './characters';

interface Part {
  readonly char: string;
  /** The first part of a character takes its place in the text; the others are added behind it. */
  readonly first: boolean;
}

const MARK = /^\p{M}$/u;
/** Nothing below is composed or a mark. */
const FIRST_COMPOSED = '\u00C0';
/** Marks of the lowest and of the highest combining class but 0. */
const LOWEST = '\u0334';
const HIGHEST = '\u0345';

/**
 * Where marks change their order, a place in the text goes with the first parts in their new order, and an added part
 * shares the place of the part before it, as in the reference.
 */
export function decompose(text: readonly Character[]): readonly Character[] {
  if (text.every(({ char }) => char < FIRST_COMPOSED)) {
    return text;
  }
  const parts = text.flatMap(({ char }) => partsOf(char));
  let place = -1;
  return inCanonicalOrder(parts).map(({ char, first }) => {
    place += first ? 1 : 0;
    const character = text[Math.max(place, 0)];
    return { char, start: character?.start ?? 0, end: character?.end ?? 0 };
  });
}

function partsOf(char: string): Part[] {
  return char < FIRST_COMPOSED
    ? [{ char, first: true }]
    : Array.from(char.normalize('NFD'), (part, k) => ({ char: part, first: k === 0 }));
}

/** Every run of marks that move, sorted by combining class; equal classes keep their order. */
function inCanonicalOrder(parts: readonly Part[]): readonly Part[] {
  const ordered: Part[] = [];
  let run: Part[] = [];
  const closeRun = (): void => {
    for (const part of run.length > 1 ? byClass(run) : run) {
      ordered.push(part);
    }
    run = [];
  };
  for (const part of parts) {
    if (moves(part.char)) {
      run.push(part);
    } else {
      closeRun();
      ordered.push(part);
    }
  }
  closeRun();
  return ordered;
}

function byClass(run: readonly Part[]): readonly Part[] {
  run.forEach(({ char }) => exemplarOf(char));
  const ranked = run.map(part => ({ part, rank: classes.indexOf(exemplarOf(part.char)) }));
  return ranked.sort((a, b) => a.rank - b.rank).map(({ part }) => part);
}

/** One mark of each combining class met so far, in their order; there are some sixty classes. */
const classes: string[] = [];
/** The one in `classes` of every mark met so far; there are some thousand marks. */
const exemplars = new Map<string, string>();

function exemplarOf(mark: string): string {
  const known = exemplars.get(mark);
  if (known !== undefined) {
    return known;
  }
  const place = classes.findIndex(exemplar => compareClasses(mark, exemplar) <= 0);
  const found = classes[place];
  const exemplar = found !== undefined && compareClasses(mark, found) === 0 ? found : mark;
  if (exemplar === mark) {
    classes.splice(place < 0 ? classes.length : place, 0, mark);
  }
  exemplars.set(mark, exemplar);
  return exemplar;
}

/** Two marks change places exactly if the class of the first is the higher one. */
function compareClasses(a: string, b: string): number {
  return Number(swap(a, b)) - Number(swap(b, a));
}

function swap(first: string, second: string): boolean {
  return first !== second && (first + second).normalize('NFD') === second + first;
}

/** Marks by whether their combining class is another than 0; there are some thousands. */
const moving = new Map<string, boolean>();

function moves(char: string): boolean {
  if (!MARK.test(char)) {
    return false;
  }
  let known = moving.get(char);
  if (known === undefined) {
    known = char === LOWEST || char === HIGHEST || swap(char, LOWEST) || swap(HIGHEST, char);
    moving.set(char, known);
  }
  return known;
}
