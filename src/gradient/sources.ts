// The vectors that tangents start from, for each choice of what attribution is traced back to.

import { applyWeight, type Embedded } from '../model/embed';
import type { ModelConfig, ModelParameters, NormParameters } from '../model/parameters';
import type { NormPrimal } from '../model/norm';
import type { Primal } from '../model/primal';

/** Vectors of one token, [direction, width]. */
export type VectorsOf = (token: number, directions: Float32Array) => Float32Array;

/** Number of independent directions of one token at the source: so many tangents are exact. */
export function directionsAt(
  { width, embeddingWidth }: Pick<ModelConfig, 'width' | 'embeddingWidth'>,
  source: string
): number {
  return source === 'embedding' ? embeddingWidth : width;
}

/** Directions at the source, [direction, directionsAt], as directions at the input of the layer where tangents start. */
export function startingVectors(
  source: string,
  { embeddingNorm, projection }: ModelParameters,
  embedded: Embedded
): VectorsOf {
  if (source !== 'embedding') {
    return (_token, directions) => directions;
  }
  return (token, directions) => {
    const normed = throughNorm(directions, token, embedded.norm, embeddingNorm);
    return projection === null ? normed : applyWeight(normed, projection.weight, embeddingNorm.gain.length);
  };
}

/**
 * The token's own vector at the source, for norm `input`, [directionsAt].
 *
 * @param start the layer whose input the source is, unless that is the embedding
 */
export function ownVector(
  source: string,
  start: number,
  embedded: Embedded,
  primal: Primal,
  token: number
): Float32Array {
  const state = source === 'embedding' ? embedded.sum : (primal.layers[start]?.input ?? embedded.input);
  const width = state.length / primal.tokens;
  return state.subarray(token * width, (token + 1) * width);
}

/** LN: dy = γ r (t − mean(t) − x̂ mean(x̂ t)) of every row t at one token. */
function throughNorm(
  rows: Float32Array,
  token: number,
  { unit, rate }: NormPrimal,
  { gain }: NormParameters
): Float32Array {
  const width = gain.length;
  const own = unit.subarray(token * width, (token + 1) * width);
  const result = new Float32Array(rows.length);
  for (let start = 0; start < rows.length; start += width) {
    let mean = 0;
    let along = 0;
    for (let c = 0; c < width; c++) {
      const value = rows[start + c] as number;
      mean += value / width;
      along += (value * (own[c] as number)) / width;
    }
    for (let c = 0; c < width; c++) {
      const rest = (rows[start + c] as number) - mean - (own[c] as number) * along;
      result[start + c] = (gain[c] as number) * (rate[token] as number) * rest;
    }
  }
  return result;
}
