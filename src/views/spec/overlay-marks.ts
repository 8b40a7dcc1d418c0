// Selection drawn into a file: what the page does with elements above its figures.

import type { Mark, TextMark } from './figure';
import { ellipsis } from './format';
import { TICK_SIZE, type OverviewLayout, type Rect, type TriptychLayout } from './layout';
import { filled, outlined, textAt } from './marks';
import {
  CHIP_HEIGHT,
  CHIP_PADDING,
  columnChip,
  columnRects,
  headRings,
  layerBand,
  rowChips,
  rowRects,
  thinRows,
  type Chip,
  type Ring
} from './overlays';
import { missingPanels } from './missing-panels';
import { headMarks, layerBands, type HeadMark, type MultiplesLayout } from './multiples-figure';
import type { Shown } from './shown';
import type { SectionName } from './state';
import { placeholders } from './status';
import { hasAttention } from './triptych';
import type { MeasureText } from './text-width';
import { withAlpha, type Theme } from './theme';

/** A chip may reach this far into the padding left of the figure. */
const CHIP_OVERHANG = 10;
const DOT_RING = 5.5;
/** Across, around the value of a head in a small panel. */
export const SMALL_RING = 9;

export function overviewMarks(shown: Shown, layout: OverviewLayout, theme: Theme): readonly Mark[] {
  if (placeholders(shown).overview !== null) {
    return [];
  }
  return [
    filled([layerBand(shown, layout)], theme.hover),
    ...headRings(shown, layout).flatMap(ring => ringMarks(ring, theme))
  ];
}

/** The selected layer's band, and rings where the leading head lies. */
export function multiplesMarks(
  shown: Shown,
  section: SectionName,
  layout: MultiplesLayout,
  theme: Theme
): readonly Mark[] {
  if (missingPanels(shown, section) !== null) {
    return [];
  }
  const [layer] = shown.group.at(-1) ?? [0, 0];
  const ring = SMALL_RING / 2;
  const marks = headMarks(shown, section, layout).map(({ x, y, side, beyond }) => ({
    side: beyond ? 'beyond' : side,
    rect: { x: x - ring, y: y - ring, width: SMALL_RING, height: SMALL_RING }
  }));
  const of = (wanted: HeadMark['side'] | 'beyond', colour: string) =>
    filled(
      marks.filter(({ side }) => side === wanted).map(({ rect }) => rect),
      colour,
      ring
    );
  return [
    filled(layerBands(layout, layer), theme.hover),
    of('attention', theme.attentionBar),
    of('attribution', theme.attributionBar),
    of(null, theme.dots),
    of('beyond', theme.background),
    outlined(
      marks.map(({ rect }) => inset(rect, 0.75)),
      theme.ink,
      1.5,
      ring
    )
  ];
}

function ringMarks({ kind, cell, dot }: Ring, theme: Theme): readonly Mark[] {
  const width = kind === 'selected' ? 2 : 1.5;
  const circle = dot && {
    x: dot.x - DOT_RING,
    y: dot.y - DOT_RING,
    width: 2 * DOT_RING,
    height: 2 * DOT_RING
  };
  return [
    outlined([inset(cell, 1.5)], theme.background, 1, 1),
    outlined([inset(cell, width / 2 - 1)], theme.ink, width, 2),
    ...(circle ? [outlined([circle], theme.ink, width, DOT_RING)] : [])
  ];
}

export function triptychMarks(
  shown: Shown,
  layout: TriptychLayout,
  theme: Theme,
  measure: MeasureText
): readonly Mark[] {
  if (!hasAttention(shown)) {
    return [];
  }
  const drawn = placeholders(shown).maps === null ? ([0, 1, 2] as const) : ([0] as const);
  const here = (rects: readonly Rect[]) => rects.slice(0, drawn.length);
  const pinned = shown.pin === null ? [] : here(columnRects(shown, layout, shown.pin));
  const columns = drawn.flatMap(map => columnChip(shown, layout, map) ?? []);
  return [
    ...(pinned.length > 0
      ? [
          outlined(
            pinned.map(rect => inset(rect, 0.5)),
            theme.ink,
            1
          )
        ]
      : []),
    ...shown.selectedQueries.flatMap(query => rowMarks(here(rowRects(shown, layout, query)), layout, theme)),
    ...rowChips(shown, layout).flatMap(chip => rowChipMarks(chip, layout, theme, measure)),
    ...columns.flatMap(chip => columnChipMarks(chip, layout, theme, measure))
  ];
}

function rowMarks(rects: readonly Rect[], layout: TriptychLayout, theme: Theme): readonly Mark[] {
  if (!thinRows(layout)) {
    return [
      outlined(
        rects.map(rect => inset(rect, -0.75)),
        theme.ink,
        1.5,
        1
      )
    ];
  }
  const end = 6;
  const ends = rects.flatMap(rect => [
    { ...rect, width: end },
    { ...rect, x: rect.x + rect.width - end, width: end }
  ]);
  const middles = rects.map(rect => ({ ...rect, x: rect.x + end, width: rect.width - 2 * end }));
  return [filled(ends, theme.ink), filled(middles, withAlpha(theme.ink, 0.55))];
}

function rowChipMarks(
  chip: Chip,
  layout: TriptychLayout,
  theme: Theme,
  measure: MeasureText
): readonly Mark[] {
  const room = layout.labelWidth - 1 - 2 * CHIP_PADDING + CHIP_OVERHANG;
  const text = fitted(chip.text, room, measure);
  const width = measure(text, TICK_SIZE, 400) + 2 * CHIP_PADDING;
  const rect = { x: layout.labelWidth - 1 - width, y: chip.y - CHIP_HEIGHT / 2, width, height: CHIP_HEIGHT };
  return chipMarks(rect, text, chip.kind, theme);
}

function columnChipMarks(
  chip: Chip,
  layout: TriptychLayout,
  theme: Theme,
  measure: MeasureText
): readonly Mark[] {
  const width = measure(chip.text, TICK_SIZE, 400) + 2 * CHIP_PADDING;
  const x = Math.max(0, Math.min(layout.width - width, chip.x - width / 2));
  return chipMarks({ x, y: chip.y, width, height: CHIP_HEIGHT }, chip.text, 'hovered', theme);
}

function chipMarks(rect: Rect, text: string, kind: Chip['kind'], theme: Theme): readonly Mark[] {
  const selected = kind === 'selected';
  const label: TextMark = textAt(rect.x + rect.width / 2, rect.y + rect.height / 2, text, {
    colour: selected ? theme.background : theme.ink,
    anchor: 'middle',
    align: 'middle'
  });
  return [
    filled([rect], selected ? theme.ink : theme.background, 3),
    ...(selected ? [] : [outlined([inset(rect, -0.5)], theme.ink2, 1, 3)]),
    { kind: 'texts', texts: [label] }
  ];
}

/** The name; without its segment where that is too long; cut, with its position kept, where that is too long still. */
function fitted(name: string, room: number, measure: MeasureText): string {
  const fits = (text: string) => measure(text, TICK_SIZE, 400) <= room;
  if (fits(name)) {
    return name;
  }
  const [, text = name, position = ''] = /^(.*?)([₀-₉]*)(?: \([AB]\))?$/u.exec(name) ?? [];
  return `${ellipsis(text, shorter => fits(`${shorter}${position}`))}${position}`;
}

function inset(rect: Rect, by: number): Rect {
  return {
    x: rect.x + by,
    y: rect.y + by,
    width: Math.max(0, rect.width - 2 * by),
    height: Math.max(0, rect.height - 2 * by)
  };
}
