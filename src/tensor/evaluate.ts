// One result of a computation on the engine as a plain array, with everything freed behind it.

import type { Engine, Tensor } from './engine';

export function evaluate(engine: Engine, body: () => Tensor): Float32Array {
  const [result] = engine.scope(() => [body()]);
  if (result === undefined) {
    throw new RangeError('evaluate: the scope returned nothing');
  }
  const values = engine.download(result);
  engine.dispose([result]);
  return values;
}
