// The random directions of an estimate: columns of one orthonormal basis, made as far as they are needed, always the same.

import { fillNormal, uniformFrom, type Uniform } from '../core/random';

/**
 * The orthonormal basis that Gram–Schmidt makes of a Gaussian matrix (its QR factor), seeded by the user's seed and the
 * sentence. Direction s depends on the directions before it alone, never on how many were asked for at a time.
 */
export class Basis {
  private readonly uniform: Uniform;
  private readonly columns: Float64Array[] = [];

  /**
   * @param ids piece ids and
   * @param segments segments of the sentence: other sentences get other directions
   */
  constructor(
    readonly width: number,
    seed: number,
    ids: Int32Array,
    segments: Int32Array
  ) {
    this.uniform = uniformFrom([seed | 0, Math.floor(seed / 2 ** 32) | 0, ...ids, -1, ...segments]);
  }

  /** Directions from, …, to − 1 as rows, [direction, width]; 0 ≤ from ≤ to ≤ width. */
  directions(from: number, to: number): Float32Array {
    if (from < 0 || to < from || to > this.width) {
      throw new RangeError(`directions ${from} to ${to} were asked of a basis of ${this.width}`);
    }
    while (this.columns.length < to) {
      this.columns.push(this.next());
    }
    const rows = new Float32Array((to - from) * this.width);
    this.columns.slice(from, to).forEach((column, i) => rows.set(column, i * this.width));
    return rows;
  }

  private next(): Float64Array {
    const column = new Float64Array(this.width);
    fillNormal(this.uniform, column);
    // Twice is enough: the second pass removes what rounding left of the first.
    for (let pass = 0; pass < 2; pass++) {
      for (const earlier of this.columns) {
        const overlap = dot(earlier, column);
        for (let c = 0; c < column.length; c++) {
          column[c] = (column[c] as number) - overlap * (earlier[c] as number);
        }
      }
    }
    const length = Math.sqrt(dot(column, column));
    return column.map(value => value / length);
  }
}

function dot(left: Float64Array, right: Float64Array): number {
  let sum = 0;
  for (let c = 0; c < left.length; c++) {
    sum += (left[c] as number) * (right[c] as number);
  }
  return sum;
}
