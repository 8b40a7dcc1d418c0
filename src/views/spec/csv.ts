// The numbers of a figure as CSV: raw, with six digits, one line a cell, a head, a layer or a source.

import { rawNumber } from './format';
import type { Overview } from './overview';
import type { FigureName } from './page';
import type { Shown } from './shown';
import type { SectionName } from './state';

type Cell = string | number;

/**
 * A page has the numbers of its maps. Maps, sentence and tokens are merged, dropped and renormalised as the switches say;
 * missing numbers are empty.
 *
 * @param shown with the sections open that the figure shows
 */
export function csvOf(name: FigureName, shown: Shown): string {
  const [header, rows] = tableOf(name, shown);
  return [header.join(','), ...rows.map(row => row.map(written).join(',')), ''].join('\n');
}

type RawTable = readonly [header: readonly string[], rows: readonly (readonly Cell[])[]];

function tableOf(name: FigureName, shown: Shown): RawTable {
  switch (name) {
    case 'page':
    case 'head':
      return mapCells(shown);
    case 'strip':
      return sources(shown);
    case 'heads':
      return heads(shown);
    case 'curve':
      return [CURVE, shown.overview === null ? [] : layers(shown.overview)];
    case 'patterns':
    case 'measures':
      return [CURVE, series(shown, name).flatMap(layers)];
  }
}

/** Of a group the mean, with its heads listed in the place of layer and head (`0.3 3.4`, and an empty head). */
function mapCells(shown: Shown): RawTable {
  const { maps, group, queries, sources: columns, items } = shown;
  const [layer, head] =
    group.length === 1 ? (group[0] ?? ['', '']) : [group.map(one => one.join('.')).join(' '), ''];
  const rows = Array.from(maps === null ? [] : queries).flatMap((query, row) =>
    Array.from(columns, (source, column): readonly Cell[] => {
      const cell = row * columns.length + column;
      return [
        String(layer),
        String(head),
        String(query),
        String(source),
        items[query]?.label ?? '',
        items[source]?.label ?? '',
        maps?.attention[cell] ?? NaN,
        maps?.attribution?.[cell] ?? NaN
      ];
    })
  );
  return [
    ['layer', 'head', 'query', 'source', 'query_piece', 'source_piece', 'attention', 'attribution'],
    rows
  ];
}

/** What the selected queries attend to and depend on, on the mean. */
function sources(shown: Shown): RawTable {
  const { reading, items } = shown;
  const query = (reading?.queries ?? []).join(' ');
  const rows = Array.from(reading ? shown.sources : [], (source, column): readonly Cell[] => [
    query,
    String(source),
    items[source]?.label ?? '',
    reading?.attention[column] ?? NaN,
    reading?.attribution?.[column] ?? NaN
  ]);
  return [['query', 'source', 'source_piece', 'attention', 'attribution'], rows];
}

/** `error` is the jackknife's standard error. */
function heads({ overview }: Shown): RawTable {
  const rows = Array.from(overview?.values ?? [], (value, place): readonly Cell[] => [
    String(Math.floor(place / (overview?.heads ?? 1))),
    String(place % (overview?.heads ?? 1)),
    overview?.measure.name ?? '',
    value,
    overview?.errors[place] ?? NaN,
    String(overview?.ranks[place] ?? '')
  ]);
  return [['layer', 'head', 'measure', 'value', 'error', 'rank'], rows];
}

/** Over heads; `error_95` is half of the 95 % interval of the mean. */
const CURVE = ['layer', 'measure', 'mean', 'standard_deviation', 'error_95'];

function layers({ measure, mean, deviation, half }: Overview): readonly (readonly Cell[])[] {
  return Array.from(mean, (value, layer): readonly Cell[] => [
    String(layer),
    measure.name,
    value,
    deviation[layer] ?? NaN,
    half[layer] ?? NaN
  ]);
}

function series({ multiples }: Shown, section: SectionName): readonly Overview[] {
  return (multiples[section] ?? []).flatMap(panel => panel.series);
}

function written(cell: Cell): string {
  if (typeof cell === 'number') {
    return rawNumber(cell);
  }
  return /[",\r\n]/.test(cell) ? `"${cell.replace(/"/g, '""')}"` : cell;
}
