// The shown maps as CSV: one line a cell, raw fractions with six digits.

import { rawNumber } from './format';
import type { Shown } from './shown';

const HEADER = 'layer,head,query,source,query_piece,source_piece,attention,attribution';

/**
 * What the maps show: merged, dropped and renormalised as the switches say. Of a group the mean, with its heads listed
 * in the place of layer and head (`0.3 3.4`, and an empty head).
 */
export function csvOf(shown: Shown): string {
  const { maps, group, queries, sources, items } = shown;
  const [layer, head] =
    group.length === 1 ? (group[0] ?? ['', '']) : [group.map(one => one.join('.')).join(' '), ''];
  const lines = Array.from(maps === null ? [] : queries).flatMap((query, row) =>
    Array.from(sources, (source, column) => {
      const cell = row * sources.length + column;
      return [
        String(layer),
        String(head),
        String(query),
        String(source),
        quoted(items[query]?.label ?? ''),
        quoted(items[source]?.label ?? ''),
        rawNumber(maps?.attention[cell] ?? NaN),
        rawNumber(maps?.attribution?.[cell] ?? NaN)
      ].join(',');
    })
  );
  return [HEADER, ...lines, ''].join('\n');
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
}
