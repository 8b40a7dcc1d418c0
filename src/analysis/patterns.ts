// What one distribution over sources looks like: how much of it lies on which sources, how far away, how broad (METHOD, patterns).
//
// The same functions serve attention (local) and attribution (global). A pattern of a head is the mean over its kept queries: a row
// that has no such source counts as 0 (the last token has no next one), a row that does not count is NaN. So divisors are
// those of Clark et al. 2019: n for own, previous, next, [CLS], [SEP], punctuation; n less the [SEP] rows for others to [SEP].

import type { PatternName, Side } from './options';
import type { Layout } from './switches';
import type { Item } from './units';

export interface Pattern {
  readonly name: PatternName;
  /** As read on controls and titles. */
  readonly label: string;
  /** The same in a sentence, with the side that it is of. */
  readonly of: (side: Side) => string;
  readonly unit: 'share' | 'nats' | 'tokens';
}

function mass(name: PatternName, label: string, where: string): Pattern {
  return { name, label, of: side => `${side} ${where}`, unit: 'share' };
}

export const PATTERN: Readonly<Record<PatternName, Pattern>> = {
  own: mass('own', 'Own token', 'on the own token'),
  previous: mass('previous', 'Previous token', 'on the previous token'),
  next: mass('next', 'Next token', 'on the next token'),
  cls: mass('cls', '[CLS]', 'on [CLS]'),
  sep: mass('sep', '[SEP]', 'on [SEP]'),
  others_to_sep: mass('others_to_sep', 'Others to [SEP]', 'of other tokens on [SEP]'),
  punctuation: mass('punctuation', 'Punctuation', 'on punctuation'),
  stops: mass('stops', 'Full stop, comma', 'on full stops and commas'),
  same_segment: mass('same_segment', 'Same segment', 'in the same segment'),
  other_segment: mass('other_segment', 'Other segment', 'in the other segment'),
  distance: {
    name: 'distance',
    label: 'Mean distance',
    of: side => `mean distance of ${side}`,
    unit: 'tokens'
  },
  entropy: { name: 'entropy', label: 'Entropy', of: side => `entropy of ${side}`, unit: 'nats' },
  entropy_share: {
    name: 'entropy_share',
    label: 'Entropy / ln n',
    of: side => `entropy of ${side} as a share of ln n`,
    unit: 'share'
  },
  back_2: mass('back_2', '2 before', 'on the token 2 before'),
  back_3: mass('back_3', '3 before', 'on the token 3 before'),
  back_4: mass('back_4', '4 before', 'on the token 4 before'),
  back_5: mass('back_5', '5 before', 'on the token 5 before'),
  ahead_2: mass('ahead_2', '2 after', 'on the token 2 after'),
  ahead_3: mass('ahead_3', '3 after', 'on the token 3 after'),
  ahead_4: mass('ahead_4', '4 after', 'on the token 4 after'),
  ahead_5: mass('ahead_5', '5 after', 'on the token 5 after')
};

