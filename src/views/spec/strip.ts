// The sentence as a strip of tokens: what each token gets of the query's attention (bar up) and attribution (bar down).

import type { Reading } from './reading';
import { THIN, wholePercent } from './format';
import type { Shown } from './shown';

export interface Bar {
  /** Share of a full bar, 0 … 1. */
  readonly length: number;
  /** Longer than a full bar, and drawn with a slanted break. */
  readonly broken: boolean;
  /** Whole percent, on the three largest and where the pointer or the pin is; else empty. */
  readonly number: string;
}

export interface StripToken {
  /** Index of the item. */
  readonly item: number;
  /** As in the sentence; a continuing piece without its dot. */
  readonly text: string;
  /** All there is to say of it on hover: `##hma`, or the name. */
  readonly title: string;
  readonly segment: 0 | 1;
  readonly special: boolean;
  /** Joins the token before it without a gap. */
  readonly continues: boolean;
  /** Neither row nor column: faint, without bars, not to be selected. */
  readonly off: boolean;
  readonly selected: boolean;
  readonly hovered: boolean;
  /** Source that is pinned or pointed at. */
  readonly marked: boolean;
  /** null: not a source, or no value. */
  readonly attention: Bar | null;
  readonly attribution: Bar | null;
}

/** Shares below this carry no number, unless they are pointed at. */
const LEAST_NUMBER = 0.04;
const NUMBERED = 3;

export function stripOf(shown: Shown): readonly StripToken[] {
  const { items, names, document, sources, queries, hover, pin, empty } = shown;
  const reading = empty ? null : shown.reading;
  const column = new Int32Array(items.length).fill(-1);
  sources.forEach((source, place) => {
    column[source] = place;
  });
  return items.map((item, index) => {
    const place = column[index] ?? -1;
    const marked = hover.source === index || pin === index;
    const [first] = item.pieces;
    const piece = item.pieces.length === 1 ? document.pieces[first ?? 0]?.text : undefined;
    return {
      item: index,
      text: item.label,
      title: item.continues ? (piece ?? item.label) : (names[index]?.full ?? item.label),
      segment: item.segment,
      special: item.special,
      continues: item.continues,
      off: place < 0 && !queries.includes(index),
      selected: !empty && shown.selectedQueries.includes(index),
      hovered: hover.query === index,
      marked,
      attention: reading && barOf(reading.attention, reading.attentionOrder, place, reading, marked),
      attribution: reading?.attribution
        ? barOf(reading.attribution, reading.attributionOrder, place, reading, marked)
        : null
    };
  });
}

function barOf(
  shares: Float64Array,
  order: readonly number[],
  column: number,
  reading: Reading,
  marked: boolean
): Bar | null {
  const share = shares[column] ?? NaN;
  if (Number.isNaN(share)) {
    return null;
  }
  const place = order.indexOf(column);
  const numbered = marked || (place < NUMBERED && share > LEAST_NUMBER);
  return {
    length: Math.min(1, share / reading.full),
    broken: share > reading.full * 1.001,
    number: numbered ? `${wholePercent(share)}${place === 0 ? `${THIN}%` : ''}` : ''
  };
}

/** All tokens at once, for long texts: bars up and down, and where the query is. */
export interface Profile {
  /** [item]: share of a full bar, 0 … 1; 0 where there is none. */
  readonly attention: Float32Array;
  readonly attribution: Float32Array | null;
  /** The leading query, an item; null: none. */
  readonly query: number | null;
}

export function profileOf(shown: Shown): Profile {
  const { reading, sources, items } = shown;
  const spread = (shares: Float64Array) => {
    const lengths = new Float32Array(items.length);
    sources.forEach((source, column) => {
      const share = shares[column] ?? NaN;
      lengths[source] = share > 0 ? Math.min(1, share / (reading?.full ?? 1)) : 0;
    });
    return lengths;
  };
  return {
    attention: reading ? spread(reading.attention) : new Float32Array(items.length),
    attribution: reading?.attribution ? spread(reading.attribution) : null,
    query: reading?.queries.at(-1) ?? null
  };
}
