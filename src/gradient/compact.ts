// Through the softmax without ready-made products of attention and values: for long inputs, and where batches are dear.

import { splitHeads, splitHeadsTransposed } from '../model/attend';
import type { ModelConfig } from '../model/parameters';
import type { LayerPrimal } from '../model/primal';
import type { LayerWeights } from '../model/weights';
import type { Engine, Tensor } from '../tensor/engine';
import { foldRows } from './fold';
import { splitRows, type Extent } from './extent';

/** How a tangent of the states becomes one of the scores (s = 1/√headWidth). */
type ScoreConstants =
  /** Score vectors s Wq' k and s Wk' q, [width, head · token]: fewer columns than the width in short sentences. */
  | { readonly kind: 'folded'; readonly query: Tensor; readonly key: Tensor }
  /** s k and s q, [head, headWidth, token], met by projected tangents. */
  | { readonly kind: 'projected'; readonly query: Tensor; readonly key: Tensor };

export interface CompactConstants {
  readonly kind: 'compact';
  readonly scores: ScoreConstants;
  /** A without its largest weight, [head · query, 1, source] */
  readonly others: Tensor;
  /** v, [head, source, headWidth] */
  readonly values: Tensor;
  /** Columns: A without its largest weight, and A; [head · query, source, 2] */
  readonly reduce: Tensor;
  /** Rows: −v_top and −offset; [head · query, 2, headWidth] */
  readonly spread: Tensor;
}

/**
 * With A° = A without each row's largest weight, Σ_i dS_i A_i (v_i − z) equals
 * Σ_i A°_i dS_i v_i − (Σ_i A°_i dS_i) v_top − (Σ_i A_i dS_i) offset, in which nothing large cancels.
 */
export function compactConstants(
  engine: Engine,
  { heads, width }: ModelConfig,
  weights: LayerWeights,
  primal: LayerPrimal
): CompactConstants {
  const { attention, value, top, offset } = primal;
  const tokens = value.length / width;
  const headWidth = width / heads;
  const rows = heads * tokens;
  const others = Float32Array.from(attention);
  const reduce = new Float32Array(2 * attention.length);
  const spread = new Float32Array(rows * 2 * headWidth);
  for (let row = 0; row < rows; row++) {
    const head = Math.floor(row / tokens);
    const peak = (top[row] as number) * width + head * headWidth;
    others[row * tokens + (top[row] as number)] = 0;
    for (let c = 0; c < headWidth; c++) {
      spread[2 * row * headWidth + c] = -(value[peak + c] as number);
      spread[(2 * row + 1) * headWidth + c] = -(offset[row * headWidth + c] as number);
    }
  }
  for (let cell = 0; cell < attention.length; cell++) {
    reduce[2 * cell] = others[cell] as number;
    reduce[2 * cell + 1] = attention[cell] as number;
  }
  return {
    kind: 'compact',
    scores: scoreConstants(engine, heads, width, weights, primal),
    others: engine.upload(others, [rows, 1, tokens]),
    values: engine.upload(splitHeads(value, heads, width), [heads, tokens, headWidth]),
    reduce: engine.upload(reduce, [rows, tokens, 2]),
    spread: engine.upload(spread, [rows, 2, headWidth])
  };
}

export function disposeCompact(
  engine: Engine,
  { scores, others, values, reduce, spread }: CompactConstants
): void {
  engine.dispose([scores.query, scores.key, others, values, reduce, spread]);
}

function scoreConstants(
  engine: Engine,
  heads: number,
  width: number,
  weights: LayerWeights,
  { query, key }: LayerPrimal
): ScoreConstants {
  const tokens = query.length / width;
  if (heads * tokens <= width) {
    const fold = (vectors: Float32Array, matrix: Tensor): Tensor =>
      engine.scope(() => [engine.transpose(foldRows(engine, vectors, heads, matrix), [1, 0])])[0] as Tensor;
    return { kind: 'folded', query: fold(key, weights.query), key: fold(query, weights.key) };
  }
  const headWidth = width / heads;
  const scale = 1 / Math.sqrt(headWidth);
  const upload = (vectors: Float32Array): Tensor =>
    engine.upload(splitHeadsTransposed(vectors, width, scale), [heads, headWidth, tokens]);
  return { kind: 'projected', query: upload(key), key: upload(query) };
}

/** Σ_i B_j[i] dS_ji, [head · query, column, headWidth]; `rows` are the tangents, [token · column, width]. */
export function compactTangents(
  engine: Engine,
  extent: Extent,
  weights: LayerWeights,
  constants: CompactConstants,
  rows: Tensor
): Tensor {
  const { tokens, columns, heads } = extent;
  const scores = scoreTangents(engine, extent, weights, constants.scores, rows);
  const weighted = engine.reshape(engine.multiply(scores, constants.others), [
    heads,
    tokens * columns,
    tokens
  ]);
  const beside = engine.batchMatMul(weighted, constants.values);
  const shift = engine.batchMatMul(engine.batchMatMul(scores, constants.reduce), constants.spread);
  return engine.add(engine.reshape(beside, shift.shape), shift);
}

/** dS_ji = (dq_j · k_i + q_j · dk_i) / √headWidth, [head · query, column, source]. */
function scoreTangents(
  engine: Engine,
  { tokens, columns, heads, width }: Extent,
  weights: LayerWeights,
  constants: ScoreConstants,
  rows: Tensor
): Tensor {
  const headWidth = width / heads;
  const shape = [heads * tokens, columns, tokens];
  switch (constants.kind) {
    case 'folded': {
      const fold = (vectors: Tensor, order: readonly number[]): Tensor =>
        engine.transpose(
          engine.reshape(engine.matMul(rows, vectors), [tokens, columns, heads, tokens]),
          order
        );
      // Rows of the first product belong to the query's position, of the second to the source's.
      const fromQuery = fold(constants.query, [2, 0, 1, 3]);
      const fromKey = fold(constants.key, [2, 3, 1, 0]);
      return engine.reshape(engine.add(fromQuery, fromKey), shape);
    }
    case 'projected': {
      const meet = (matrix: Tensor, vectors: Tensor): Tensor => {
        const projected = splitRows(engine, { tokens, columns, heads, width }, engine.matMul(rows, matrix));
        return engine.batchMatMul(engine.reshape(projected, [heads, tokens * columns, headWidth]), vectors);
      };
      const fromQuery = engine.reshape(meet(weights.query, constants.query), shape);
      const fromKey = engine.reshape(meet(weights.key, constants.key), [heads, tokens, columns, tokens]);
      return engine.add(fromQuery, engine.reshape(engine.transpose(fromKey, [0, 3, 2, 1]), shape));
    }
  }
}
