// Means: of rows to a head's value, of heads to a layer's point, of a group of heads to one map. What is missing is left out.

export interface Average {
  /** NaN when all values are missing. */
  readonly mean: number;
  /** Of the values themselves (divisor n, not n − 1): the band is the spread of these heads, no estimate of others. */
  readonly spread: number;
  /** Values that are NaN. */
  readonly missing: number;
}

/** Mean and standard deviation of the values that are there. */
export function average(values: ArrayLike<number>): Average {
  let sum = 0;
  let present = 0;
  for (let k = 0; k < values.length; k++) {
    const value = values[k] ?? NaN;
    if (!Number.isNaN(value)) {
      sum += value;
      present++;
    }
  }
  const mean = sum / present;
  let squares = 0;
  for (let k = 0; k < values.length; k++) {
    const value = values[k] ?? NaN;
    if (!Number.isNaN(value)) {
      squares += (value - mean) ** 2;
    }
  }
  return { mean, spread: Math.sqrt(squares / present), missing: values.length - present };
}

/**
 * The maps of a group of heads as those of one head: the mean of their distributions over all pieces. Rows sum to 1; the
 * switches act on it as on any head.
 *
 * @param maps one per head, [query, source]: attention or raw norms, all of one shape
 * @param pieces length of both axes
 * @returns a row is NaN when it is missing in any of the heads
 */
export function meanMap(maps: readonly Float32Array[], pieces: number): Float32Array {
  const result = new Float32Array(pieces * pieces);
  for (const map of maps) {
    for (let query = 0; query < pieces; query++) {
      const row = map.subarray(query * pieces, (query + 1) * pieces);
      const share = 1 / (maps.length * total(row));
      for (let source = 0; source < pieces; source++) {
        const cell = query * pieces + source;
        result[cell] = (result[cell] ?? 0) + (row[source] ?? NaN) * share;
      }
    }
  }
  return result;
}

/**
 * The largest value of each cell in any of the maps, all of one shape. NaN where it is missing in any; rows need not sum to 1.
 */
export function maximumMap(maps: readonly Float32Array[]): Float32Array {
  const [first, ...others] = maps;
  const result = Float32Array.from(first ?? []);
  for (const map of others) {
    for (let cell = 0; cell < result.length; cell++) {
      result[cell] = Math.max(result[cell] ?? NaN, map[cell] ?? NaN);
    }
  }
  return result;
}

function total(row: Float32Array): number {
  let sum = 0;
  for (let k = 0; k < row.length; k++) {
    sum += row[k] ?? NaN;
  }
  return sum;
}
