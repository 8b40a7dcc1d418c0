// Attention of all heads of one layer, and where each row's weight lies.

import type { Engine } from '../tensor/engine';
import { evaluate } from '../tensor/evaluate';
import type { ModelConfig } from './parameters';
import type { LayerPrimal } from './primal';

type Attended = Pick<LayerPrimal, 'attention' | 'top' | 'offset'> & {
  /** Concatenated head outputs z, [token, width]. */
  readonly output: Float32Array;
};

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

/** A = softmax(q k' / √headWidth) and z = A v; query, key, value [token, width]. */
export function attend(
  engine: Engine,
  { heads, width }: Pick<ModelConfig, 'heads' | 'width'>,
  { query, key, value }: Pick<LayerPrimal, 'query' | 'key' | 'value'>
): Attended {
  const tokens = query.length / width;
  const headWidth = width / heads;
  const scores = evaluate(engine, () =>
    engine.batchMatMul(
      engine.upload(splitHeads(query, heads, width), [heads, tokens, headWidth]),
      engine.upload(splitHeadsTransposed(key, width, 1 / Math.sqrt(headWidth)), [heads, headWidth, tokens])
    )
  );
  const attention = new Float32Array(scores.length);
  const others = new Float32Array(scores.length);
  const top = new Int32Array(heads * tokens);
  for (let row = 0; row < heads * tokens; row++) {
    const cells = row * tokens;
    const largest = softmax(
      scores.subarray(cells, cells + tokens),
      attention.subarray(cells, cells + tokens)
    );
    top[row] = largest;
    others.set(attention.subarray(cells, cells + tokens), cells);
    others[cells + largest] = 0;
  }
  // Only what lies beside the largest weight is summed on the engine, so that nothing cancels where that is near 1.
  const rest = evaluate(engine, () =>
    engine.batchMatMul(
      engine.upload(others, [heads, tokens, tokens]),
      engine.upload(splitHeads(value, heads, width), [heads, tokens, headWidth])
    )
  );
  const offset = new Float32Array(rest.length);
  const output = new Float32Array(value.length);
  for (let row = 0; row < heads * tokens; row++) {
    const head = Math.floor(row / tokens);
    const token = row % tokens;
    const source = (top[row] as number) * width + head * headWidth;
    let share = 0;
    for (let i = row * tokens; i < (row + 1) * tokens; i++) {
      share += others[i] as number;
    }
    for (let c = 0; c < headWidth; c++) {
      const peak = value[source + c] as number;
      const shift = (rest[row * headWidth + c] as number) - share * peak;
      offset[row * headWidth + c] = shift;
      output[token * width + head * headWidth + c] = peak + shift;
    }
  }
  return { attention, top, offset, output };
}

/** Fills `into` with softmax(scores) and returns the index of the largest. */
function softmax(scores: Float32Array, into: Float32Array): number {
  let largest = 0;
  for (let i = 1; i < scores.length; i++) {
    if ((scores[i] as number) > (scores[largest] as number)) {
      largest = i;
    }
  }
  let total = 0;
  for (const score of scores) {
    total += Math.exp(score - (scores[largest] as number));
  }
  for (let i = 0; i < scores.length; i++) {
    into[i] = Math.exp((scores[i] as number) - (scores[largest] as number)) / total;
  }
  return largest;
}
