// Score vectors of all heads folded with a projection: what meets the states themselves in place of queries or keys.

import { splitHeads } from '../model/attend';
import type { Engine, Tensor } from '../tensor/engine';

/**
 * s W_h' x_hi for every head and token, s = 1/√headWidth, [head · token, width].
 *
 * @param vectors x, [token, width]
 * @param matrix W', [in, out]
 */
export function foldRows(engine: Engine, vectors: Float32Array, heads: number, matrix: Tensor): Tensor {
  const [width] = matrix.shape as [number];
  const tokens = vectors.length / width;
  const headWidth = width / heads;
  const scale = 1 / Math.sqrt(headWidth);
  const split = splitHeads(vectors, heads, width);
  // One plain product folds all heads at once: each head's vectors stand in the columns of that head alone.
  const rows = new Float32Array(heads * tokens * width);
  for (let row = 0; row < heads * tokens; row++) {
    const head = Math.floor(row / tokens);
    for (let c = 0; c < headWidth; c++) {
      rows[row * width + head * headWidth + c] = scale * (split[row * headWidth + c] as number);
    }
  }
  return engine.scope(() => [
    engine.matMulTransposed(engine.upload(rows, [heads * tokens, width]), matrix)
  ])[0] as Tensor;
}
