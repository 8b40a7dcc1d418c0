// The sections of a page as drawings of their own: title line, column titles with keys, figure, selection.

import { overviewFigure, type OverviewPart } from './overview-figure';
import type { Figure, Mark, Panel, TextMark } from './figure';
import { ellipsis } from './format';
import { FIGURE_TOP, TICK_SIZE, type Layout, type OverviewLayout, type Rect } from './layout';
import { bareAxis, panel, placed, textAt } from './marks';
import { layoutMultiples, multiplesFigure } from './multiples-figure';
import { multiplesMarks, overviewMarks, triptychMarks } from './overlay-marks';
import { withoutCovered } from './overlays';
import { PAIR_LABELS } from './pairs';
import { gridName, quantityRamp } from './quantity';
import { ramp, type RampName } from './ramps';
import type { Shown } from './shown';
import type { SectionName } from './state';
import type { MeasureText } from './text-width';
import type { Theme } from './theme';
import {
  cellReading,
  curveName,
  mapKeys,
  mismatchKey,
  multiplesTitle,
  overviewTitle,
  triptychTitle,
  type ColourKey,
  type SectionTitle
} from './titles';
import { triptychFigure } from './triptych';

export interface Context {
  readonly shown: Shown;
  readonly theme: Theme;
  readonly layout: Layout;
  readonly measure: MeasureText;
}

const TITLE_HEIGHT = 24;
const COLUMN_TITLE_HEIGHT = 24;
const KEY_HEIGHT = 7;
const KEY_GAP = 4;
const VALUE_GAP = 7;
const PATTERN_LEGEND = 'attention   attribution';

/** @param layout of the overview; with only one of grid and curve for a figure of its own */
export function overviewSection(context: Context, layout: OverviewLayout, part: OverviewPart): Figure {
  const { shown, theme, measure } = context;
  const figure = overviewFigure(shown, theme, layout, measure, part);
  const key = mismatchKey(shown);
  const quantityTitle = shown.overview ? gridName(shown.overview.measure) : 'Mismatch';
  const titles: ColumnTitle[] = [];
  if (part !== 'curve') {
    titles.push({
      text: quantityTitle,
      colour: theme.ink2,
      weight: 400,
      rect: layout.grid,
      key,
      ramp: shown.overview ? quantityRamp(shown.overview.measure) : 'mismatch'
    });
  }
  if (part !== 'heads') {
    const text = curveName(shown);
    titles.push({ text, colour: theme.ink2, weight: 400, rect: layout.curve, key: null, ramp: 'mismatch' });
  }
  const marks = part === 'both' ? overviewMarks(shown, layout, theme) : [];
  return section(context, overviewTitle(shown, false), '', titles, figure, marks);
}

export function triptychSection(context: Context): Figure {
  const { shown, theme, layout, measure } = context;
  const { triptych } = layout;
  const figure = triptychFigure(shown, theme, withoutCovered(shown, triptych, measure));
  const keys = mapKeys(shown, triptych.maps[0].width);
  const reading = cellReading(shown);
  const names = [
    { text: 'Attention', colour: theme.attentionText, ramp: 'attention', value: reading?.attention },
    { text: 'Attribution', colour: theme.attributionText, ramp: 'attribution', value: reading?.attribution },
    { text: 'Difference', colour: theme.ink, ramp: 'difference', value: reading?.difference }
  ] as const;
  const titles = names.map((name, i): ColumnTitle => {
    const rect = triptych.maps[i] ?? triptych.maps[0];
    const title = measure(name.text, 12, 600) + VALUE_GAP + measure(name.value ?? '', 12, 600);
    return { ...name, value: title <= rect.width ? name.value : '', weight: 600, rect, key: keys[i] ?? null };
  });
  const filter = shown.pair && shown.state.pair !== 'all' ? [PAIR_LABELS[shown.state.pair]] : [];
  const axes = layout.size === 'S' || shown.empty ? [] : ['row = query, column = source'];
  return section(
    context,
    triptychTitle(shown),
    [...filter, ...axes].join(' · '),
    titles,
    figure,
    triptychMarks(shown, triptych, theme, measure)
  );
}

export function multiplesSection(context: Context, name: SectionName): Figure {
  const { shown, theme, layout, measure } = context;
  const panels = layoutMultiples(layout, shown.layers, shown.multiples[name]?.length ?? 0);
  const figure = multiplesFigure(shown, name, theme, panels, measure);
  const body = placed(
    { ...figure, marks: [...figure.marks, ...multiplesMarks(shown, name, panels, theme)] },
    0,
    TITLE_HEIGHT + 6
  );
  const { title, note } = multiplesTitle(shown, name);
  const noteAt = measure(title, 13, 600) + 10;
  const legend = name === 'patterns' ? measure(PATTERN_LEGEND, TICK_SIZE, 400) + 14 : 0;
  const fits = (text: string) => noteAt + measure(text, TICK_SIZE, 400) <= layout.inner - legend;
  const shortNote = layout.size === 'S' ? '' : ellipsis(note, fits);
  const texts = [
    textAt(0, 17, title, { colour: theme.ink, size: 13, weight: 600 }),
    textAt(noteAt, 17, shortNote, { colour: theme.ink2 })
  ];
  if (name === 'patterns') {
    const runs = [
      { text: 'attention', colour: theme.attentionText, weight: 400 as const },
      { text: '   ', colour: theme.ink2, weight: 400 as const },
      { text: 'attribution', colour: theme.attributionText, weight: 400 as const }
    ];
    texts.push({ ...textAt(layout.inner, 17, PATTERN_LEGEND, { colour: theme.ink2, anchor: 'end' }), runs });
  }
  return {
    ...figure,
    height: TITLE_HEIGHT + 6 + figure.height,
    panels: body.panels,
    marks: [{ kind: 'texts', texts }, ...body.marks]
  };
}

