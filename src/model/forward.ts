// The encoder's forward pass (post-LN BERT): products on the engine, everything elementwise here in double precision.

import type { Engine } from '../tensor/engine';
import { evaluate } from '../tensor/evaluate';
import { attend } from './attend';
import { applyGelu } from './gelu';
import { layerNorm } from './norm';
import type { LinearParameters, LayerParameters, ModelConfig } from './parameters';
import type { LayerPrimal, Primal } from './primal';
import type { LayerWeights } from './weights';

/** A matrix on the engine with its bias here. */
type Linear = readonly [weights: LayerWeights, parameters: LayerParameters, name: keyof LayerWeights];

/**
 * @param input e^0, [token, width]
 * @param pause awaited between the engine's calls; may throw to end the pass
 */
export async function encode(
  engine: Engine,
  config: ModelConfig,
  parameters: readonly LayerParameters[],
  weights: readonly LayerWeights[],
  input: Float32Array,
  pause: () => Promise<void>
): Promise<Primal> {
  const tokens = input.length / config.width;
  const layers: LayerPrimal[] = [];
  let state = input;
  for (const [index, own] of parameters.entries()) {
    const matrices = weights[index] as LayerWeights;
    const apply = (name: keyof LayerWeights, values: Float32Array): Float32Array =>
      linear(engine, [matrices, own, name], values, tokens);
    const query = apply('query', state);
    const key = apply('key', state);
    const value = apply('value', state);
    await pause();
    const { attention, top, offset, output } = attend(engine, config, { query, key, value });
    await pause();
    const mixed = layerNorm(sum(apply('output', output), state), own.attentionNorm, config.normEpsilon);
    const inner = apply('up', mixed.output);
    const slope = applyGelu(inner);
    await pause();
    const left = layerNorm(sum(apply('down', inner), mixed.output), own.outputNorm, config.normEpsilon);
    layers.push({
      input: state,
      query,
      key,
      value,
      attention,
      top,
      offset,
      attentionNorm: { unit: mixed.unit, rate: mixed.rate },
      slope,
      outputNorm: { unit: left.unit, rate: left.rate }
    });
    state = left.output;
    await pause();
  }
  return { tokens, layers, output: state };
}

/** values · Wᵀ + b, [token, in] → [token, out] */
function linear(
  engine: Engine,
  [weights, parameters, name]: Linear,
  values: Float32Array,
  tokens: number
): Float32Array {
  const { bias }: LinearParameters = parameters[name];
  const result = evaluate(engine, () =>
    engine.matMul(engine.upload(values, [tokens, values.length / tokens]), weights[name])
  );
  for (let i = 0; i < result.length; i++) {
    result[i] = (result[i] as number) + (bias[i % bias.length] as number);
  }
  return result;
}

function sum(left: Float32Array, right: Float32Array): Float32Array {
  return left.map((value, i) => value + (right[i] as number));
}
