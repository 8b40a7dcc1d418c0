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
 * @param rows of one call on the engine, about
 * @param pause awaited with the positions done, again and again; may throw to end it
 */
export async function collapseLayer(
  engine: Engine,
  config: Pick<ModelConfig, 'width' | 'inner'>,
  parameters: LayerParameters,
  weights: LayerWeights,
  primal: LayerPrimal,
  rows: number,
  pause: (done: number) => Promise<void>
): Promise<Tensor> {
  const { width, inner } = config;
  const tokens = primal.input.length / width;
  const step = Math.max(1, Math.floor(rows / width));
  const parts: Tensor[] = [];
  try {
    for (let from = 0; from < tokens; from += step) {
      const to = Math.min(tokens, from + step);
      const shape = [to - from, width, width];
      const [network] = engine.scope(() => {
        const slope = engine.upload(primal.slope.subarray(from * inner, to * inner), [to - from, 1, inner]);
        const sloped = engine.multiply(engine.reshape(weights.up, [1, width, inner]), slope);
        return [engine.matMul(engine.reshape(sloped, [(to - from) * width, inner]), weights.down)];
      });
      await freeing(engine, network, () => pause(from));
      const [matrices] = engine.scope(() => {
        const identity = engine.upload(identities(to - from, width), shape);
        const between = engine.add(engine.reshape(network as Tensor, shape), identity);
        const first = normsAt(engine, from, to, primal.attentionNorm, parameters.attentionNorm);
        const second = normsAt(engine, from, to, primal.outputNorm, parameters.outputNorm);
        return [normTangents(engine, second, normed(engine, first, between))];
      });
      parts.push(matrices as Tensor);
      engine.dispose([network as Tensor]);
      await pause(to);
    }
    const [all] = engine.scope(() => [engine.concat(parts)]);
    return all as Tensor;
  } finally {
    engine.dispose(parts);
  }
}

async function freeing(engine: Engine, tensor: Tensor | undefined, body: () => Promise<void>): Promise<void> {
  try {
    await body();
  } catch (error) {
    engine.dispose(tensor === undefined ? [] : [tensor]);
    throw error;
  }
}

/** N X for LayerNorms N = diag(gain) − reduce · spread and matrices X, [token, width, width]. */
function normed(engine: Engine, { gain, reduce, spread }: NormConstants, matrices: Tensor): Tensor {
  const [tokens, , width] = gain.shape as [number, number, number];
  return engine.subtract(
    engine.multiply(matrices, engine.reshape(gain, [tokens, width, 1])),
    engine.batchMatMul(reduce, engine.batchMatMul(spread, matrices))
  );
}

/** Of the tokens from, …, to − 1. */
function normsAt(
  engine: Engine,
  from: number,
  to: number,
  { unit, rate }: NormPrimal,
  parameters: LayerParameters['outputNorm']
): NormConstants {
  const width = parameters.gain.length;
  const own = { unit: unit.subarray(from * width, to * width), rate: rate.subarray(from, to) };
  return normConstants(engine, own, parameters);
}

/** [matrix, width, width] */
function identities(count: number, width: number): Float32Array {
  const matrices = new Float32Array(count * width * width);
  for (let row = 0; row < count * width; row++) {
    matrices[row * width + (row % width)] = 1;
  }
  return matrices;
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
