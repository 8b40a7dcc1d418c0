// The operations on top of TensorFlow.js, whichever of its backends does the work.

import type * as TensorFlow from '@tensorflow/tfjs-core';

import type { Engine, Tensor } from './engine';
import {
  checkConcat,
  checkOrder,
  checkProduct,
  checkReshape,
  checkSame,
  checkStretch,
  checkTransposedLeft,
  checkTransposedRight,
  checkUpload
} from './shapes';

/** What is used of the library; one namespace object, so that operations and backend belong together. */
export type Library = Pick<
  typeof TensorFlow,
  | 'add'
  | 'concat'
  | 'dispose'
  | 'matMul'
  | 'memory'
  | 'mul'
  | 'reshape'
  | 'stack'
  | 'sub'
  | 'sum'
  | 'tensor'
  | 'tidy'
  | 'transpose'
  | 'unstack'
>;

type Array = TensorFlow.Tensor;

export class TfjsEngine implements Engine {
  constructor(
    protected readonly tf: Library,
    readonly version: string
  ) {}

  upload(data: Float32Array, shape: readonly number[]): Tensor {
    checkUpload(data.length, shape);
    return this.tf.tensor(data, [...shape], 'float32');
  }

  download(tensor: Tensor): Float32Array {
    return (tensor as Array).dataSync<'float32'>();
  }

  matMul(left: Tensor, right: Tensor): Tensor {
    checkProduct('matMul', 2, left.shape, right.shape);
    return this.tf.matMul(left as Array, right as Array);
  }

  batchMatMul(left: Tensor, right: Tensor): Tensor {
    checkProduct('batchMatMul', 3, left.shape, right.shape);
    return this.tf.matMul(left as Array, right as Array);
  }

  matMulTransposed(left: Tensor, right: Tensor): Tensor {
    checkTransposedRight('matMulTransposed', left.shape, right.shape);
    return this.tf.matMul(left as Array, right as Array, false, true);
  }

  batchTransposedMatMul(left: Tensor, right: Tensor): Tensor {
    checkTransposedLeft('batchTransposedMatMul', left.shape, right.shape);
    return this.tf.matMul(left as Array, right as Array, true, false);
  }

  add(left: Tensor, right: Tensor): Tensor {
    checkSame('add', left.shape, right.shape);
    return this.tf.add(left as Array, right as Array);
  }

  subtract(left: Tensor, right: Tensor): Tensor {
    checkSame('subtract', left.shape, right.shape);
    return this.tf.sub(left as Array, right as Array);
  }

  multiply(left: Tensor, right: Tensor): Tensor {
    checkStretch('multiply', left.shape, right.shape);
    return this.tf.mul(left as Array, right as Array);
  }

  squaredNorm(tensor: Tensor): Tensor {
    return this.tf.tidy(() => this.tf.sum(this.tf.mul(tensor as Array, tensor as Array), -1));
  }

  transpose(tensor: Tensor, order: readonly number[]): Tensor {
    checkOrder(tensor.shape, order);
    return this.tf.transpose(tensor as Array, [...order]);
  }

  concat(tensors: readonly Tensor[]): Tensor {
    checkConcat(tensors.map(({ shape }) => shape));
    return this.tf.concat([...tensors] as Array[], 0);
  }

  reshape(tensor: Tensor, shape: readonly number[]): Tensor {
    checkReshape(tensor.shape, shape);
    return this.tf.reshape(tensor as Array, [...shape]);
  }

  scope(body: () => readonly Tensor[]): readonly Tensor[] {
    return this.tf.tidy(() => [...body()] as Array[]);
  }

  dispose(tensors: readonly Tensor[]): void {
    this.tf.dispose([...tensors] as Array[]);
  }

  alive(): number {
    return this.tf.memory().numTensors;
  }
}
