// What BERT does to a text before it looks for words: clean, set Chinese characters apart, strip accents, lowercase.
// Stages and their order as BertNormalizer of the reference, Hugging Face tokenizers.

import type { Character } from './characters';
import { textOf } from './characters';

export interface NormalizerOptions {
  /** Drop control characters and make every white space a plain one. */
  readonly cleanText: boolean;
  /** Put spaces around every character of the CJK ideograph blocks. */
  readonly handleChineseChars: boolean;
  /** null: as `lowercase`. */
  readonly stripAccents: boolean | null;
  readonly lowercase: boolean;
}

const WHITE_SPACE = /^\p{White_Space}$/u;
// Unassigned code points (Cn) stay, as in the reference.
const CONTROL = /^[\p{Cc}\p{Cf}\p{Cs}\p{Co}]$/u;
const NONSPACING_MARK = /^\p{Mn}$/u;
const CHINESE =
  /^[\u4E00-\u9FFF\u3400-\u4DBF\u{20000}-\u{2A6DF}\u{2A700}-\u{2B81F}\u{2B920}-\u{2CEAF}\uF900-\uFAFF\u{2F800}-\u{2FA1F}]$/u;

export function isWhiteSpace(char: string): boolean {
  return WHITE_SPACE.test(char);
}

export class BertNormalizer {
  constructor(private readonly options: NormalizerOptions) {}

  normalize(text: readonly Character[]): readonly Character[] {
    const { cleanText, handleChineseChars, lowercase } = this.options;
    const stripAccents = this.options.stripAccents ?? lowercase;
    let result = text;
    if (cleanText) {
      result = clean(result);
    }
    if (handleChineseChars) {
      result = setChineseApart(result);
    }
    if (stripAccents) {
      result = decompose(result).filter(({ char }) => !NONSPACING_MARK.test(char));
    }
    if (lowercase) {
      result = lower(result);
    }
    return result;
  }
}

function clean(text: readonly Character[]): Character[] {
  return text
    .filter(({ char }) => !isDropped(char))
    .map(character => (isWhiteSpace(character.char) ? { ...character, char: ' ' } : character));
}

function isDropped(char: string): boolean {
  if (char === '\t' || char === '\n' || char === '\r') {
    return false;
  }
  return char === '\uFFFD' || CONTROL.test(char);
}

function setChineseApart(text: readonly Character[]): Character[] {
  return text.flatMap(character => {
    if (!CHINESE.test(character.char)) {
      return character;
    }
    const space = { ...character, char: ' ' };
    return [space, character, space];
  });
}

/** Lowercase of one character may be several: İ becomes i and a combining dot. */
function lower(text: readonly Character[]): Character[] {
  return text.flatMap(character => {
    const lowercase = character.char.toLowerCase();
    return lowercase === character.char
      ? character
      : Array.from(lowercase, char => ({ char, start: character.start, end: character.end }));
  });
}

interface Part {
  readonly char: string;
  /** The first part of a character takes its place in the text; the others are added behind it. */
  readonly first: boolean;
}

/**
 * Canonical decomposition (NFD) that keeps the spans. Where marks change their order, a place in the text goes with
 * the first parts in their new order, and an added part shares the place of the part before it, as in the reference.
 */
function decompose(text: readonly Character[]): readonly Character[] {
  const given = textOf(text);
  if (given.normalize('NFD') === given) {
    return text;
  }
  const parts = text.flatMap(({ char }) =>
    Array.from(char.normalize('NFD'), (part, k): Part => ({ char: part, first: k === 0 }))
  );
  let place = -1;
  return inCanonicalOrder(parts).map(({ char, first }) => {
    place += first ? 1 : 0;
    const character = text[Math.max(place, 0)];
    return { char, start: character?.start ?? 0, end: character?.end ?? 0 };
  });
}

/** Reordering keeps equal characters in order, so the k-th of a kind before is the k-th of that kind after. */
function inCanonicalOrder(parts: readonly Part[]): readonly Part[] {
  const given = textOf(parts);
  const ordered = given.normalize('NFD');
  if (ordered === given) {
    return parts;
  }
  const waiting = new Map<string, Part[]>();
  for (const part of [...parts].reverse()) {
    const queue = waiting.get(part.char);
    if (queue === undefined) {
      waiting.set(part.char, [part]);
    } else {
      queue.push(part);
    }
  }
  return Array.from(ordered, char => waiting.get(char)?.pop() ?? { char, first: true });
}
