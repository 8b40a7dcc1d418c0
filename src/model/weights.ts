// The encoder's weight matrices on an engine, transposed once to [in, out], the only form its products are fast in.

import type { Engine, Tensor } from '../tensor/engine';
import type { LayerParameters, LinearParameters } from './parameters';

const MATRICES = ['query', 'key', 'value', 'output', 'up', 'down'] as const;

/** Each [in, out]. */
export type LayerWeights = Readonly<Record<(typeof MATRICES)[number], Tensor>>;

export function uploadWeights(engine: Engine, layers: readonly LayerParameters[]): LayerWeights[] {
  return layers.map(layer => uploadLayer(engine, layer));
}

/**
 * The same, layer by layer.
 *
 * @param pause awaited between the layers
 */
export async function uploadWeightsInTurns(
  engine: Engine,
  layers: readonly LayerParameters[],
  pause: () => Promise<void>
): Promise<LayerWeights[]> {
  const uploaded: LayerWeights[] = [];
  for (const layer of layers) {
    uploaded.push(uploadLayer(engine, layer));
    await pause();
  }
  return uploaded;
}

function uploadLayer(engine: Engine, layer: LayerParameters): LayerWeights {
  const upload = (name: keyof LayerWeights): Tensor => uploadTransposed(engine, layer[name]);
  return {
    query: upload('query'),
    key: upload('key'),
    value: upload('value'),
    output: upload('output'),
    up: upload('up'),
    down: upload('down')
  };
}

export function disposeWeights(engine: Engine, layers: readonly LayerWeights[]): void {
  engine.dispose(layers.flatMap(layer => MATRICES.map(name => layer[name])));
}

function uploadTransposed(engine: Engine, { weight, bias }: LinearParameters): Tensor {
  const outputs = bias.length;
  const [transposed] = engine.scope(() => [
    engine.transpose(engine.upload(weight, [outputs, weight.length / outputs]), [1, 0])
  ]);
  return transposed as Tensor;
}
