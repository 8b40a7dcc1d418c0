// The encoder's forward pass (post-LN BERT): products on the engine, everything elementwise here in double precision.

import type { Engine } from '../tensor/engine';
import { applyActivation } from './activation';
import { attend } from './attend';
import { layerNorm } from './norm';
import type { LayerParameters, ModelConfig } from './parameters';
import type { LayerPrimal, Primal } from './primal';
import type { LayerWeights } from './weights';

/** A layer's matrices on the engine and its biases here. */
type Projected = [query: Float32Array, key: Float32Array, value: Float32Array];
type Layer = readonly [weights: LayerWeights, parameters: LayerParameters];

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
      linear(engine, [matrices, own], [name], values, tokens)[0] as Float32Array;
    const [query, key, value] = linear(
      engine,
      [matrices, own],
      ['query', 'key', 'value'],
      state,
      tokens
    ) as Projected;
    await pause();
    const { attention, top, offset, output } = await attend(engine, config, { query, key, value }, pause);
    await pause();
    const mixed = layerNorm(sum(apply('output', output), state), own.attentionNorm, config.normEpsilon);
    const inner = apply('up', mixed.output);
    const slope = applyActivation(config.activation, inner);
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

/** values · Wᵀ + b for each matrix named, [token, in] → [token, out] */
function linear(
  engine: Engine,
  [weights, parameters]: Layer,
  names: readonly (keyof LayerWeights)[],
  values: Float32Array,
  tokens: number
): Float32Array[] {
  const products = engine.scope(() => {
    const rows = engine.upload(values, [tokens, values.length / tokens]);
    return names.map(name => engine.matMul(rows, weights[name]));
  });
  const results = products.map(product => engine.download(product));
  engine.dispose(products);
  results.forEach((result, i) => addBias(result, parameters[names[i] as keyof LayerWeights].bias));
  return results;
}

function addBias(values: Float32Array, bias: Float32Array): void {
  for (let start = 0; start < values.length; start += bias.length) {
    for (let c = 0; c < bias.length; c++) {
      values[start + c] = (values[start + c] as number) + (bias[c] as number);
    }
  }
}

function sum(left: Float32Array, right: Float32Array): Float32Array {
  const total = new Float32Array(left.length);
  for (let i = 0; i < left.length; i++) {
    total[i] = (left[i] as number) + (right[i] as number);
  }
  return total;
}
