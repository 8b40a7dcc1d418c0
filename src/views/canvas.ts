// A large heat map as one canvas image: a table of 256 colours, one pixel per cell or per block of cells.

import type { Mark } from './spec/figure';
import { packColour } from './spec/ramps';
import { blockExtremes } from './spec/raster';

export type Heatmap = Extract<Mark, { kind: 'heatmap' }>;

export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8ClampedArray<ArrayBuffer>;
}

/**
 * One pixel per cell, or per block of cells where the map has more cells than the screen has pixels: a block shows its
 * value of largest magnitude. Missing cells are transparent.
 *
 * @param devicePixels along the longer side of the map
 */
export function paintCells(map: Heatmap, devicePixels: number): Pixels {
  const most = Math.max(1, Math.floor(devicePixels));
  const { values, rows, columns } = blockExtremes(map.values, map.rows, map.columns, most, most);
  const words = new Uint32Array(rows * columns);
  const table = colourTable(map.ramp);
  const [low, high] = map.domain;
  const last = table.length - 1;
  const factor = last / (high - low);
  for (let cell = 0; cell < values.length; cell++) {
    const value = values[cell] ?? NaN;
    const step = Math.round((value - low) * factor);
    // A missing value fails both comparisons and the look-up.
    words[cell] = table[step < 0 ? 0 : step > last ? last : step] ?? 0;
  }
  return { width: columns, height: rows, rgba: new Uint8ClampedArray(words.buffer) };
}

const tables = new WeakMap<readonly string[], Uint32Array>();

function colourTable(ramp: readonly string[]): Uint32Array {
  const known = tables.get(ramp);
  if (known !== undefined) {
    return known;
  }
  const table = Uint32Array.from(ramp, packColour);
  tables.set(ramp, table);
  return table;
}

/** Paints the map into the canvas, which is stretched to its rectangle by the style sheet. */
export function paintCanvas(canvas: HTMLCanvasElement, map: Heatmap, devicePixels: number): void {
  const { width, height, rgba } = paintCells(map, devicePixels);
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  const context = canvas.getContext('2d');
  if (context === null) {
    return;
  }
  const image = context.createImageData(width, height);
  image.data.set(rgba);
  context.putImageData(image, 0, 0);
}
