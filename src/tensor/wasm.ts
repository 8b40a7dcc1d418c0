// The portable engine: TensorFlow.js on WebAssembly, one thread; several of them work side by side in worker threads.

import * as tf from '@tensorflow/tfjs-core';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';

import { StoryError } from '../core/errors';
import type { Tensor } from './engine';
import { proofOf } from './proof';
import { checkProduct, checkTransposedLeft, checkTransposedRight } from './shapes';
import { TfjsEngine } from './tfjs';

/** @param folder where tfjs-backend-wasm's .wasm files lie */
export async function openWasm(folder: string): Promise<TfjsEngine> {
  setWasmPaths(folder.endsWith('/') ? folder : `${folder}/`);
  const ready = await tf.setBackend('wasm').catch(() => false);
  if (!ready) {
    throw new StoryError(
      'engine_missing',
      `no WebAssembly engine could be started from ${folder}`,
      'build the service anew with `npm run build:service`'
    );
  }
  await tf.ready();
  const engine = new WasmEngine(tf, tf.version_core);
  proofOf(engine);
  return engine;
}

/** Multiplications of a product from which on it is worth being taken out of its batch: about a tenth of a millisecond. */
const LEAST_ALONE = 1e5;

/** Batched and transposed products are many times slower here than plain ones, so all but small ones are made of those. */
class WasmEngine extends TfjsEngine {
  override batchMatMul(left: Tensor, right: Tensor): Tensor {
    checkProduct('batchMatMul', 3, left.shape, right.shape);
    const [, rows = 0, inner = 0] = left.shape;
    if (rows * inner * (right.shape[2] ?? 0) < LEAST_ALONE) {
      return super.batchMatMul(left, right);
    }
    const [product] = this.scope(() => {
      const rights = tf.unstack(right as tf.Tensor3D);
      const products = tf
        .unstack(left as tf.Tensor3D)
        .map((matrix, i) => tf.matMul(matrix, rights[i] as tf.Tensor));
      return [tf.stack(products)];
    });
    return product as Tensor;
  }

  override matMulTransposed(left: Tensor, right: Tensor): Tensor {
    checkTransposedRight('matMulTransposed', left.shape, right.shape);
    const [product] = this.scope(() => [this.matMul(left, this.transpose(right, [1, 0]))]);
    return product as Tensor;
  }

  override batchTransposedMatMul(left: Tensor, right: Tensor): Tensor {
    checkTransposedLeft('batchTransposedMatMul', left.shape, right.shape);
    const [product] = this.scope(() => [this.batchMatMul(this.transpose(left, [0, 2, 1]), right)]);
    return product as Tensor;
  }
}
