// Forward-mode derivative of one layer, in a form that is linear in the tangent: no exp, no erf, no softmax derivative.

import type { LayerWeights } from '../model/weights';
import type { Engine, Tensor } from '../tensor/engine';
import { compactTangents } from './compact';
import type { LayerConstants, NormConstants } from './constants';
import { directTangents } from './direct';
import { joinHeads, splitRows, type Extent } from './extent';

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
  const ofSources = splitRows(engine, extent, engine.matMul(rows, weights.value));
  const mixed = engine.batchMatMul(
    constants.attention,
    engine.reshape(ofSources, [heads, tokens, columns * headWidth])
  );
  const values = engine.reshape(mixed, shape);
  const scores = softmaxTangents(engine, extent, weights, constants, rows);
  return { values, all: engine.add(values, engine.reshape(scores, shape)) };
}

/** Σ_i B_j[i] dS_ji, [head · query, column, headWidth] */
function softmaxTangents(
  engine: Engine,
  extent: Extent,
  weights: LayerWeights,
  { softmax }: LayerConstants,
  rows: Tensor
): Tensor {
  switch (softmax.kind) {
    case 'direct':
      return directTangents(engine, extent, weights, softmax, rows);
    case 'compact':
      return compactTangents(engine, extent, weights, softmax, rows);
  }
}

/** W_O dz and the residual, [token, column, width]. */
export function residualTangents(
  engine: Engine,
  extent: Extent,
  weights: LayerWeights,
  tangents: Tensor,
  heads: Tensor
): Tensor {
  const output = engine.matMul(joinHeads(engine, extent, heads), weights.output);
  return engine.add(engine.reshape(output, tangents.shape), tangents);
}

/** Through W_O, the residual and the first LayerNorm: [token, column, width]. */
export function attentionBlockTangents(
  engine: Engine,
  extent: Extent,
  weights: LayerWeights,
  constants: LayerConstants,
  tangents: Tensor,
  heads: Tensor
): Tensor {
  const mixed = residualTangents(engine, extent, weights, tangents, heads);
  return normTangents(engine, constants.attentionNorm, mixed);
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

/** @param tangents [token, column, width] */
export function normTangents(engine: Engine, constants: NormConstants, tangents: Tensor): Tensor {
  const reduced = engine.batchMatMul(tangents, constants.reduce);
  return engine.subtract(
    engine.multiply(tangents, constants.gain),
    engine.batchMatMul(reduced, constants.spread)
  );
}
