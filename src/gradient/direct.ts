// Through the softmax with products of attention and values that stand ready on the engine: the fast way for sentences.

import { splitHeads, splitHeadsTransposed } from '../model/attend';
import type { ModelConfig } from '../model/parameters';
import type { LayerPrimal } from '../model/primal';
import type { LayerWeights } from '../model/weights';
import type { Engine, Tensor } from '../tensor/engine';
import { foldRows } from './fold';
import { mixVector } from './mix';
import { splitRows, type Extent } from './extent';

/** How a tangent of the states becomes one of the scores (s = 1/√headWidth). */
type ScoreConstants =
  /** Score vectors s Wq' k and s Wk' q, [head · token, width]: fewer rows than the width in short sentences. */
  | { readonly kind: 'folded'; readonly query: Tensor; readonly key: Tensor }
  /** For longer ones, met by projected tangents. */
  | {
      readonly kind: 'projected';
      /** C_hj = s Σ_i k_hi B_hj[i]', [head · query, headWidth, headWidth]: from dq to dz, the scores left out. */
      readonly query: Tensor;
      /** s q, [head, query, headWidth] */
      readonly key: Tensor;
      /** W_k as [out, in]: tangents of the keys come out as [head · headWidth, source · column]. */
      readonly keyWeights: Tensor;
    };

export interface DirectConstants {
  readonly kind: 'direct';
  readonly scores: ScoreConstants;
  /** B, [head · query, source, headWidth] */
  readonly weights: Tensor;
}

export function directConstants(
  engine: Engine,
  { heads, width }: ModelConfig,
  weights: LayerWeights,
  primal: LayerPrimal
): DirectConstants {
  const tokens = primal.value.length / width;
  const headWidth = width / heads;
  const mixed = mixWeights(primal, heads, width);
  const uploaded = engine.upload(mixed, [heads * tokens, tokens, headWidth]);
  if (heads * tokens <= width) {
    const query = foldRows(engine, primal.key, heads, weights.query);
    const key = foldRows(engine, primal.query, heads, weights.key);
    return { kind: 'direct', scores: { kind: 'folded', query, key }, weights: uploaded };
  }
  const scale = 1 / Math.sqrt(headWidth);
  const queries = splitHeads(primal.query, heads, width).map(value => scale * value);
  const key = engine.upload(queries, [heads, tokens, headWidth]);
  const [query, keyWeights] = engine.scope(() => {
    const keys = splitHeadsTransposed(primal.key, width, scale);
    const bySource = engine.transpose(
      engine.reshape(uploaded, [heads, tokens, tokens, headWidth]),
      [0, 2, 1, 3]
    );
    const turned = engine.batchMatMul(
      engine.upload(keys, [heads, headWidth, tokens]),
      engine.reshape(bySource, [heads, tokens, tokens * headWidth])
    );
    const byQuery = engine.transpose(
      engine.reshape(turned, [heads, headWidth, tokens, headWidth]),
      [0, 2, 1, 3]
    );
    return [
      engine.reshape(byQuery, [heads * tokens, headWidth, headWidth]),
      engine.transpose(weights.key, [1, 0])
    ];
  });
  return {
    kind: 'direct',
    scores: { kind: 'projected', query: query as Tensor, key, keyWeights: keyWeights as Tensor },
    weights: uploaded
  };
}

export function disposeDirect(engine: Engine, { scores, weights }: DirectConstants): void {
  const own = scores.kind === 'projected' ? [scores.keyWeights] : [];
  engine.dispose([scores.query, scores.key, weights, ...own]);
}

/** B, [head · query, source, headWidth] */
function mixWeights(primal: LayerPrimal, heads: number, width: number): Float32Array {
  const tokens = primal.value.length / width;
  const headWidth = width / heads;
  const weights = new Float32Array(heads * tokens * tokens * headWidth);
  for (let row = 0; row < heads * tokens; row++) {
    const head = Math.floor(row / tokens);
    for (let source = 0; source < tokens; source++) {
      const at = (row * tokens + source) * headWidth;
      mixVector(primal, head, headWidth, row, source, weights.subarray(at, at + headWidth));
    }
  }
  return weights;
}

/** Σ_i B_j[i] dS_ji, [head · query, column, headWidth]; `rows` are the tangents, [token · column, width]. */
export function directTangents(
  engine: Engine,
  extent: Extent,
  weights: LayerWeights,
  { scores, weights: mix }: DirectConstants,
  rows: Tensor
): Tensor {
  const { tokens, columns, heads, width } = extent;
  const headWidth = width / heads;
  const shape = [heads * tokens, tokens, columns];
  switch (scores.kind) {
    case 'folded': {
      const fromKey = engine.reshape(engine.matMulTransposed(scores.key, rows), shape);
      // Rows of this product belong to the source's key, columns to the query's position.
      const bySource = engine.reshape(engine.matMulTransposed(scores.query, rows), [
        heads,
        tokens,
        tokens,
        columns
      ]);
      const fromQuery = engine.reshape(engine.transpose(bySource, [0, 2, 1, 3]), shape);
      return engine.batchTransposedMatMul(engine.add(fromKey, fromQuery), mix);
    }
    case 'projected': {
      const queries = splitRows(engine, extent, engine.matMul(rows, weights.query));
      const fromQuery = engine.batchMatMul(
        engine.reshape(queries, [heads * tokens, columns, headWidth]),
        scores.query
      );
      const keys = engine.matMulTransposed(scores.keyWeights, rows);
      const met = engine.batchMatMul(scores.key, engine.reshape(keys, [heads, headWidth, tokens * columns]));
      const fromKey = engine.batchTransposedMatMul(engine.reshape(met, shape), mix);
      return engine.add(fromKey, fromQuery);
    }
  }
}
