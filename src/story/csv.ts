// All cells of a story as lines of text, one head at a time, so that no more than a head's are ever in memory.

import { isExact } from './contents';
import type { HeadMaps, StoryData } from './data';

const COLUMNS = [
  'layer',
  'head',
  'query',
  'source',
  'query_piece',
  'source_piece',
  'attention',
  'attribution',
  'error'
];

/**
 * First the names of the columns, then the lines of one head after the other; heads that are not here are left out.
 * Fractions with six digits, empty where missing; lines end in \n.
 */
export function* csvChunks(data: StoryData): Generator<string, void> {
  yield `${COLUMNS.join(',')}\n`;
  const { model, pieces } = data.document;
  const texts = pieces.map(piece => quoted(piece.text));
  const exact = isExact(data.document);
  for (let layer = 0; layer < model.layers; layer++) {
    for (let head = 0; head < model.heads; head++) {
      const maps = data.head(layer, head);
      if (maps !== null) {
        yield headLines(`${layer},${head}`, texts, maps, exact);
      }
    }
  }
}

function headLines(
  head: string,
  texts: readonly string[],
  { attention, norms, error }: HeadMaps,
  exact: boolean
): string {
  const lines: string[] = [];
  const count = texts.length;
  for (let query = 0; query < count; query++) {
    const start = query * count;
    const total = norms?.subarray(start, start + count).reduce((sum, norm) => sum + norm, 0) ?? NaN;
    for (let source = 0; source < count; source++) {
      const cell = start + source;
      const attribution = (norms?.[cell] ?? NaN) / total;
      const errorHere = exact && !Number.isNaN(attribution) ? 0 : error?.[cell];
      const numbers = [attention[cell], attribution, errorHere].map(digits);
      lines.push([head, query, source, texts[query], texts[source], ...numbers].join(',') + '\n');
    }
  }
  return lines.join('');
}

function digits(value: number | undefined): string {
  return value === undefined || Number.isNaN(value) ? '' : String(Number(value.toPrecision(6)));
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
