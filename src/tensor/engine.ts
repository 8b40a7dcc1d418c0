// What the numerics ask of a tensor library: a dozen operations on float32 arrays, and control over their memory.

/** An array on the engine, row-major; what is behind it only the engine knows. */
export interface Tensor {
  readonly shape: readonly number[];
}

/** Every operation checks its shapes and throws a RangeError that says which operation and which input. */
export interface Engine {
  readonly version: string;
  upload(data: Float32Array, shape: readonly number[]): Tensor;
  /** Copies an array back; waits for what it depends on. */
  download(tensor: Tensor): Float32Array;
  /** [m, k] · [k, n] → [m, n] */
  matMul(left: Tensor, right: Tensor): Tensor;
  /** [p, m, k] · [p, k, n] → [p, m, n] */
  batchMatMul(left: Tensor, right: Tensor): Tensor;
  /** left · right': [m, k] · [n, k] → [m, n] */
  matMulTransposed(left: Tensor, right: Tensor): Tensor;
  /** left' · right: [p, k, m] · [p, k, n] → [p, m, n] */
  batchTransposedMatMul(left: Tensor, right: Tensor): Tensor;
  /** Sum of arrays of one shape. */
  add(left: Tensor, right: Tensor): Tensor;
  /** Difference of arrays of one shape. */
  subtract(left: Tensor, right: Tensor): Tensor;
  /** Elementwise product; axes of length 1 are stretched to the length of the other input's. */
  multiply(left: Tensor, right: Tensor): Tensor;
  /** Sum of squares over the last axis: [..., k] → [...]. */
  squaredNorm(tensor: Tensor): Tensor;
  /** Axis i of the result is axis `order[i]` of the input. */
  transpose(tensor: Tensor, order: readonly number[]): Tensor;
  /** One array after the other along their first axis; the others are the same. */
  concat(tensors: readonly Tensor[]): Tensor;
  /** The same numbers under another shape; costs nothing. */
  reshape(tensor: Tensor, shape: readonly number[]): Tensor;
  /** Runs `body` and frees every array made inside but the ones it returns. */
  scope(body: () => readonly Tensor[]): readonly Tensor[];
  /** Frees arrays; safe twice. */
  dispose(tensors: readonly Tensor[]): void;
  /** Number of arrays that are alive. */
  alive(): number;
}
