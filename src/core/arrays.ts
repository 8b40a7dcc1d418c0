// Arrays that know the names of their axes; row-major, plain typed arrays underneath.

export type Numbers = Float32Array | Float64Array | Int32Array | Uint16Array | Uint8Array;

export interface NamedArray<T extends Numbers = Numbers> {
  /** Such as ['layer', 'head', 'query', 'source']. */
  readonly axes: readonly string[];
  readonly shape: readonly number[];
  /** Row-major; length = product of `shape`. */
  readonly data: T;
}

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

export function named<T extends Numbers>(
  axes: readonly string[],
  shape: readonly number[],
  data: T
): NamedArray<T> {
  if (axes.length !== shape.length || data.length !== sizeOf(shape)) {
    throw new RangeError(`${data.length} numbers do not fill [${axes.join(', ')}] = [${shape.join(', ')}]`);
  }
  return { axes, shape, data };
}
