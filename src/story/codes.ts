// Maps in 16 or 8 bits: codes on a square-root scale, one scale per row, so that small cells keep relatively more of theirs.

import { LIVE_CELL_FLOOR } from '../core/limits';

export interface CodedMap {
  /** Rows as in the map; value = scale (code / largest code)². */
  readonly codes: Uint16Array | Uint8Array;
  /** [row]: the largest value; NaN: the row is missing. */
  readonly scale: Float32Array;
}

const LARGEST = { 8: 255, 16: 65535 } as const;
export type Bits = keyof typeof LARGEST;

/** Largest change of a cell by coding, as a share of its row's largest: half a step at the top of the scale, where it is widest. */
export function codingError(bits: Bits): number {
  return 1 / LARGEST[bits];
}

/** @param values [row, length], at least 0; a row without any finite value is missing, other missing cells become 0 */
export function encode(values: Float32Array, length: number, bits: Bits): CodedMap {
  const rows = values.length / length;
  const codes = bits === 16 ? new Uint16Array(values.length) : new Uint8Array(values.length);
  const scale = new Float32Array(rows);
  const largest = LARGEST[bits];
  // What is not zero stays so where that adds nothing that counts: logarithms of ratios depend on it.
  const least = 1 / largest ** 2 < LIVE_CELL_FLOOR ? 1 : 0;
  for (let row = 0; row < rows; row++) {
    const start = row * length;
    const top = largestOf(values, start, start + length);
    scale[row] = top;
    for (let cell = start; cell < start + length && top > 0; cell++) {
      const value = values[cell] ?? NaN;
      codes[cell] = value > 0 ? Math.max(least, Math.round(Math.sqrt(value / top) * largest)) : 0;
    }
  }
  return { codes, scale };
}

export function decode({ codes, scale }: CodedMap): Float32Array {
  const values = new Float32Array(codes.length);
  const length = codes.length / scale.length;
  const largest = LARGEST[codes instanceof Uint8Array ? 8 : 16];
  for (let cell = 0; cell < values.length; cell++) {
    values[cell] = (scale[Math.floor(cell / length)] ?? NaN) * ((codes[cell] ?? 0) / largest) ** 2;
  }
  return values;
}

/** NaN when all are. */
function largestOf(values: Float32Array, start: number, end: number): number {
  let top = NaN;
  for (let cell = start; cell < end; cell++) {
    const value = values[cell] ?? NaN;
    top = value > top || Number.isNaN(top) ? value : top;
  }
  return top;
}
