// The first layer that a tangent meets: it stands at one token only, so almost everything is zero and little is left to do.

import type { ModelConfig } from '../model/parameters';
import type { LayerPrimal } from '../model/primal';
import { mixVector } from './mix';

/** Tangents of query, key and value at each column's own token, [column, width]. */
export interface ProjectedTangents {
  readonly query: Float32Array;
  readonly key: Float32Array;
  readonly value: Float32Array;
}

export interface StartTangents {
  /** Σ_i A_ji dv_i: attention held fixed, [head, token, column, headWidth]. */
  readonly values: Float32Array;
  /** dz, [head, token, column, headWidth]. */
  readonly all: Float32Array;
}

/**
 * dz_j = A_ji dv_i + B_j[i] (q_j · dk_i)/√headWidth, and at j = i also Σ_k B_i[k] (dq_i · k_k)/√headWidth.
 *
 * @param sources the token i at which each column's tangent stands
 */
export function startTangents(
  { heads, width }: ModelConfig,
  primal: LayerPrimal,
  sources: Int32Array,
  tangents: ProjectedTangents
): StartTangents {
  const tokens = primal.input.length / width;
  const columns = sources.length;
  const headWidth = width / heads;
  const values = new Float32Array(tokens * columns * width);
  const all = new Float32Array(tokens * columns * width);
  const mix = new Float32Array(headWidth);
  for (let head = 0; head < heads; head++) {
    for (let query = 0; query < tokens; query++) {
      const row = head * tokens + query;
      let prepared = -1;
      for (let column = 0; column < columns; column++) {
        const source = sources[column] as number;
        if (source !== prepared) {
          mixVector(primal, head, headWidth, row, source, mix);
          prepared = source;
        }
        const own = column * width + head * headWidth;
        const at = (row * columns + column) * headWidth;
        const weight = primal.attention[row * tokens + source] as number;
        const score = headDot(primal.query, query * width + head * headWidth, tangents.key, own, headWidth);
        for (let c = 0; c < headWidth; c++) {
          const direct = weight * (tangents.value[own + c] as number);
          values[at + c] = direct;
          all[at + c] = direct + score * (mix[c] as number);
        }
      }
    }
  }
  addOwnQueries(heads, width, primal, sources, tangents.query, all);
  return { values, all };
}

/** The query at the tangent's own token turns too and weighs all sources anew. */
function addOwnQueries(
  heads: number,
  width: number,
  primal: LayerPrimal,
  sources: Int32Array,
  queryTangents: Float32Array,
  into: Float32Array
): void {
  const tokens = primal.input.length / width;
  const headWidth = width / heads;
  const mix = new Float32Array(headWidth);
  for (let head = 0; head < heads; head++) {
    for (let column = 0; column < sources.length; column++) {
      const row = head * tokens + (sources[column] as number);
      const own = column * width + head * headWidth;
      const at = (row * sources.length + column) * headWidth;
      for (let source = 0; source < tokens; source++) {
        const score = headDot(primal.key, source * width + head * headWidth, queryTangents, own, headWidth);
        mixVector(primal, head, headWidth, row, source, mix);
        for (let c = 0; c < headWidth; c++) {
          into[at + c] = (into[at + c] as number) + score * (mix[c] as number);
        }
      }
    }
  }
}

/** x · y / √headWidth of one head's columns, from the given places on. */
function headDot(x: Float32Array, i: number, y: Float32Array, k: number, headWidth: number): number {
  let sum = 0;
  for (let c = 0; c < headWidth; c++) {
    sum += (x[i + c] as number) * (y[k + c] as number);
  }
  return sum / Math.sqrt(headWidth);
}

/** The tangents themselves, spread over all tokens: zero but at their own, [token, column, width]. */
export function spreadTangents(vectors: Float32Array, sources: Int32Array, tokens: number): Float32Array {
  const columns = sources.length;
  const width = vectors.length / columns;
  const spread = new Float32Array(tokens * vectors.length);
  for (let column = 0; column < columns; column++) {
    const source = sources[column] as number;
    spread.set(vectors.subarray(column * width, (column + 1) * width), (source * columns + column) * width);
  }
  return spread;
}
