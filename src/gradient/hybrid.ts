// Hybrid directions: some per token that matter most, found by reverse passes and done exactly; random ones in what they leave.

import { StoryError } from '../core/errors';
import { JACKKNIFE_GROUPS } from '../core/limits';
import type { MethodOptions } from '../core/method';
import { uniformFrom, type Uniform } from '../core/random';
import type { AtlasRequest } from './compute';
import type { Squares, Turn } from './executor';
import { Reflections } from './householder';
import { Basis } from './probes';
import { Reverse, type Subject } from './reverse';
import { directionsAt } from './sources';
import type { Sink, Vectors } from './sweep';

/** The random part of an estimate: how many directions there are, which, and what is known without them. */
export interface DirectionPlan {
  readonly width: number;
  /** At the source. */
  readonly directions: Vectors;
  /** ‖JQ‖² along the seeded directions, [row, source] of heads and of states; null when there are none. */
  readonly base: Squares | null;
  readonly seeded: number;
}

/** Runs directions at all tokens; `report` gets the directions that are done. */
export type RunDirections = (
  count: number,
  vectors: Vectors,
  sink: Sink,
  report: (done: number) => void
) => Promise<void>;

/** Numbers that tell these streams of chance from the one of the random directions. */
const COTANGENTS = -2;
const COMPLEMENT = -3;

/** @throws StoryError unknown_option when so many seeded directions cannot be had */
export function checkHybrid(hybrid: number, { norm, source }: MethodOptions, width: number): void {
  const most = width - JACKKNIFE_GROUPS;
  const fits = norm === 'frobenius' && source !== 'local';
  if (hybrid === 0 || (fits && hybrid <= most)) {
    return;
  }
  throw new StoryError(
    'unknown_option',
    fits
      ? `hybrid is ${hybrid}; it should be from 1 to ${most}`
      : `hybrid is ${hybrid} with norm ${norm} and source ${source}; only norm frobenius has seeded directions, and only with another source than local`,
    'leave hybrid out for random directions alone',
    { option: 'hybrid', value: hybrid }
  );
}

/** Random directions alone: the columns of one basis, the same at every token. */
export function randomPlan(width: number, { seed, ids, segments }: Random): DirectionPlan {
  const basis = new Basis(width, seed, ids, segments);
  return { width, seeded: 0, base: null, directions: (_, first, last) => basis.directions(first, last) };
}

type Random = Pick<AtlasRequest, 'seed' | 'ids' | 'segments'>;

/**
 * Looks at the first random directions, sends random cotangents of all heads down, each row's divided by its norm as seen so
 * far, and keeps what comes out at each token as its seeded directions. Random ones are taken from what is orthogonal to them.
 *
 * @param report gets the directions that are done, of the first random and the seeded ones
 */
export async function seededPlan(
  subject: Subject,
  request: Random & Pick<AtlasRequest, 'hybrid' | 'method' | 'memoryBudget'>,
  start: number,
  run: RunDirections,
  turn: Turn,
  report: (done: number) => void
): Promise<DirectionPlan> {
  const { seed, ids, segments, hybrid } = request;
  const { layers, heads } = subject.config;
  const tokens = ids.length;
  const width = directionsAt(subject.config, request.method.source);
  const pilot = randomPlan(width, request);
  const squares = new Float64Array(layers * heads * tokens);
  const look: Sink = (seen, sources) =>
    seen.heads.forEach((square, i) => {
      const row = Math.floor(i / sources.length);
      squares[row] = (squares[row] as number) + square;
    });
  await run(JACKKNIFE_GROUPS, pilot.directions, look, report);
  const uniform = uniformFrom([seed | 0, Math.floor(seed / 2 ** 32) | 0, ...ids, COTANGENTS, ...segments]);
  const seeds = await seedsOf(subject, request, start, squares, uniform, turn);
  const reflections: Reflections[] = [];
  for (const vectors of seeds) {
    reflections.push(new Reflections(vectors, width));
    await turn.pause();
  }
  const base: Squares = {
    heads: new Float32Array(layers * heads * tokens ** 2),
    hidden: new Float32Array(layers * tokens ** 2)
  };
  const at = (token: number): Reflections => reflections[token] as Reflections;
  await run(
    hybrid,
    (token, first, last) => at(token).columns(first, last),
    (seen, sources) => {
      addUp(seen.heads, sources, base.heads, tokens);
      if (seen.hidden !== null && base.hidden !== null) {
        addUp(seen.hidden, sources, base.hidden, tokens);
      }
    },
    done => report(JACKKNIFE_GROUPS + done)
  );
  const rest = new Basis(width - hybrid, seed, ids, Int32Array.of(...segments, COMPLEMENT));
  return {
    width: width - hybrid,
    seeded: hybrid,
    base,
    directions: (token, first, last) => at(token).complement(rest.directions(first, last))
  };
}

/** Gradients of random cotangents of all heads, by token: [direction, width at the source]. */
async function seedsOf(
  subject: Subject,
  { hybrid, method, memoryBudget }: Pick<AtlasRequest, 'hybrid' | 'method' | 'memoryBudget'>,
  start: number,
  squares: Float64Array,
  uniform: Uniform,
  turn: Turn
): Promise<Float32Array[]> {
  const { config, primal } = subject;
  const width = directionsAt(config, method.source);
  const seeds = Array.from({ length: primal.tokens }, () => new Float32Array(hybrid * width));
  const descent = { start, top: config.layers - 1, fixed: method.paths === 'values' };
  const reverse = await Reverse.open(subject, descent, memoryBudget, turn);
  try {
    for (let first = 0; first < hybrid; first += reverse.columns) {
      const columns = Math.min(reverse.columns, hybrid - first);
      const cotangents = primal.layers.map((_, layer) =>
        layer < start ? null : randomCotangents(subject, layer, columns, squares, uniform)
      );
      await turn.pause();
      const gradients = await reverse.block({ columns, heads: cotangents }, turn);
      seeds.forEach((own, token) => {
        const from = token * columns * width;
        own.set(gradients.subarray(from, from + columns * width), first * width);
      });
    }
  } finally {
    await reverse.dispose();
  }
  return seeds;
}

/** Random signs over the norm of each row, [head, token, column, headWidth]. */
function randomCotangents(
  { config, primal }: Subject,
  layer: number,
  columns: number,
  squares: Float64Array,
  uniform: Uniform
): Float32Array {
  const { heads, width } = config;
  const size = (columns * width) / heads;
  const rows = heads * primal.tokens;
  const cotangents = new Float32Array(rows * size);
  for (let row = 0; row < rows; row++) {
    const square = squares[layer * rows + row] as number;
    const weight = square > 0 ? 1 / Math.sqrt(square) : 0;
    for (let c = row * size; c < (row + 1) * size; c++) {
      cotangents[c] = uniform() < 0.5 ? -weight : weight;
    }
  }
  return cotangents;
}

/** Adds squares [row, column] to sums [row, source]. */
function addUp(squares: Float32Array, sources: Int32Array, sums: Float32Array, tokens: number): void {
  squares.forEach((square, i) => {
    const cell = Math.floor(i / sources.length) * tokens + (sources[i % sources.length] as number);
    sums[cell] = (sums[cell] as number) + square;
  });
}
