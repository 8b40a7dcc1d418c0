// From cotangents of the encoder's input to cotangents of the embedding, where attribution is traced back to that.

import type { Embedded } from '../model/embed';
import type { ModelParameters } from '../model/parameters';

/**
 * @param gradients cotangents at the input of the layer where the source is, [token, column, width]
 * @returns the same, or for source `embedding` cotangents of the sum of embeddings, [token, column, embeddingWidth]
 */
export function pulledToSource(
  source: string,
  { embeddingNorm, projection }: ModelParameters,
  { norm }: Embedded,
  gradients: Float32Array,
  columns: number
): Float32Array {
  if (source !== 'embedding') {
    return gradients;
  }
  const { gain } = embeddingNorm;
  const width = gain.length;
  const normed = projection === null ? gradients : throughTransposed(gradients, projection.weight, width);
  const result = new Float32Array(normed.length);
  // LN: dy = γ r P t with P = I − 1 1'/d − x̂ x̂'/d, transposed P (γ r g).
  for (let row = 0; row < normed.length / width; row++) {
    const token = Math.floor(row / columns);
    const own = norm.unit.subarray(token * width, (token + 1) * width);
    const rate = norm.rate[token] as number;
    let mean = 0;
    let along = 0;
    for (let c = 0; c < width; c++) {
      const scaled = (gain[c] as number) * rate * (normed[row * width + c] as number);
      mean += scaled / width;
      along += (scaled * (own[c] as number)) / width;
      result[row * width + c] = scaled;
    }
    for (let c = 0; c < width; c++) {
      result[row * width + c] = (result[row * width + c] as number) - mean - (own[c] as number) * along;
    }
  }
  return result;
}

/** values · W, [row, out] → [row, in], W as [out, in]. */
function throughTransposed(values: Float32Array, weight: Float32Array, into: number): Float32Array {
  const outputs = weight.length / into;
  const rows = values.length / outputs;
  const result = new Float32Array(rows * into);
  const sum = new Float64Array(into);
  for (let row = 0; row < rows; row++) {
    sum.fill(0);
    for (let out = 0; out < outputs; out++) {
      const value = values[row * outputs + out] as number;
      for (let c = 0; c < into; c++) {
        sum[c] = (sum[c] as number) + value * (weight[out * into + c] as number);
      }
    }
    result.set(sum, row * into);
  }
  return result;
}
