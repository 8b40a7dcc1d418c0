// What a model computes on the way to attention: hidden states, queries, keys and values of all layers.

import { embed } from '../model/embed';
import type { ModelConfig, ModelParameters } from '../model/parameters';
import type { LayerPrimal } from '../model/primal';
import type { Activations, ActivationsRequest, RowHooks } from './compute';
import type { RecallingExecutor } from './recall';
import { turnOf } from './turn';

interface ActivationsModel {
  readonly config: ModelConfig;
  readonly parameters: ModelParameters;
  readonly executor: RecallingExecutor;
}

/** @throws StoryError cancelled */
export async function activationsOf(
  { config, parameters, executor }: ActivationsModel,
  { ids, segments }: ActivationsRequest,
  hooks: RowHooks
): Promise<Activations> {
  const { input } = embed(config, parameters, ids, segments);
  const { layers, output } = await executor.recall(input, turnOf(hooks));
  const all = (name: 'input' | 'query' | 'key' | 'value'): Float32Array[] =>
    layers.map((layer: LayerPrimal) => layer[name]);
  return {
    hidden: joined([...all('input'), output]),
    query: joined(all('query')),
    key: joined(all('key')),
    value: joined(all('value'))
  };
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
