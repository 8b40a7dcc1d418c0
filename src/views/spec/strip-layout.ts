// Where the tokens of the strip go: lines that wrap, one per segment of a pair at least, with room for the bars.

import type { StripToken } from './strip';
import type { MeasureText } from './text-width';

export interface PlacedToken {
  readonly token: StripToken;
  readonly x: number;
  /** Top of the text box; bars stand above and hang below it. */
  readonly y: number;
  readonly width: number;
  readonly line: number;
}

export interface StripLayout {
  readonly height: number;
  readonly tokens: readonly PlacedToken[];
  /** Height of the text box. */
  readonly textHeight: number;
  /** Room for bars and their numbers above the text, and the same below. */
  readonly barSpace: number;
  /** Height of a full bar. */
  readonly fullBar: number;
  /** Size of the text, and that of special tokens. */
  readonly size: number;
  readonly specialSize: number;
  /** Pixels between the bars of neighbours, and between text and the edge of its box. */
  readonly barMargin: number;
  readonly padding: number;
  /** A and B in front of the segments of a pair. */
  readonly segments: readonly { readonly label: 'A' | 'B'; readonly x: number; readonly y: number }[];
  /** Where `attention` and `attribution` stand; null: no room for a legend (long texts). */
  readonly legend: { readonly x: number; readonly y: number } | null;
}

/** Space for bars by the number of lines: 1, 2, 3, 4, 5 and more; 14 of it for numbers. */
const BAR_SPACE = [40, 32, 27, 22, 20];
const NUMBER_SPACE = 14;
export const LINE_GAP = 4;
const SEGMENT_WIDTH = 16;
const LEGEND_GAP = 13;

const SHORT = { size: 15, specialSize: 12, textHeight: 24, padding: 5, barMargin: 3, least: 22, gap: 2 };
const LONG = { size: 12, specialSize: 12, textHeight: 18, padding: 3, barMargin: 2, least: 18, gap: 2 };
const LONG_BAR_SPACE = 12;
const LONG_FULL_BAR = 10;

/** @param many long texts: small type, thin bars, no numbers, no legend */
export function placeStrip(
  tokens: readonly StripToken[],
  width: number,
  many: boolean,
  measure: MeasureText
): StripLayout {
  const type = many ? LONG : SHORT;
  const pair = tokens.some(token => token.segment === 1);
  const left = pair ? SEGMENT_WIDTH : 0;
  const legendWidth = many
    ? 0
    : LEGEND_GAP + Math.max(measure('attention', 11, 400), measure('attribution', 11, 400));
  const lines: { token: StripToken; x: number; width: number }[][] = [[]];
  let x = left;
  tokens.forEach((token, index) => {
    const joins = token.continues;
    const joined = tokens[index + 1]?.continues === true;
    const wide = tokenWidth(token, joins, joined, type, measure);
    const before = tokens[index - 1];
    const rest = index === tokens.length - 1 ? legendWidth : 0;
    const newSegment = before !== undefined && before.segment !== token.segment;
    if (newSegment || (x + wide + rest > width && lines.at(-1)?.length)) {
      lines.push([]);
      x = left;
    }
    lines.at(-1)?.push({ token, x, width: wide });
    x += wide + (joined ? 0 : type.gap);
  });
  const barSpace = many ? LONG_BAR_SPACE : (BAR_SPACE[Math.min(lines.length, BAR_SPACE.length) - 1] ?? 20);
  const lineHeight = 2 * barSpace + type.textHeight;
  const top = (line: number) => line * (lineHeight + LINE_GAP) + barSpace;
  const placed = lines.flatMap((line, at) => line.map(one => ({ ...one, y: top(at), line: at })));
  const firstOf = (segment: 0 | 1) => placed.find(one => one.token.segment === segment);
  const last = placed.at(-1);
  return {
    height: lines.length * (lineHeight + LINE_GAP) - LINE_GAP,
    tokens: placed,
    textHeight: type.textHeight,
    barSpace,
    fullBar: many ? LONG_FULL_BAR : barSpace - NUMBER_SPACE,
    size: type.size,
    specialSize: type.specialSize,
    barMargin: type.barMargin,
    padding: type.padding,
    segments: pair
      ? (['A', 'B'] as const).flatMap((label, segment) => {
          const first = firstOf(segment === 0 ? 0 : 1);
          return first ? [{ label, x: 0, y: first.y }] : [];
        })
      : [],
    legend: many || last === undefined ? null : { x: last.x + last.width + LEGEND_GAP, y: last.y }
  };
}

function tokenWidth(
  token: StripToken,
  joins: boolean,
  joined: boolean,
  type: typeof SHORT,
  measure: MeasureText
): number {
  const size = token.special ? type.specialSize : type.size;
  const text = measure(token.text, size, token.selected ? 600 : 400);
  const chip = token.selected && (joins || joined) ? 3 : 0;
  const sides = (joins ? chip : type.padding) + (joined ? chip : type.padding);
  return joins || joined ? text + sides : Math.max(type.least, text + sides);
}
