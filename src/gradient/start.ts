// The first layer that a tangent meets: it stands at one token only, so almost everything is zero and little is left to do.

import { splitHeads, splitHeadsTransposed } from '../model/attend';
import type { LayerPrimal } from '../model/primal';
import type { LayerWeights } from '../model/weights';
import type { Engine, Tensor } from '../tensor/engine';
import type { Block } from './executor';
import type { Extent } from './extent';
import { mixVector } from './mix';
import type { HeadTangents } from './tangent';

export interface StartTangents extends HeadTangents {
  /** The tangents themselves, zero but at their own token, [token, column, width]. */
  readonly states: Tensor;
}

/**
 * dz_j = A_ji dv_i + B_j[i] (q_j · dk_i)/√headWidth, and at j = i also Σ_k B_i[k] (dq_i · k_k)/√headWidth.
 *
 * @param block tangents, each at its source i
 */
export function startTangents(
  engine: Engine,
  { tokens, columns, heads, width }: Extent,
  weights: LayerWeights,
  primal: LayerPrimal,
  { sources, vectors }: Pick<Block, 'sources' | 'vectors'>
): StartTangents {
  const headWidth = width / heads;
  const scale = 1 / Math.sqrt(headWidth);
  const each = runLength(sources);
  const runs = Int32Array.from({ length: columns / each }, (_, run) => sources[run * each] as number);
  const shape = [heads, tokens, columns, headWidth];
  const rows = engine.upload(vectors, [columns, width]);
  const project = (matrix: Tensor, order: readonly number[]): Tensor =>
    engine.transpose(engine.reshape(engine.matMul(rows, matrix), [columns, heads, headWidth]), order);
  const own = engine.upload(ownTokens(sources, tokens), [1, tokens, columns, 1]);

  const values = engine.multiply(
    engine.upload(attentionTo(primal, sources, heads), [heads, tokens, columns, 1]),
    engine.reshape(project(weights.value, [1, 0, 2]), [heads, 1, columns, headWidth])
  );
  const queries = splitHeads(primal.query, heads, width).map(value => scale * value);
  const fromKey = engine.batchMatMul(
    engine.upload(queries, [heads, tokens, headWidth]),
    project(weights.key, [1, 2, 0])
  );
  const throughKey = engine.multiply(
    engine.reshape(fromKey, [heads * tokens, runs.length, each, 1]),
    engine.upload(mixesOf(primal, heads, width, runs, 'sources'), [heads * tokens, runs.length, 1, headWidth])
  );
  // The query at the tangent's own token turns too and weighs all sources anew.
  const fromQuery = engine.batchMatMul(
    project(weights.query, [1, 0, 2]),
    engine.upload(splitHeadsTransposed(primal.key, width, scale), [heads, headWidth, tokens])
  );
  const throughQuery = engine.batchMatMul(
    engine.reshape(fromQuery, [heads * runs.length, each, tokens]),
    engine.upload(mixesOf(primal, heads, width, runs, 'queries'), [heads * runs.length, tokens, headWidth])
  );
  const atOwn = engine.multiply(own, engine.reshape(throughQuery, [heads, 1, columns, headWidth]));
  return {
    values,
    all: engine.add(engine.add(values, engine.reshape(throughKey, shape)), atOwn),
    states: engine.multiply(
      engine.reshape(own, [tokens, columns, 1]),
      engine.reshape(rows, [1, columns, width])
    )
  };
}

/** The greatest length of equal runs of columns that stand at one source each. */
function runLength(sources: Int32Array): number {
  let common = 0;
  let began = 0;
  for (let column = 1; column <= sources.length; column++) {
    if (column === sources.length || sources[column] !== sources[began]) {
      common = greatestDivisor(common, column - began);
      began = column;
    }
  }
  return common;
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}

/** 1 where a column stands at the token, [token, column]. */
function ownTokens(sources: Int32Array, tokens: number): Float32Array {
  const own = new Float32Array(tokens * sources.length);
  sources.forEach((source, column) => (own[source * sources.length + column] = 1));
  return own;
}

/** A of every column's source, [head, query, column]. */
function attentionTo({ attention }: LayerPrimal, sources: Int32Array, heads: number): Float32Array {
  const tokens = Math.sqrt(attention.length / heads);
  const weights = new Float32Array(heads * tokens * sources.length);
  for (let row = 0; row < heads * tokens; row++) {
    for (let column = 0; column < sources.length; column++) {
      weights[row * sources.length + column] = attention[
        row * tokens + (sources[column] as number)
      ] as number;
    }
  }
  return weights;
}

/** B_hj[i] with i one of `some` and every j, [head, query, some, headWidth], or the other way about, [head, some, source, headWidth]. */
function mixesOf(
  primal: LayerPrimal,
  heads: number,
  width: number,
  some: Int32Array,
  kind: 'sources' | 'queries'
): Float32Array {
  const tokens = primal.value.length / width;
  const headWidth = width / heads;
  const mixes = new Float32Array(tokens * some.length * width);
  let at = 0;
  const put = (head: number, query: number, source: number): void => {
    const row = head * tokens + query;
    mixVector(primal, head, headWidth, row, source, mixes.subarray(at, at + headWidth));
    at += headWidth;
  };
  for (let head = 0; head < heads; head++) {
    if (kind === 'sources') {
      for (let query = 0; query < tokens; query++) {
        some.forEach(source => put(head, query, source));
      }
    } else {
      some.forEach(query => {
        for (let source = 0; source < tokens; source++) {
          put(head, query, source);
        }
      });
    }
  }
  return mixes;
}