interface ColumnTitle {
  readonly text: string;
  readonly value?: string | undefined;
  readonly colour: string;
  readonly weight: 400 | 600;
  readonly rect: Rect;
  readonly key: ColourKey | null;
  readonly ramp: RampName;
}

function section(
  context: Context,
  { title, note }: SectionTitle,
  aside: string,
  titles: readonly ColumnTitle[],
  figure: Figure,
  overlay: readonly Mark[]
): Figure {
  const { theme, measure } = context;
  const top = TITLE_HEIGHT + COLUMN_TITLE_HEIGHT - FIGURE_TOP;
  const noteAt = measure(title, 13, 600) + 10;
  const room = figure.width + 10 - (aside ? measure(aside, 11, 400) + 10 : 0);
  const texts: TextMark[] = [textAt(0, 17, title, { colour: theme.ink, size: 13, weight: 600 })];
  if (note) {
    const fits = (text: string) => noteAt + measure(text, 11, 400) <= room - 10;
    texts.push(textAt(noteAt, 17, ellipsis(note, fits), { colour: theme.ink2 }));
  }
  if (aside) {
    texts.push(textAt(figure.width, 17, aside, { colour: theme.ink2, anchor: 'end' }));
  }
  const panels: Panel[] = [];
  for (const column of titles) {
    texts.push(...columnTexts(column, theme, measure));
    panels.push(...keyPanel(column, context));
  }
  const body = placed({ ...figure, marks: [...figure.marks, ...overlay] }, 0, top);
  return {
    ...figure,
    height: top + figure.height,
    panels: [...panels, ...body.panels],
    marks: [{ kind: 'texts', texts }, ...body.marks]
  };
}

function columnTexts(column: ColumnTitle, theme: Theme, measure: MeasureText): readonly TextMark[] {
  const { rect, text, colour, weight, value, key } = column;
  const y = TITLE_HEIGHT + 14;
  const texts = [textAt(rect.x, y, text, { colour, size: 12, weight })];
  if (value) {
    const x = rect.x + measure(text, 12, weight) + VALUE_GAP;
    texts.push(textAt(x, y, value, { colour: theme.ink, size: 12, weight: 600 }));
  }
  const place = keyPlace(column, measure);
  if (key && place?.labelled) {
    const right = rect.x + rect.width;
    texts.push(textAt(right, y, key.high, { colour: theme.ink2, anchor: 'end' }));
    texts.push(textAt(place.strip.x - KEY_GAP, y, key.low, { colour: theme.ink2, anchor: 'end' }));
  }
  return texts;
}

/** The strip of a key at the right end of its title, with its numbers where they fit, alone, or not at all. */
function keyPlace(
  { rect, text, weight, value, key }: ColumnTitle,
  measure: MeasureText
): { readonly strip: Rect; readonly labelled: boolean } | null {
  if (key === null) {
    return null;
  }
  const title = measure(text, 12, weight) + (value ? VALUE_GAP + measure(value, 12, 600) : 0);
  const room = rect.width - title - VALUE_GAP;
  const width = rect.width < 224 ? 28 : 52;
  const ends = [key.low, key.high].map(end => (end ? measure(end, 11, 400) + KEY_GAP : 0));
  const [low = 0, high = 0] = ends;
  const labelled = low + width + high <= room;
  if (!labelled && width > room) {
    return null;
  }
  const x = rect.x + rect.width - width - (labelled ? high : 0);
  return { strip: { x, y: TITLE_HEIGHT + 6.5, width, height: KEY_HEIGHT }, labelled };
}

function keyPanel(column: ColumnTitle, { theme, measure }: Context): readonly Panel[] {
  const { key } = column;
  const place = keyPlace(column, measure);
  if (key === null || place === null) {
    return [];
  }
  const count = key.steps.length;
  const map: Mark = {
    kind: 'heatmap',
    rows: 1,
    columns: count,
    values: Float32Array.from(key.steps),
    domain: [key.signed ? -1 : 0, 1],
    ramp: ramp(column.ramp, theme.dark),
    gap: 0,
    missing: theme.hairline
  };
  const x = bareAxis(theme, [-0.5, count - 0.5]);
  const y = bareAxis(theme, [0.5, -0.5]);
  return [panel(`key ${column.ramp}`, place.strip, x, y, [map], theme.hairline)];
}
