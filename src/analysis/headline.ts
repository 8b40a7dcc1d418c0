// The numbers behind the sentence above the figures: the mean row of the queries, the order of heads by mismatch, where to start.

import type { MeasureResult } from './options';
import { quantityOf } from './quantities';
import type { HeadMatrices } from './switches';
import type { Item } from './units';

export interface RankedHead {
  readonly layer: number;
  readonly head: number;
  /** NaN when the measure is missing for this head. */
  readonly value: number;
}

/**
 * Mean of the rows of the given queries.
 *
 * @param map [kept query, kept source], `attention` or `attribution` of the matrices
 * @param queries indexes into `items`
 * @returns [kept source]; NaN: own item of every query under `own: drop`, or no row present
 */
export function meanRow(matrices: HeadMatrices, map: Float32Array, queries: readonly number[]): Float64Array {
  const width = matrices.sources.length;
  const sum = new Float64Array(width);
  const count = new Float64Array(width);
  for (const query of queries) {
    const row = matrices.queries.indexOf(query);
    for (let column = 0; row >= 0 && column < width; column++) {
      const value = map[row * width + column] ?? NaN;
      if (!Number.isNaN(value)) {
        sum[column] = (sum[column] ?? 0) + value;
        count[column] = (count[column] ?? 0) + 1;
      }
    }
  }
  return sum.map((total, column) => total / (count[column] ?? 0));
}

/** All heads, the one of most mismatch, or of most of what is measured, first; equal values by layer and head, heads without a value last. */
export function headsByMismatch(result: MeasureResult, heads: number): readonly RankedHead[] {
  const towards = quantityOf(result.request.measure).sense === 'agreement' ? 1 : -1;
  const ranked: RankedHead[] = [];
  for (let index = 0; index * 3 < result.heads.length; index++) {
    ranked.push({
      layer: Math.floor(index / heads),
      head: index % heads,
      value: result.heads[index * 3] ?? NaN
    });
  }
  const key = ({ value }: RankedHead) => (Number.isNaN(value) ? Infinity : towards * value);
  return ranked.sort((a, b) => compare(key(a), key(b)) || a.layer - b.layer || a.head - b.head);
}

function compare(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

/**
 * The query to start with: of the pieces with three letters or more that occur once, the one with the largest difference of
 * attribution and attention at any source that is not special. Where no piece is like that, any that is not special.
 *
 * @returns an index into `items`; null when nothing but special items is left, or there is no attribution
 */
export function startQuery(matrices: HeadMatrices): number | null {
  const { items, queries } = matrices;
  const candidates = [...queries].filter(query => items[query]?.special === false);
  const telling = candidates.filter(query => isTelling(items, query));
  return largestDifference(matrices, telling) ?? largestDifference(matrices, candidates) ?? null;
}

function isTelling(items: readonly Item[], query: number): boolean {
  const label = items[query]?.label ?? '';
  const letters = label.match(/\p{L}/gu)?.length ?? 0;
  return letters >= 3 && items.filter(item => item.label === label).length === 1;
}

function largestDifference(matrices: HeadMatrices, candidates: readonly number[]): number | null {
  const { attention, attribution, items, queries, sources } = matrices;
  if (attribution === null) {
    return null;
  }
  let best: number | null = null;
  let largest = -1;
  for (const query of candidates) {
    const start = queries.indexOf(query) * sources.length;
    sources.forEach((source, column) => {
      const difference = Math.abs((attribution[start + column] ?? NaN) - (attention[start + column] ?? NaN));
      if (items[source]?.special === false && difference > largest) {
        largest = difference;
        best = query;
      }
    });
  }
  return best;
}
