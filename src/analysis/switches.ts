// From a head's maps over all pieces to the distributions that are shown and measured: merge → drop → renormalise.

import type { Piece } from '../core/piece';
import type { Switches } from './options';
import { itemsOf, type Item } from './units';

/** What the switches make of a sentence; the same for all its heads. */
export interface Layout {
  readonly switches: Switches;
  /** All items, before anything is dropped. */
  readonly items: readonly Item[];
  /** Indexes into `items` of the rows and columns that are kept, ascending. */
  readonly queries: Int32Array;
  readonly sources: Int32Array;
  /** [piece] → position in `sources`, −1 where dropped. */
  readonly columnOfPiece: Int32Array;
  /** [kept query] → position in `sources` of its own item under `own: drop`, else −1. */
  readonly ownColumn: Int32Array;
}

/** The displayed maps of one head (or of a group of heads). */
export interface HeadMatrices extends Layout {
  /** [kept query, kept source]; rows sum to 1; NaN: the own item under `own: drop`, and missing rows. */
  readonly attention: Float32Array;
  /** The same of the attribution G; null while there are no norms. */
  readonly attribution: Float32Array | null;
}

export function layoutOf(pieces: readonly Piece[], switches: Switches): Layout {
  const items = itemsOf(pieces, switches.units);
  const kept = (droppedWhen: readonly Switches['special'][]) =>
    Int32Array.from(
      items.flatMap((item, index) => (item.special && droppedWhen.includes(switches.special) ? [] : [index]))
    );
  const queries = kept(['drop']);
  const sources = kept(['no_sources', 'drop']);
  const columnOfPiece = new Int32Array(pieces.length).fill(-1);
  const columnOfItem = new Int32Array(items.length).fill(-1);
  sources.forEach((item, column) => {
    columnOfItem[item] = column;
    items[item]?.pieces.forEach(piece => {
      columnOfPiece[piece] = column;
    });
  });
  const ownColumn = queries.map(item => (switches.own === 'drop' ? (columnOfItem[item] ?? -1) : -1));
  return { switches, items, queries, sources, columnOfPiece, ownColumn };
}

/**
 * Distributions over the kept sources, METHOD 2: normalised over all pieces; a word sums its source pieces and averages its
 * query pieces; what the switches drop is left out; rows sum to 1 again.
 *
 * @param map [query piece, source piece], at least 0: attention or raw norms
 * @returns [kept query, kept source]. The own item is 0 under `own: drop`. A row is NaN throughout where the map has NaN, or
 * nothing but zeros in what is kept.
 */
export function distributions(map: Float32Array | Float64Array, layout: Layout): Float64Array {
  const { items, queries, sources, columnOfPiece, ownColumn } = layout;
  const pieces = columnOfPiece.length;
  const width = sources.length;
  const result = new Float64Array(queries.length * width);
  for (let row = 0; row < queries.length; row++) {
    const target = result.subarray(row * width, (row + 1) * width);
    const own = items[queries[row] ?? 0]?.pieces ?? [];
    for (const query of own) {
      // A single row comes out normalised below whatever its size is.
      const share = own.length === 1 ? 1 : 1 / total(map.subarray(query * pieces, (query + 1) * pieces));
      addRow(target, map, query * pieces, share, columnOfPiece);
    }
    const dropped = ownColumn[row] ?? -1;
    if (dropped >= 0) {
      target[dropped] = 0;
    }
    normalise(target);
  }
  return result;
}

function addRow(
  target: Float64Array,
  map: Float32Array | Float64Array,
  start: number,
  share: number,
  columnOfPiece: Int32Array
): void {
  for (let source = 0; source < columnOfPiece.length; source++) {
    const column = columnOfPiece[source] ?? -1;
    if (column >= 0) {
      target[column] = (target[column] ?? 0) + (map[start + source] ?? NaN) * share;
    }
  }
}

function normalise(row: Float64Array): void {
  const sum = total(row);
  if (!(sum > 0)) {
    row.fill(NaN);
    return;
  }
  for (let k = 0; k < row.length; k++) {
    row[k] = (row[k] ?? 0) / sum;
  }
}

function total(row: Float32Array | Float64Array): number {
  let sum = 0;
  for (let k = 0; k < row.length; k++) {
    sum += row[k] ?? NaN;
  }
  return sum;
}

/**
 * The maps of one head as displayed.
 *
 * @param attention [query piece, source piece]
 * @param norms raw attribution norms, the same shape, or null
 */
export function headMatrices(
  attention: Float32Array,
  norms: Float32Array | null,
  pieces: readonly Piece[],
  switches: Switches
): HeadMatrices {
  const layout = layoutOf(pieces, switches);
  return {
    ...layout,
    attention: displayed(attention, layout),
    attribution: norms === null ? null : displayed(norms, layout)
  };
}

function displayed(map: Float32Array, layout: Layout): Float32Array {
  const matrix = Float32Array.from(distributions(map, layout));
  layout.ownColumn.forEach((own, row) => {
    if (own >= 0) {
      matrix[row * layout.sources.length + own] = NaN;
    }
  });
  return matrix;
}
