// Which cotangents of a head's output stand for the norm and the target that were asked for.

import type { MethodOptions } from '../core/method';
import type { LayerParameters, ModelConfig, ModelParameters } from '../model/parameters';
import { choleskyOf } from './measuring';

interface Model {
  readonly config: ModelConfig;
  readonly parameters: Pick<ModelParameters, 'layers'>;
}

/** The cotangents of z whose gradients give the norm: [headWidth] each. */
export function cotangentsOf(
  { norm, target }: Pick<MethodOptions, 'norm' | 'target'>,
  { config, parameters }: Model,
  layer: number,
  head: number
): readonly Float32Array[] {
  const headWidth = config.width / config.heads;
  const own = parameters.layers[layer];
  if (norm === 'sum') {
    return [sumCotangent(config, own, head, target)];
  }
  if (target === 'head' || own === undefined) {
    return identity(headWidth);
  }
  // ‖W_O^h J‖ = ‖C' J‖ with C C' = W_O^h' W_O^h: as few passes as before W_O.
  const gram = gramOf(own, config, head);
  const factor = choleskyOf(gram, 1, headWidth);
  return Array.from({ length: headWidth }, (_, column) =>
    Float32Array.from({ length: headWidth }, (_, row) => factor[row * headWidth + column] as number)
  );
}

/** The cotangent of z under which the gradient is that of the sum of the target's components, [headWidth]. */
export function sumCotangent(
  { heads, width }: ModelConfig,
  parameters: LayerParameters | undefined,
  head: number,
  target: MethodOptions['target']
): Float32Array {
  const headWidth = width / heads;
  if (target === 'head' || parameters === undefined) {
    return new Float32Array(headWidth).fill(1);
  }
  return Float32Array.from({ length: headWidth }, (_, c) => {
    let sum = 0;
    for (let out = 0; out < width; out++) {
      sum += parameters.output.weight[out * width + head * headWidth + c] as number;
    }
    return sum;
  });
}

/** W_O^h' W_O^h, [headWidth, headWidth]. */
function gramOf({ output }: LayerParameters, { heads, width }: ModelConfig, head: number): Float32Array {
  const headWidth = width / heads;
  const gram = new Float64Array(headWidth * headWidth);
  for (let out = 0; out < width; out++) {
    const own = output.weight.subarray(out * width + head * headWidth, out * width + (head + 1) * headWidth);
    for (let row = 0; row < headWidth; row++) {
      for (let column = 0; column < headWidth; column++) {
        const cell = row * headWidth + column;
        gram[cell] = (gram[cell] as number) + (own[row] as number) * (own[column] as number);
      }
    }
  }
  return Float32Array.from(gram);
}

/** W_O^h J: [headWidth, …] → [width, …]. */
export function projected(
  { output }: LayerParameters,
  { heads, width }: ModelConfig,
  head: number,
  jacobian: Float32Array
): Float32Array {
  const headWidth = width / heads;
  const size = jacobian.length / headWidth;
  const result = new Float32Array(width * size);
  for (let out = 0; out < width; out++) {
    for (let c = 0; c < headWidth; c++) {
      const weight = output.weight[out * width + head * headWidth + c] as number;
      for (let i = 0; i < size; i++) {
        result[out * size + i] =
          (result[out * size + i] as number) + weight * (jacobian[c * size + i] as number);
      }
    }
  }
  return result;
}

/** The unit vectors. */
export function identity(size: number): Float32Array[] {
  return Array.from({ length: size }, (_, one) =>
    Float32Array.from({ length: size }, (_, c) => (c === one ? 1 : 0))
  );
}
