// The strip drawn for files: tokens with their bars, or for long texts a profile of all and the lines around the query.

import { describeStrip } from './describe';
import type { Figure, Mark, TextMark } from './figure';
import type { Rect } from './layout';
import { box, filled, outlined, textAt } from './marks';
import type { Shown } from './shown';
import { profileOf, stripOf, type Bar } from './strip';
import { LINE_GAP, placeStrip, type PlacedToken, type StripLayout } from './strip-layout';
import type { MeasureText } from './text-width';
import { withAlpha, type Theme } from './theme';

export const PROFILE_HEIGHT = 56;
const PROFILE_GAP = 6;
/** Lines of a long text that are drawn. */
const LINES_SHOWN = 4;

export function stripFigure(shown: Shown, theme: Theme, width: number, measure: MeasureText): Figure {
  const layout = window(placeStrip(stripOf(shown), width, shown.many, measure), shown);
  const top = shown.many ? PROFILE_HEIGHT + PROFILE_GAP : 0;
  const marks = [
    ...(shown.many ? profileMarks(shown, theme, width) : []),
    ...shiftTokens(layout, top).flatMap(one => tokenMarks(one, layout, theme)),
    { kind: 'texts' as const, texts: sideTexts(shown, layout, theme, top) },
    ...fadedLines(shown, layout, theme, width, top)
  ];
  return {
    width,
    height: top + layout.height,
    background: null,
    font: theme.font,
    panels: [],
    marks,
    summary: describeStrip(shown)
  };
}

/** Of a long text, four lines with the query's among them, moved to the top. */
function window(layout: StripLayout, shown: Shown): StripLayout {
  const count = (layout.tokens.at(-1)?.line ?? 0) + 1;
  if (!shown.many || count <= LINES_SHOWN) {
    return layout;
  }
  const query = shown.reading?.queries.at(-1);
  const line = layout.tokens.find(one => one.token.item === query)?.line ?? 0;
  const first = Math.max(0, Math.min(line - 1, count - LINES_SHOWN));
  const stride = layout.textHeight + 2 * layout.barSpace + LINE_GAP;
  const tokens = layout.tokens
    .filter(one => one.line >= first && one.line < first + LINES_SHOWN)
    .map(one => ({ ...one, line: one.line - first, y: one.y - first * stride }));
  const visible = new Set(tokens.map(one => one.y));
  return {
    ...layout,
    tokens,
    height: LINES_SHOWN * stride - LINE_GAP,
    segments: layout.segments
      .map(segment => ({ ...segment, y: segment.y - first * stride }))
      .filter(segment => visible.has(segment.y))
  };
}

/** Of a long text the first or last line drawn is faint where the text goes on. */
function fadedLines(
  shown: Shown,
  layout: StripLayout,
  theme: Theme,
  width: number,
  top: number
): readonly Mark[] {
  const first = layout.tokens[0];
  const last = layout.tokens.at(-1);
  if (!shown.many || first === undefined || last === undefined) {
    return [];
  }
  const line = ({ y }: PlacedToken): Rect => ({
    x: 0,
    y: top + y - layout.barSpace,
    width,
    height: layout.textHeight + 2 * layout.barSpace
  });
  const rects = [
    ...(first.token.item > 0 ? [line(first)] : []),
    ...(last.token.item < shown.items.length - 1 ? [line(last)] : [])
  ];
  return rects.length > 0 ? [filled(rects, withAlpha(theme.background, 0.6))] : [];
}

function shiftTokens(layout: StripLayout, top: number): readonly PlacedToken[] {
  return layout.tokens.map(one => ({ ...one, y: one.y + top }));
}

function tokenMarks(placed: PlacedToken, layout: StripLayout, theme: Theme): readonly Mark[] {
  const { token, x, y, width } = placed;
  const { textHeight } = layout;
  const left = x + (token.continues ? 0 : layout.barMargin);
  const right = x + width - (layout.barMargin > 0 ? layout.barMargin : 0);
  const bars = token.off
    ? []
    : [
        filled([{ x: left, y: y - 1, width: right - left, height: 1 }], theme.hairline),
        filled([{ x: left, y: y + textHeight, width: right - left, height: 1 }], theme.hairline),
        ...barMarks(token.attention, left, right, y, -1, layout, theme),
        ...barMarks(token.attribution, left, right, y + textHeight, 1, layout, theme)
      ];
  const chip: Rect = { x, y, width, height: textHeight };
  const back = token.selected
    ? [filled([chip], theme.ink, 4)]
    : token.hovered
      ? [
          outlined(
            [{ x: x + 0.75, y: y + 0.75, width: width - 1.5, height: textHeight - 1.5 }],
            theme.ink,
            1.5,
            4
          )
        ]
      : token.marked
        ? [filled([chip], theme.hover, 4)]
        : [];
  return [...bars, ...back, { kind: 'texts', texts: [tokenText(placed, layout, theme)] }];
}

