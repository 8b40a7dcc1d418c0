// How the rows of a head become numbers: one reader per quantity, made for the sentence and used for all its heads.

import { LIVE_CELL_FLOOR } from '../core/limits';
import { MEASURE, measureRow, type Measure } from './measures';
import type { AtlasMaps } from './mismatch';
import type { QuantityName } from './options';
import { patternOf, type RowPattern } from './patterns';
import { quantityOf, type Quantity } from './quantities';
import type { Layout } from './switches';

export interface Reader {
  /** It reads the attribution, which may be an estimate. */
  readonly estimated: boolean;
  /** The head's number is the standard deviation of its rows, not their mean. */
  readonly spread: boolean;
  /**
   * @param attention, attribution distributions [kept query, kept source] of one head
   * @param index of the head, layer · heads + head
   * @returns [kept query]; NaN where it is not defined
   */
  rows(attention: Float64Array, attribution: Float64Array, index: number): Float64Array;
}

export function readerOf(name: QuantityName, maps: AtlasMaps, layout: Layout): Reader {
  return readerFor(quantityOf(name), maps, layout);
}

function readerFor({ of }: Quantity, maps: AtlasMaps, layout: Layout): Reader {
  switch (of.kind) {
    case 'measure': {
      const measure = MEASURE[of.measure];
      return { estimated: true, spread: false, rows: (p, q) => measureRows(p, q, layout, measure) };
    }
    case 'pattern': {
      const row = patternOf(of.pattern, layout);
      const local = of.side === 'attention';
      return {
        estimated: !local,
        spread: false,
        rows: (p, q) => patternRows(local ? p : q, layout, row)
      };
    }
    case 'error':
      return { estimated: false, spread: false, rows: (_p, _q, index) => errorRows(maps, layout, index) };
    case 'spread':
      return { ...readerFor(of.base, maps, layout), spread: true };
  }
}

/** The measure of every row, without its own item where that is dropped. */
function measureRows(p: Float64Array, q: Float64Array, layout: Layout, measure: Measure): Float64Array {
  const [left, right] = [rowsOf(p, layout), rowsOf(q, layout)];
  return Float64Array.from(left, (row, place) => measureRow(measure, row, right[place] ?? row));
}

/** The rows that measures take, kept as long as their matrix, since several measures read the same ones. */
const kept = new WeakMap<Float64Array, readonly Float64Array[]>();

function rowsOf(matrix: Float64Array, layout: Layout): readonly Float64Array[] {
  let rows = kept.get(matrix);
  if (rows === undefined) {
    const width = layout.sources.length;
    rows = Array.from(layout.ownColumn, (own, row) =>
      own < 0 ? matrix.subarray(row * width, (row + 1) * width) : omit(matrix, row * width, width, own)
    );
    kept.set(matrix, rows);
  }
  return rows;
}

function omit(matrix: Float64Array, start: number, width: number, column: number): Float64Array {
  const row = new Float64Array(width - 1);
  row.set(matrix.subarray(start, start + column));
  row.set(matrix.subarray(start + column + 1, start + width), column);
  return row;
}

function patternRows(matrix: Float64Array, layout: Layout, pattern: RowPattern): Float64Array {
  const width = layout.sources.length;
  return Float64Array.from(layout.ownColumn, (_, row) =>
    pattern(matrix.subarray(row * width, (row + 1) * width), row)
  );
}

/**
 * rms of the relative errors of a row's live cells, over all its pieces whatever the switches say: cells above 1e-5 of the
 * row's largest norm. 0 when exact; NaN where errors are not known.
 */
function errorRows(maps: AtlasMaps, { items, queries }: Layout, index: number): Float64Array {
  const n = maps.pieces.length;
  const { norms } = maps;
  const error = maps.error ?? null;
  return Float64Array.from(queries, item => {
    if (maps.samples >= maps.width) {
      return 0;
    }
    let squares = 0;
    let cells = 0;
    for (const piece of items[item]?.pieces ?? []) {
      const start = (index * n + piece) * n;
      const floor = LIVE_CELL_FLOOR * largest(norms, start, n);
      for (let cell = start; error !== null && cell < start + n; cell++) {
        if ((norms[cell] ?? 0) > floor) {
          squares += (error[cell] ?? NaN) ** 2;
          cells++;
        }
      }
    }
    return cells === 0 ? NaN : Math.sqrt(squares / cells);
  });
}

function largest(values: Float32Array, start: number, length: number): number {
  let most = 0;
  for (let cell = start; cell < start + length; cell++) {
    most = Math.max(most, values[cell] ?? 0);
  }
  return most;
}
