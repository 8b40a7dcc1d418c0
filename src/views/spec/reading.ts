// What the selected queries attend to and depend on: the mean of their rows, ordered, with the length of a full bar.

import { meanRow } from '../../analysis/headline';
import type { Maps } from './maps';

export interface Reading {
  /** Indexes of items. */
  readonly queries: readonly number[];
  /** [kept source]; NaN where there is none. */
  readonly attention: Float64Array;
  /** null before the first estimate. */
  readonly attribution: Float64Array | null;
  /** Columns from the largest share down; missing ones left out. */
  readonly attentionOrder: readonly number[];
  readonly attributionOrder: readonly number[];
  /** Share of a full bar: the largest of both at a source that is not special. */
  readonly full: number;
}

export function readingOf(maps: Maps, queries: readonly number[]): Reading {
  const attention = meanRow(maps, maps.attention, queries);
  const attribution = maps.attribution && meanRow(maps, maps.attribution, queries);
  const ordinary = Array.from(maps.sources, source => !maps.items[source]?.special);
  const counted = ordinary.includes(true) ? ordinary : ordinary.map(() => true);
  const full = counted.reduce(
    (largest, counts, column) =>
      counts ? Math.max(largest, present(attention[column]), present(attribution?.[column])) : largest,
    0
  );
  return {
    queries,
    attention,
    attribution,
    attentionOrder: descending(attention),
    attributionOrder: attribution ? descending(attribution) : [],
    full: full > 0 ? full : 1
  };
}

function present(share: number | undefined): number {
  return share === undefined || Number.isNaN(share) ? 0 : share;
}

function descending(shares: Float64Array): readonly number[] {
  return [...shares.keys()]
    .filter(column => !Number.isNaN(shares[column]))
    .sort((a, b) => (shares[b] ?? 0) - (shares[a] ?? 0) || a - b);
}
