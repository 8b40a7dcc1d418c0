// An orthonormal basis of all directions whose first ones span given vectors: a product of Householder reflections.

/** With Q = H_1 … H_s the first `count` columns of Q span the vectors, the others are orthogonal to them. */
export class Reflections {
  /** Unit normals of the mirrors, [count][width]; null where nothing is to be mirrored. */
  private readonly mirrors: (Float64Array | null)[] = [];

  /** @param vectors [count, width], count ≤ width; what depends on vectors before it is replaced by some other direction */
  constructor(
    vectors: Float32Array,
    readonly width: number
  ) {
    const count = vectors.length / width;
    for (let index = 0; index < count; index++) {
      const column = Float64Array.from(vectors.subarray(index * width, (index + 1) * width));
      this.mirrors.forEach(mirror => reflect(column, mirror));
      this.mirrors.push(mirrorOf(column, index));
    }
  }

  get count(): number {
    return this.mirrors.length;
  }

  /** Columns first, …, last − 1 of Q as rows, [direction, width]. */
  columns(first: number, last: number): Float32Array {
    const units = new Float32Array((last - first) * this.width);
    for (let index = first; index < last; index++) {
      units[(index - first) * this.width + index] = 1;
    }
    return this.apply(units);
  }

  /** Vectors of the complement by their width − count coordinates: [vector, width − count] → [vector, width]. */
  complement(coordinates: Float32Array): Float32Array {
    const free = this.width - this.count;
    const vectors = new Float32Array((coordinates.length / free) * this.width);
    for (let row = 0; row < coordinates.length / free; row++) {
      vectors.set(coordinates.subarray(row * free, (row + 1) * free), row * this.width + this.count);
    }
    return this.apply(vectors);
  }

  /** Q x of every row x. */
  private apply(rows: Float32Array): Float32Array {
    const result = new Float32Array(rows.length);
    for (let at = 0; at < rows.length; at += this.width) {
      const vector = Float64Array.from(rows.subarray(at, at + this.width));
      for (let index = this.mirrors.length - 1; index >= 0; index--) {
        reflect(vector, this.mirrors[index] ?? null);
      }
      result.set(vector, at);
    }
    return result;
  }
}

/** The mirror that turns what `column` has from place `index` on into the direction of that place. */
function mirrorOf(column: Float64Array, index: number): Float64Array | null {
  const normal = column.slice();
  normal.fill(0, 0, index);
  const length = Math.hypot(...normal);
  if (length === 0) {
    return null;
  }
  const head = normal[index] as number;
  normal[index] = head + (head < 0 ? -length : length);
  const scale = 1 / Math.hypot(...normal);
  return normal.map(value => value * scale);
}

function reflect(vector: Float64Array, mirror: Float64Array | null): void {
  if (mirror === null) {
    return;
  }
  let along = 0;
  for (let c = 0; c < vector.length; c++) {
    along += (vector[c] as number) * (mirror[c] as number);
  }
  for (let c = 0; c < vector.length; c++) {
    vector[c] = (vector[c] as number) - 2 * along * (mirror[c] as number);
  }
}