/** BERT's own test: ASCII symbols such as $ and + count as punctuation, although Unicode calls them symbols. */
const PUNCTUATION = /^[\p{P}!-/:-@[-`{-~]+$/u;

/**
 * @param row [kept source]: a distribution, the own item 0 where it is dropped
 * @param place of the row among the kept queries
 */
export type RowPattern = (row: Float64Array, place: number) => number;

/** The function of a pattern for all rows of a sentence; what depends on the sentence alone is looked up once. */
export function patternOf(name: PatternName, layout: Layout): RowPattern {
  const { items, queries, sources } = layout;
  const columnsWhere = (counts: (item: Item) => boolean) =>
    [...sources.keys()].filter(column => {
      const item = items[sources[column] ?? -1];
      return item !== undefined && counts(item);
    });
  const massOn =
    (columns: readonly number[]): RowPattern =>
    row =>
      massOf(row, columns);
  const query = (place: number): Item | undefined => items[queries[place] ?? -1];
  switch (name) {
    case 'own':
      // Without the own token there is nothing to ask; 0 would say that heads avoid it.
      return layout.switches.own === 'drop' ? () => NaN : atOffset(layout, 0);
    case 'cls':
      return massOn(columnsWhere(isCls));
    case 'sep':
      return massOn(columnsWhere(isSep));
    case 'others_to_sep': {
      const onSep = massOn(columnsWhere(isSep));
      const counts = Array.from(queries, (_, place) => !isSep(query(place)));
      return (row, place) => (counts[place] === true ? onSep(row, place) : NaN);
    }
    case 'punctuation':
      return massOn(columnsWhere(item => !item.special && PUNCTUATION.test(item.label)));
    case 'stops':
      return massOn(columnsWhere(item => !item.special && (item.label === '.' || item.label === ',')));
    case 'same_segment':
    case 'other_segment': {
      const same = name === 'same_segment';
      const columns = ([0, 1] as const).map(segment => columnsWhere(item => item.segment === segment));
      return (row, place) => {
        const own = query(place)?.segment ?? 0;
        return massOf(row, columns[same ? own : 1 - own] ?? []);
      };
    }
    case 'distance':
      return (row, place) => meanDistance(row, sources, queries[place] ?? 0);
    case 'entropy':
      return entropy;
    case 'entropy_share': {
      const most = Math.log(sources.length - (layout.switches.own === 'drop' ? 1 : 0));
      return row => (most > 0 ? Math.min(1, entropy(row) / most) : NaN);
    }
    case 'previous':
      return atOffset(layout, -1);
    case 'next':
      return atOffset(layout, 1);
    case 'back_2':
    case 'back_3':
    case 'back_4':
    case 'back_5':
      return atOffset(layout, -Number(name.slice(5)));
    case 'ahead_2':
    case 'ahead_3':
    case 'ahead_4':
    case 'ahead_5':
      return atOffset(layout, Number(name.slice(6)));
  }
}

/** Mass at each distance, [0 … items − 1], of a head: the mean over its rows; sums to 1. Offsets before and after count alike. */
export function distanceHistogram(rows: Float64Array, layout: Layout): Float64Array {
  const { items, queries, sources } = layout;
  const width = sources.length;
  const histogram = new Float64Array(items.length);
  let counted = 0;
  queries.forEach((query, place) => {
    if (!Number.isNaN(rows[place * width] ?? NaN)) {
      counted++;
      sources.forEach((source, column) => {
        const distance = Math.abs(source - query);
        histogram[distance] = (histogram[distance] ?? 0) + (rows[place * width + column] ?? 0);
      });
    }
  });
  return histogram.map(sum => sum / counted);
}

/** Nats; 0 log 0 = 0. */
export function entropy(row: Float64Array): number {
  let sum = 0;
  for (let column = 0; column < row.length; column++) {
    const share = row[column] ?? NaN;
    sum -= share === 0 ? 0 : share * Math.log(share);
  }
  return Math.max(0, sum);
}

/** Neighbours are those in the text: a row whose neighbour was dropped has no mass there. */
function atOffset({ queries, sources, items }: Layout, offset: number): RowPattern {
  const columnOf = new Int32Array(items.length).fill(-1);
  sources.forEach((source, column) => {
    columnOf[source] = column;
  });
  const columns = queries.map(query => columnOf[query + offset] ?? -1);
  return (row, place) => {
    const column = columns[place] ?? -1;
    return Number.isNaN(row[0]) ? NaN : column < 0 ? 0 : (row[column] ?? NaN);
  };
}

function massOf(row: Float64Array, columns: readonly number[]): number {
  // A row that is missing is so throughout, also where no column is asked for.
  let sum = Number.isNaN(row[0]) ? NaN : 0;
  for (const column of columns) {
    sum += row[column] ?? NaN;
  }
  return sum;
}

function meanDistance(row: Float64Array, sources: Int32Array, query: number): number {
  let sum = 0;
  for (let column = 0; column < row.length; column++) {
    sum += (row[column] ?? NaN) * Math.abs((sources[column] ?? 0) - query);
  }
  return sum;
}

function isCls(item: Item | undefined): boolean {
  return item?.special === true && item.label === '[CLS]';
}

function isSep(item: Item | undefined): boolean {
  return item?.special === true && item.label === '[SEP]';
}
