// The tables that say what the figures show, for screen readers and for those who want the numbers.

import { measureNumber, percent, points } from './format';
import { quantityNumber } from './quantity';
import type { Shown } from './shown';

export interface Table {
  readonly caption: string;
  readonly columns: readonly string[];
  /** The first cell of a row is its header. */
  readonly rows: readonly (readonly string[])[];
}

/** Layers by heads. */
export function headsTable(shown: Shown): Table {
  const { overview, layers, heads } = shown;
  const number = numbersOf(shown);
  const numbers = (count: number) => Array.from({ length: count }, (_, i) => i);
  return {
    caption: overview ? `${overview.measure.label} of every head` : 'No measure of heads yet',
    columns: ['layer', ...numbers(heads).map(head => `head ${head}`)],
    rows: numbers(overview ? layers : 0).map(layer => [
      String(layer),
      ...numbers(heads).map(head => number(overview?.values[layer * heads + head] ?? NaN))
    ])
  };
}

/** One row a layer: mean, standard deviation over heads, 95 % error. */
export function curveTable(shown: Shown): Table {
  const { overview } = shown;
  const number = numbersOf(shown);
  return {
    caption: overview ? `${overview.measure.label} by layer, over heads` : 'No measure of layers yet',
    columns: ['layer', 'mean', 'standard deviation', '95 % error'],
    rows: Array.from(overview?.mean ?? [], (mean, layer) => [
      String(layer),
      number(mean),
      number(overview?.deviation[layer] ?? NaN),
      number(overview?.half[layer] ?? NaN)
    ])
  };
}

function numbersOf({ overview }: Shown): (value: number) => string {
  return overview === null ? measureNumber : value => quantityNumber(overview.measure, value);
}

/** One row a source: attention, attribution and difference of the selected queries. */
export function readingTable(shown: Shown): Table {
  const { reading, names } = shown;
  const queries = (reading?.queries ?? []).map(query => names[query]?.full ?? '').join(', ');
  return {
    caption: reading ? `What ${queries} attends to and depends on` : 'No maps of this head here',
    columns: ['source', 'attention', 'attribution', 'difference'],
    rows: Array.from(reading ? shown.sources : [], (source, column) => {
      const attention = reading?.attention[column] ?? NaN;
      const attribution = reading?.attribution?.[column] ?? NaN;
      return [
        names[source]?.full ?? '',
        percent(attention),
        percent(attribution),
        points(attribution - attention)
      ];
    })
  };
}

/** A whole map, queries by sources. */
export function mapTable(shown: Shown, which: 'attention' | 'attribution' | 'difference'): Table {
  const { maps, names } = shown;
  const values = maps?.[which] ?? null;
  const name = (item: number) => names[item]?.full ?? '';
  const write = which === 'difference' ? points : percent;
  return {
    caption: `${which} of ${shown.group.map(head => head.join('.')).join(', ')}, queries by sources`,
    columns: ['query', ...Array.from(shown.sources, name)],
    rows: Array.from(values ? shown.queries : [], (query, row) => [
      name(query),
      ...Array.from(shown.sources, (_, column) => write(values?.[row * shown.sources.length + column] ?? NaN))
    ])
  };
}
