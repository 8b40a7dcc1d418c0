// The filter of a pair: rows of one text, columns of the same or of the other. Values stay what they are: shares of a whole row.

import type { HeadMatrices } from '../../analysis/switches';
import type { Item } from '../../analysis/units';
import type { ViewState } from './state';

export type PairFilter = ViewState['pair'];

export const PAIR_LABELS: Readonly<Record<PairFilter, string>> = {
  all: 'A and B',
  'A-A': 'A → A',
  'A-B': 'A → B',
  'B-A': 'B → A',
  'B-B': 'B → B'
};

interface Kept {
  /** Positions among the queries, and among the sources. */
  readonly rows: readonly number[];
  readonly columns: readonly number[];
}

/** null: the filter is off, or would leave nothing. */
export function keptBy(
  filter: PairFilter,
  items: readonly Item[],
  queries: Int32Array,
  sources: Int32Array
): Kept | null {
  if (filter === 'all') {
    return null;
  }
  const segmentOf = (letter: string | undefined) => (letter === 'B' ? 1 : 0);
  const [from, to] = filter.split('-');
  const places = (chosen: Int32Array, letter: string | undefined) =>
    [...chosen.keys()].filter(place => items[chosen[place] ?? -1]?.segment === segmentOf(letter));
  const rows = places(queries, from);
  const columns = places(sources, to);
  return rows.length === 0 || columns.length === 0 ? null : { rows, columns };
}

/** The rows and columns that the filter leaves. */
export function inPair(matrices: HeadMatrices, filter: PairFilter): HeadMatrices {
  const { items, queries, sources, ownColumn, attention, attribution } = matrices;
  const kept = keptBy(filter, items, queries, sources);
  if (kept === null) {
    return matrices;
  }
  const { rows, columns } = kept;
  const part = (map: Float32Array) => {
    const result = new Float32Array(rows.length * columns.length);
    rows.forEach((row, y) => {
      columns.forEach((column, x) => {
        result[y * columns.length + x] = map[row * sources.length + column] ?? NaN;
      });
    });
    return result;
  };
  return {
    ...matrices,
    queries: chosen(queries, rows),
    sources: chosen(sources, columns),
    ownColumn: Int32Array.from(rows, row => columns.indexOf(ownColumn[row] ?? -1)),
    attention: part(attention),
    attribution: attribution && part(attribution)
  };
}

export function chosen(from: Int32Array, places: readonly number[]): Int32Array {
  return Int32Array.from(places, place => from[place] ?? -1);
}
