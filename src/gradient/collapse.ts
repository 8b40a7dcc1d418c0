// LN1, the feed-forward network and LN2 at a position as one matrix: dear to make, and then a quarter of the work for every tangent.

import type { NormPrimal } from '../model/norm';
import type { LayerParameters, ModelConfig } from '../model/parameters';
import type { LayerPrimal } from '../model/primal';
import type { LayerWeights } from '../model/weights';
import type { Engine, Tensor } from '../tensor/engine';
import { normConstants, type NormConstants } from './constants';
import type { Extent } from './extent';
import { normTangents, residualTangents } from './tangent';

/**
 * M_j = N2 (I + W2 diag(gelu'(u_j)) W1) N1 of one layer, N1 and N2 its LayerNorms at position j, so that a row t of tangents
 * becomes t M_j; [token, width, width].
 *
 * @param pause awaited after every position; may throw to end it
 */
export async function collapseLayer(
  engine: Engine,
  { width, inner }: ModelConfig,
  parameters: LayerParameters,
  weights: LayerWeights,
  primal: LayerPrimal,
  pause: () => Promise<void>
): Promise<Tensor> {
  const tokens = primal.input.length / width;
  const [identity] = engine.scope(() => [engine.upload(identityOf(width), [width, width])]);
  const matrices: Tensor[] = [];
  try {
    for (let token = 0; token < tokens; token++) {
      const slope = primal.slope.subarray(token * inner, (token + 1) * inner);
      const [matrix] = engine.scope(() => {
        const first = normAt(engine, token, primal.attentionNorm, parameters.attentionNorm);
        const second = normAt(engine, token, primal.outputNorm, parameters.outputNorm);
        const sloped = engine.multiply(weights.up, engine.upload(slope, [1, inner]));
        const between = engine.add(engine.matMul(sloped, weights.down), identity as Tensor);
        const all = normTangents(
          engine,
          second,
          normed(engine, first, engine.reshape(between, [1, width, width]))
        );
        return [all];
      });
      matrices.push(matrix as Tensor);
      await pause();
    }
    const [all] = engine.scope(() => [engine.concat(matrices)]);
    return all as Tensor;
  } finally {
    engine.dispose([identity as Tensor, ...matrices]);
  }
}

/** N X for a LayerNorm N = diag(gain) − reduce · spread and a matrix X, [1, width, width]. */
function normed(engine: Engine, { gain, reduce, spread }: NormConstants, matrix: Tensor): Tensor {
  const [, , width] = gain.shape as [number, number, number];
  return engine.subtract(
    engine.multiply(matrix, engine.reshape(gain, [1, width, 1])),
    engine.batchMatMul(reduce, engine.batchMatMul(spread, matrix))
  );
}

function normAt(
  engine: Engine,
  token: number,
  { unit, rate }: NormPrimal,
  parameters: LayerParameters['outputNorm']
): NormConstants {
  const width = parameters.gain.length;
  const own = {
    unit: unit.subarray(token * width, (token + 1) * width),
    rate: rate.subarray(token, token + 1)
  };
  return normConstants(engine, own, parameters);
}

function identityOf(width: number): Float32Array {
  const identity = new Float32Array(width * width);
  for (let i = 0; i < width; i++) {
    identity[i * (width + 1)] = 1;
  }
  return identity;
}

/** Tangents of the layer's output, [token, column, width], by the matrices of all its positions. */
export function collapsedTangents(
  engine: Engine,
  extent: Extent,
  weights: LayerWeights,
  matrices: Tensor,
  tangents: Tensor,
  heads: Tensor
): Tensor {
  return engine.batchMatMul(residualTangents(engine, extent, weights, tangents, heads), matrices);
}