function tokenText(placed: PlacedToken, layout: StripLayout, theme: Theme): TextMark {
  const { token, x, y, width } = placed;
  const colour = token.selected
    ? theme.background
    : token.off
      ? withAlpha(theme.ink, 0.35)
      : token.special
        ? theme.ink2
        : theme.ink;
  return textAt(x + width / 2, y + layout.textHeight / 2, token.text, {
    colour,
    size: token.special ? layout.specialSize : layout.size,
    weight: token.selected ? 600 : 400,
    anchor: 'middle',
    align: 'middle'
  });
}

/** @param edge where the bar begins; direction −1 upwards, 1 downwards */
function barMarks(
  bar: Bar | null,
  left: number,
  right: number,
  edge: number,
  direction: -1 | 1,
  layout: StripLayout,
  theme: Theme
): readonly Mark[] {
  if (bar === null) {
    return [];
  }
  const up = direction < 0;
  const length = bar.length * layout.fullBar;
  const y = up ? edge - 1 - length : edge + 1;
  const fill = up ? theme.attentionBar : theme.attributionBar;
  const marks: Mark[] = [
    filled([{ x: left, y, width: right - left, height: length }], fill, Math.min(1.5, length / 2))
  ];
  if (bar.broken && layout.fullBar > 10) {
    const middle = up ? edge - 1 - 0.65 * layout.fullBar : edge + 1 + 0.65 * layout.fullBar;
    const slope = Math.tan((7 * Math.PI) / 180) * ((right - left) / 2 + 2);
    marks.push({
      kind: 'line',
      x: [left - 2, right + 2],
      y: [middle + slope, middle - slope],
      colour: theme.background,
      width: 2.5
    });
  }
  if (bar.number !== '' && layout.barSpace > layout.fullBar + 8) {
    const at = up ? edge - 1 - length - 4 : edge + 1 + length + 11;
    const colour = up ? theme.attentionText : theme.attributionText;
    const text = textAt((left + right) / 2, at, bar.number, { colour, size: 10, anchor: 'middle' });
    marks.push({ kind: 'texts', texts: [text] });
  }
  return marks;
}

function sideTexts(shown: Shown, layout: StripLayout, theme: Theme, top: number): readonly TextMark[] {
  const segments = layout.segments.map(({ label, x, y }) =>
    textAt(x, top + y + layout.textHeight / 2, label, { colour: theme.ink2, align: 'middle' })
  );
  const { legend } = layout;
  if (legend === null || shown.reading === null || shown.empty) {
    return segments;
  }
  const y = top + legend.y;
  return [
    ...segments,
    textAt(legend.x, y - 3, 'attention', { colour: theme.attentionText }),
    ...(shown.reading.attribution
      ? [textAt(legend.x, y + layout.textHeight + 11, 'attribution', { colour: theme.attributionText })]
      : [])
  ];
}

function profileMarks(shown: Shown, theme: Theme, width: number): readonly Mark[] {
  const profile = profileOf(shown);
  const count = profile.attention.length;
  const step = width / count;
  const bar = Math.max(1, step - (step > 3 ? 1 : 0));
  const middle = PROFILE_HEIGHT / 2;
  const rects = (lengths: Float32Array, up: boolean): readonly Rect[] =>
    Array.from(lengths, (length, i) => {
      const height = length * (middle - 2);
      return { x: i * step, y: up ? middle - 1 - height : middle + 1, width: bar, height };
    }).filter(rect => rect.height > 0);
  const { query } = profile;
  return [
    filled([{ x: 0, y: middle - 0.5, width, height: 1 }], theme.hairline),
    {
      kind: 'rects',
      rects: rects(profile.attention, true).map(box),
      fill: theme.attentionBar,
      stroke: null,
      strokeWidth: 0,
      radius: 0
    },
    filled(profile.attribution ? rects(profile.attribution, false) : [], theme.attributionBar),
    filled(
      query === null ? [] : [{ x: (query + 0.5) * step - 1, y: 0, width: 2, height: PROFILE_HEIGHT }],
      theme.ink
    )
  ];
}
