// Forward-mode derivative of one layer, in a form that is linear in the tangent: no exp, no erf, no softmax derivative.

import type { LayerWeights } from '../model/weights';
import type { Engine, Tensor } from '../tensor/engine';
import type { LayerConstants, NormConstants, ScoreConstants } from './constants';
import type { MixConstants } from './mix';

/** Tangents are position-major, [token, column, width]: `columns` of them pass through the layers side by side. */
export interface Extent {
  readonly tokens: number;
  readonly columns: number;
  readonly heads: number;
  readonly width: number;
}

export interface HeadTangents {
  /** Σ_i A_ji dv_i: attention held fixed, [head, token, column, headWidth]. */
  readonly values: Tensor;
  /** dz_j = Σ_i A_ji dv_i + B_j[i] dS_ji, [head, token, column, headWidth]. */
  readonly all: Tensor;
}

/** @param tangents of the layer's input, [token, column, width] */
export function headTangents(
  engine: Engine,
  extent: Extent,
  weights: LayerWeights,
  constants: LayerConstants,
  tangents: Tensor
): HeadTangents {
  const { tokens, columns, heads, width } = extent;
  const headWidth = width / heads;
  const shape = [heads, tokens, columns, headWidth];
  const rows = engine.reshape(tangents, [tokens * columns, width]);
  const project = (matrix: Tensor): Tensor =>
    engine.transpose(
      engine.reshape(engine.matMul(rows, matrix), [tokens, columns, heads, headWidth]),
      [2, 0, 1, 3]
    );
  const valueTangents = engine.reshape(project(weights.value), [heads, tokens, columns * headWidth]);
  const values = engine.reshape(engine.batchMatMul(constants.attention, valueTangents), shape);
  const scores = scoreTangents(engine, extent, weights, constants.scores, rows, project);
  const mixed = engine.reshape(mixScores(engine, extent, constants.mix, scores), shape);
  return { values, all: engine.add(values, mixed) };
}

/** dS_ji = (dq_j · k_i + q_j · dk_i) / √headWidth, [head · query, column, source]. */
function scoreTangents(
  engine: Engine,
  { tokens, columns, heads, width }: Extent,
  weights: LayerWeights,
  constants: ScoreConstants,
  rows: Tensor,
  project: (matrix: Tensor) => Tensor
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
      const meet = (matrix: Tensor, vectors: Tensor): Tensor =>
        engine.batchMatMul(engine.reshape(project(matrix), [heads, tokens * columns, headWidth]), vectors);
      const fromQuery = engine.reshape(meet(weights.query, constants.query), shape);
      const fromKey = engine.reshape(meet(weights.key, constants.key), [heads, tokens, columns, tokens]);
      return engine.add(fromQuery, engine.reshape(engine.transpose(fromKey, [0, 3, 2, 1]), shape));
    }
  }
}

/** Σ_i B_j[i] dS_ji, [head · query, column, headWidth] up to its shape. */
function mixScores(
  engine: Engine,
  { tokens, columns, heads }: Extent,
  constants: MixConstants,
  scores: Tensor
): Tensor {
  switch (constants.kind) {
    case 'direct':
      return engine.batchMatMul(scores, constants.weights);
    case 'compact': {
      const weighted = engine.reshape(engine.multiply(scores, constants.others), [
        heads,
        tokens * columns,
        tokens
      ]);
      const beside = engine.batchMatMul(weighted, constants.values);
      const shift = engine.batchMatMul(engine.batchMatMul(scores, constants.reduce), constants.spread);
      return engine.add(engine.reshape(beside, shift.shape), shift);
    }
  }
}

/** Through W_O, the residual and the first LayerNorm: [token, column, width]. */
export function attentionBlockTangents(
  engine: Engine,
  { tokens, columns, width }: Extent,
  weights: LayerWeights,
  constants: LayerConstants,
  tangents: Tensor,
  heads: Tensor
): Tensor {
  const concatenated = engine.reshape(engine.transpose(heads, [1, 2, 0, 3]), [tokens * columns, width]);
  const output = engine.reshape(engine.matMul(concatenated, weights.output), [tokens, columns, width]);
  return normTangents(engine, constants.attentionNorm, engine.add(output, tangents));
}

/** gelu'(u) ∘ W1 t, [token, column, inner]. */
export function upTangents(
  engine: Engine,
  { tokens, columns, width }: Extent,
  weights: LayerWeights,
  constants: LayerConstants,
  tangents: Tensor
): Tensor {
  const up = engine.matMul(engine.reshape(tangents, [tokens * columns, width]), weights.up);
  const inner = up.shape[1] as number;
  return engine.multiply(engine.reshape(up, [tokens, columns, inner]), constants.slope);
}

/** LN2 (t + W2 inner): tangents of the layer's output, [token, column, width]. */
export function outputTangents(
  engine: Engine,
  { tokens, columns, width }: Extent,
  weights: LayerWeights,
  constants: LayerConstants,
  tangents: Tensor,
  inner: Tensor
): Tensor {
  const rows = engine.reshape(inner, [tokens * columns, inner.shape[2] as number]);
  const down = engine.reshape(engine.matMul(rows, weights.down), [tokens, columns, width]);
  return normTangents(engine, constants.outputNorm, engine.add(tangents, down));
}

function normTangents(engine: Engine, constants: NormConstants, tangents: Tensor): Tensor {
  const reduced = engine.batchMatMul(tangents, constants.reduce);
  return engine.subtract(
    engine.multiply(tangents, constants.gain),
    engine.batchMatMul(reduced, constants.spread)
  );
}
