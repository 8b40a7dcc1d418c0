// Attention of all heads of one layer, and where each row's weight lies.

import type { Engine } from '../tensor/engine';
import { evaluate } from '../tensor/evaluate';
import type { ModelConfig } from './parameters';
import type { LayerPrimal } from './primal';

type Attended = Pick<LayerPrimal, 'attention' | 'top' | 'offset'> & {
  /** Concatenated head outputs z, [token, width]. */
  readonly output: Float32Array;
};

/** Scores that are worked on between two pauses: a few milliseconds. */
const CELLS_PER_TURN = 1 << 18;

/** [token, width] → [head, token, headWidth] */
export function splitHeads(values: Float32Array, heads: number, width: number): Float32Array {
  const tokens = values.length / width;
  const headWidth = width / heads;
  const split = new Float32Array(values.length);
  for (let head = 0; head < heads; head++) {
    for (let token = 0; token < tokens; token++) {
      const from = token * width + head * headWidth;
      split.set(values.subarray(from, from + headWidth), (head * tokens + token) * headWidth);
    }
  }
  return split;
}

/** [token, width] → [head, headWidth, token], times `factor` */
export function splitHeadsTransposed(values: Float32Array, width: number, factor: number): Float32Array {
  const tokens = values.length / width;
  const split = new Float32Array(values.length);
  for (let column = 0; column < width; column++) {
    for (let token = 0; token < tokens; token++) {
      split[column * tokens + token] = (values[token * width + column] as number) * factor;
    }
  }
  return split;
}

/**
 * A = softmax(q k' / √headWidth) and z = A v; query, key, value [token, width].
 *
 * @param pause awaited between blocks of rows; may throw to end the work
 */
export async function attend(
  engine: Engine,
  { heads, width }: Pick<ModelConfig, 'heads' | 'width'>,
  { query, key, value }: Pick<LayerPrimal, 'query' | 'key' | 'value'>,
  pause: () => Promise<void>
): Promise<Attended> {
  const tokens = query.length / width;
  const headWidth = width / heads;
  const scores = evaluate(engine, () =>
    engine.batchMatMul(
      engine.upload(splitHeads(query, heads, width), [heads, tokens, headWidth]),
      engine.upload(splitHeadsTransposed(key, width, 1 / Math.sqrt(headWidth)), [heads, headWidth, tokens])
    )
  );
  const others = new Float32Array(scores.length);
  const top = new Int32Array(heads * tokens);
  const rows = Math.ceil(CELLS_PER_TURN / tokens);
  for (let from = 0; from < heads * tokens; from += rows) {
    const to = Math.min(from + rows, heads * tokens);
    for (let row = from; row < to; row++) {
      top[row] = softmax(scores, row * tokens, (row + 1) * tokens, others);
    }
    await pause();
  }
  // Only what lies beside the largest weight is summed on the engine, so that nothing cancels where that is near 1.
  const rest = evaluate(engine, () =>
    engine.batchMatMul(
      engine.upload(others, [heads, tokens, tokens]),
      engine.upload(splitHeads(value, heads, width), [heads, tokens, headWidth])
    )
  );
  await pause();
  const { offset, output } = meet(value, { others, rest, top }, heads, width);
  return { attention: scores, top, offset, output };
}

/** From Σ_k A_jk v_k without the largest weight's own part to offset_j and z_j = v_top + offset_j. */
function meet(
  value: Float32Array,
  { others, rest, top }: { others: Float32Array; rest: Float32Array; top: Int32Array },
  heads: number,
  width: number
): Pick<Attended, 'offset' | 'output'> {
  const tokens = value.length / width;
  const headWidth = width / heads;
  const offset = rest;
  const output = new Float32Array(value.length);
  for (let head = 0; head < heads; head++) {
    for (let token = 0; token < tokens; token++) {
      const row = head * tokens + token;
      const source = (top[row] as number) * width + head * headWidth;
      const into = token * width + head * headWidth;
      let share = 0;
      for (let i = row * tokens; i < (row + 1) * tokens; i++) {
        share += others[i] as number;
      }
      for (let c = 0; c < headWidth; c++) {
        const peak = value[source + c] as number;
        const shift = (rest[row * headWidth + c] as number) - share * peak;
        offset[row * headWidth + c] = shift;
        output[into + c] = peak + shift;
      }
    }
  }
  return { offset, output };
}

/**
 * Replaces the scores from, …, to − 1 by their softmax, which goes into `others` too but for the largest.
 *
 * @returns which is the largest, counted from `from`
 */
function softmax(scores: Float32Array, from: number, to: number, others: Float32Array): number {
  let largest = from;
  for (let i = from + 1; i < to; i++) {
    if ((scores[i] as number) > (scores[largest] as number)) {
      largest = i;
    }
  }
  const peak = scores[largest] as number;
  let total = 0;
  for (let i = from; i < to; i++) {
    const weight = Math.exp((scores[i] as number) - peak);
    scores[i] = weight;
    total += weight;
  }
  for (let i = from; i < to; i++) {
    const weight = (scores[i] as number) / total;
    scores[i] = weight;
    others[i] = weight;
  }
  others[largest] = 0;
  return largest - from;
}
