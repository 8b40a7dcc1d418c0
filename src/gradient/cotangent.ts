// Reverse-mode derivative of one layer: the transposes of tangent.ts, step by step from a layer's output to its input.

import type { Engine, Tensor } from '../tensor/engine';
import type { ReverseConstants, ReverseNorm } from './reverse-constants';
import type { Extent } from './extent';

/** A layer's cotangents behind its second LayerNorm, and those of its feed-forward network's inner values. */
export interface FeedForwardCotangents {
  /** [token, column, width] */
  readonly outer: Tensor;
  /** [token, column, inner] */
  readonly inner: Tensor;
}

/** Of e' = LN2(y + W2 gelu(u)): down to y beside the network, and to u in it. @param cotangents of e', [token, column, width] */
export function outputCotangents(
  engine: Engine,
  { tokens, columns, width }: Extent,
  constants: ReverseConstants,
  cotangents: Tensor
): FeedForwardCotangents {
  const outer = normCotangents(engine, constants.outputNorm, cotangents);
  const rows = engine.matMul(engine.reshape(outer, [tokens * columns, width]), constants.down);
  const innerWidth = rows.shape[1] as number;
  const inner = engine.multiply(engine.reshape(rows, [tokens, columns, innerWidth]), constants.slope);
  return { outer, inner };
}

/** A layer's cotangents before its first LayerNorm, and those of its head outputs. */
export interface AttentionCotangents {
  /** Along the residual, [token, column, width]. */
  readonly residual: Tensor;
  /** Of z, [head, token, column, headWidth]. */
  readonly heads: Tensor;
}

/** Of y = LN1(e + W_O z) and u = W1 y: down to e along the residual, and to z. */
export function attentionBlockCotangents(
  engine: Engine,
  { tokens, columns, width, heads }: Extent,
  constants: ReverseConstants,
  { outer, inner }: FeedForwardCotangents
): AttentionCotangents {
  const rows = engine.reshape(inner, [tokens * columns, inner.shape[2] as number]);
  const up = engine.reshape(engine.matMul(rows, constants.up), [tokens, columns, width]);
  const residual = normCotangents(engine, constants.attentionNorm, engine.add(outer, up));
  const concatenated = engine.matMul(engine.reshape(residual, [tokens * columns, width]), constants.output);
  return {
    residual,
    heads: engine.transpose(
      engine.reshape(concatenated, [tokens, columns, heads, width / heads]),
      [2, 0, 1, 3]
    )
  };
}

/**
 * Of z_j = Σ_i A_ji v_i with A = softmax(S): cotangents of e, [token, column, width].
 *
 * @param throughValues cotangents of z that go down through the values, [head, token, column, headWidth]
 * @param throughScores those that go down through the scores too; null: none do
 */
export function headCotangents(
  engine: Engine,
  extent: Extent,
  constants: ReverseConstants,
  throughValues: Tensor,
  throughScores: Tensor | null
): Tensor {
  const { tokens, columns, heads, width } = extent;
  const flat = engine.reshape(throughValues, [heads, tokens, (columns * width) / heads]);
  const values = leaveHeads(engine, extent, engine.batchMatMul(constants.attention, flat), constants.value);
  if (throughScores === null) {
    return values;
  }
  const scores = scoreCotangents(engine, extent, constants, throughScores);
  const byQuery = engine.reshape(scores, [heads, tokens * columns, tokens]);
  const bySource = engine.reshape(
    engine.transpose(engine.reshape(scores, [heads, tokens, columns, tokens]), [0, 3, 2, 1]),
    byQuery.shape
  );
  const query = leaveHeads(engine, extent, engine.batchMatMul(byQuery, constants.keys), constants.query);
  const key = leaveHeads(engine, extent, engine.batchMatMul(bySource, constants.queries), constants.key);
  return engine.add(values, engine.add(query, key));
}

/**
 * gS_ji = B_j[i] · gz_j with B_j[i] = A_ji (v_i − z_j), [head · query, column, source]. As in `compactMix`, the largest weight
 * of a row is taken out of the sum in which v_i and z_j would cancel.
 */
function scoreCotangents(
  engine: Engine,
  { tokens, columns, heads, width }: Extent,
  constants: ReverseConstants,
  cotangents: Tensor
): Tensor {
  const headWidth = width / heads;
  const met = engine.batchMatMul(
    engine.reshape(cotangents, [heads, tokens * columns, headWidth]),
    constants.values
  );
  const beside = engine.multiply(engine.reshape(met, [heads * tokens, columns, tokens]), constants.others);
  const rows = engine.reshape(cotangents, [heads * tokens, columns, headWidth]);
  const shift = engine.batchMatMul(engine.batchMatMul(rows, constants.spread), constants.reduce);
  return engine.add(beside, shift);
}

/** Through one projection, of all heads: [head, token, …] → [token, column, width]. */
function leaveHeads(
  engine: Engine,
  { tokens, columns, heads, width }: Extent,
  cotangents: Tensor,
  matrix: Tensor
): Tensor {
  const byHead = engine.reshape(cotangents, [heads, tokens, columns, width / heads]);
  const rows = engine.reshape(engine.transpose(byHead, [1, 2, 0, 3]), [tokens * columns, width]);
  return engine.reshape(engine.matMul(rows, matrix), [tokens, columns, width]);
}

/** LN's derivative transposed: g ∘ gain − (g · spread) · reduce. */
function normCotangents(engine: Engine, constants: ReverseNorm, cotangents: Tensor): Tensor {
  return engine.subtract(
    engine.multiply(cotangents, constants.gain),
    engine.batchMatMul(engine.batchMatMul(cotangents, constants.spread), constants.reduce)
  );
}
