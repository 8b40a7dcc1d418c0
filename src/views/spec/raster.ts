// Large maps as images: values → steps of the ramp, blocks merged where cells are smaller than a pixel, and an indexed PNG.

import { zlibSync } from 'fflate';
import { packColour, RAMP_STEPS } from './ramps';

/**
 * Shrinks a map: every cell of the result is the value of largest magnitude in its block; NaN only where all are.
 *
 * @param values [row, column]
 * @returns as many rows and columns as there were, or the given most
 */
export function blockExtremes(
  values: Float32Array,
  rows: number,
  columns: number,
  mostRows: number,
  mostColumns: number
): { readonly values: Float32Array; readonly rows: number; readonly columns: number } {
  const down = Math.max(1, Math.ceil(rows / Math.max(1, mostRows)));
  const across = Math.max(1, Math.ceil(columns / Math.max(1, mostColumns)));
  if (down === 1 && across === 1) {
    return { values, rows, columns };
  }
  const height = Math.ceil(rows / down);
  const width = Math.ceil(columns / across);
  const result = new Float32Array(height * width).fill(NaN);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const value = values[row * columns + column] ?? NaN;
      const cell = Math.floor(row / down) * width + Math.floor(column / across);
      const before = result[cell] ?? NaN;
      if (Number.isNaN(before) || Math.abs(value) > Math.abs(before)) {
        result[cell] = value;
      }
    }
  }
  return { values: result, rows: height, columns: width };
}

/** Every pixel as a block of `across` × `down`, so that a drawer that smooths images blurs no more than its edges. */
export function enlarged(
  pixels: Uint8Array,
  width: number,
  height: number,
  across: number,
  down: number
): Uint8Array {
  const result = new Uint8Array(width * across * height * down);
  for (let row = 0; row < height * down; row++) {
    const from = Math.floor(row / down) * width;
    for (let column = 0; column < width; column++) {
      const start = (row * width + column) * across;
      result.fill(pixels[from + column] ?? 0, start, start + across);
    }
  }
  return result;
}

/** The step of the ramp for a value of a domain, clamped; −1 when missing. */
export function stepOf(value: number, [low, high]: readonly [number, number]): number {
  if (Number.isNaN(value)) {
    return -1;
  }
  const place = Math.min(1, Math.max(0, (value - low) / (high - low)));
  return Math.round(place * (RAMP_STEPS - 1));
}

/**
 * An 8 bit PNG with a palette.
 *
 * @param pixels [row, column] indexes into `palette`
 * @param palette CSS colours, 256 at most
 */
export function indexedPng(
  pixels: Uint8Array,
  width: number,
  height: number,
  palette: readonly string[]
): Uint8Array {
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([8, 3, 0, 0, 0], 8);
  const colours = Uint8Array.from(
    palette.flatMap(colour => {
      const word = packColour(colour);
      return [word & 255, (word >>> 8) & 255, (word >>> 16) & 255];
    })
  );
  const lines = new Uint8Array(height * (width + 1));
  for (let row = 0; row < height; row++) {
    lines.set(pixels.subarray(row * width, (row + 1) * width), row * (width + 1) + 1);
  }
  const parts = [
    Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
    chunk('IHDR', header),
    chunk('PLTE', colours),
    chunk('IDAT', zlibSync(lines, { level: 9 })),
    chunk('IEND', new Uint8Array(0))
  ];
  const file = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  parts.reduce((offset, part) => {
    file.set(part, offset);
    return offset + part.length;
  }, 0);
  return file;
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(data.length + 12);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  bytes.set(
    [...type].map(letter => letter.charCodeAt(0)),
    4
  );
  bytes.set(data, 8);
  view.setUint32(data.length + 8, crc32(bytes.subarray(4, data.length + 8)));
  return bytes;
}

/** CRC-32 as PNG wants it (polynomial EDB88320, reflected). */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) {
      crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
    }
  }
  return (crc ^ 0xffffffff) >>> 0;
}

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

export function base64(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const [a = 0, b, c] = bytes.subarray(i, i + 3);
    const word = (a << 16) | ((b ?? 0) << 8) | (c ?? 0);
    const digit = (shift: number) => DIGITS[(word >>> shift) & 63] ?? '';
    text += digit(18) + digit(12) + (b === undefined ? '=' : digit(6)) + (c === undefined ? '=' : digit(0));
  }
  return text;
}
