// The encoder's weight matrices on an engine, transposed once to [in, out], the only form its products are fast in.

import type { Engine, Tensor } from '../tensor/engine';
import type { LayerParameters, LinearParameters } from './parameters';

const MATRICES = ['query', 'key', 'value', 'output', 'up', 'down'] as const;

/** Each [in, out]. */
export type LayerWeights = Readonly<Record<(typeof MATRICES)[number], Tensor>>;

export function uploadWeights(engine: Engine, layers: readonly LayerParameters[]): LayerWeights[] {
  return layers.map(layer => {
    const upload = (name: keyof LayerWeights): Tensor => uploadTransposed(engine, layer[name]);
    return {
      query: upload('query'),
      key: upload('key'),
      value: upload('value'),
      output: upload('output'),
      up: upload('up'),
      down: upload('down')
    };
  });
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
