// Small panels by layer as one figure: rows are layers, as in grid and curve, and all panels share them.

import { layerNote } from './heads';
import type { Axis, Figure, Mark, Panel, TextMark } from './figure';
import { axisNumber, ellipsis, keyNumber, THIN } from './format';
import { LABEL_STEP, TICK_SIZE, type Layout, type Rect } from './layout';
import { missingPanels } from './missing-panels';
import { bareAxis, labelled, panel, placeholder, rowRange, textAt } from './marks';
import type { Multiple } from './multiples';
import type { Overview } from './overview';
import { quantityColours } from './quantity';
import type { Shown } from './shown';
import type { SectionName } from './state';
import { describeMultiples } from './describe-multiples';
import type { MeasureText } from './text-width';
import type { Theme } from './theme';

export interface MultiplesLayout {
  readonly width: number;
  readonly height: number;
  readonly row: number;
  /** In the order of the panels; coordinates within the figure. */
  readonly panels: readonly Rect[];
}

const LABELS = 42;
/** Half a number at the end of the last axis. */
const RIGHT = 12;
const TITLE = 20;
/** Ticks, and space to the panels below. */
const BELOW = 28;
const GAP = 24;
const LEAST_PANEL = 78;
const MOST_ROW = 26;
/** Head dots of a measure; panels of two series have none, they would hide each other. */
const HEAD_DOT = 3.6;
const MEAN_DOT = 5.6;

/** As many panels side by side as have room, in rows of equal length. */
export function layoutMultiples(layout: Layout, layers: number, count: number): MultiplesLayout {
  const room = layout.inner - LABELS - RIGHT;
  const most = Math.max(1, Math.floor((room + GAP) / (LEAST_PANEL + GAP)));
  const lines = Math.max(1, Math.ceil(count / most));
  const columns = Math.max(1, Math.ceil(count / lines));
  const width = Math.floor((room - (columns - 1) * GAP) / columns);
  const row = Math.max(12, Math.min(MOST_ROW, Math.round(layout.overview.row)));
  const line = TITLE + row * layers + BELOW;
  return {
    width: layout.inner,
    height: lines * line - 4,
    row,
    panels: Array.from({ length: count }, (_, place) => ({
      x: LABELS + (place % columns) * (width + GAP),
      y: Math.floor(place / columns) * line + TITLE,
      width,
      height: row * layers
    }))
  };
}

export function multiplesFigure(
  shown: Shown,
  section: SectionName,
  theme: Theme,
  layout: MultiplesLayout,
  measure: MeasureText
): Figure {
  const multiples = shown.multiples[section] ?? [];
  const missing = missingPanels(shown, section);
  const figure = { width: layout.width, height: layout.height, background: null, font: theme.font };
  const summary = describeMultiples(shown, section);
  if (missing !== null) {
    const height = Math.max(40, layout.height - BELOW);
    const area = { x: LABELS, y: 0, width: layout.width - LABELS, height };
    const bare = bareAxis(theme, [0, 1]);
    const empty = panel('multiple 0', area, bare, bare, [], null);
    return { ...figure, panels: [empty], marks: placeholder(area, missing, theme), summary };
  }
  const rects = multiples.map((_, place) => layout.panels[place] ?? layout.panels[0]);
  const panels = multiples.flatMap((multiple, place): Panel[] => {
    const rect = rects[place];
    return rect === undefined ? [] : [panelOf(shown, multiple, place, rect, theme, layout)];
  });
  const titles = multiples.flatMap((multiple, place): TextMark[] => {
    const rect = rects[place];
    const fits = (text: string) => measure(text, 12, 400) <= (rect?.width ?? 0) + GAP - 8;
    return rect === undefined
      ? []
      : [textAt(rect.x, rect.y - 7, ellipsis(multiple.label, fits), { colour: theme.ink, size: 12 })];
  });
  const [first] = layout.panels;
  const texts = first === undefined ? titles : [layerNote(theme, first), ...titles];
  return { ...figure, panels, marks: [{ kind: 'texts', texts }], summary };
}

/** The layer whose row a point lies in, between the first panel and the last; null: none. */
export function layerAt(layout: MultiplesLayout, layers: number, x: number, y: number): number | null {
  const inside = layout.panels.find(
    rect => y >= rect.y && y < rect.y + rect.height && x >= rect.x - LABELS && x < rect.x + rect.width + GAP
  );
  const layer = inside === undefined ? -1 : Math.floor((y - inside.y) / layout.row);
  return layer >= 0 && layer < layers ? layer : null;
}

/** The band of a layer through each line of panels. */
export function layerBands(layout: MultiplesLayout, layer: number): readonly Rect[] {
  const tops = [...new Set(layout.panels.map(rect => rect.y))];
  return tops.map(top => ({ x: 0, y: top + layer * layout.row, width: layout.width, height: layout.row }));
}

export interface HeadMark {
  readonly x: number;
  readonly y: number;
  readonly side: 'attention' | 'attribution' | null;
  /** Its value lies beyond the axis, at whose end it is marked. */
  readonly beyond: boolean;
}

/** Where the values of the shown head lie, one for each series; of a group that of its leading head. */
export function headMarks(shown: Shown, section: SectionName, layout: MultiplesLayout): readonly HeadMark[] {
  const [layer, head] = shown.group.at(-1) ?? [0, 0];
  return (shown.multiples[section] ?? []).flatMap((multiple, place) => {
    const rect = layout.panels[place];
    return multiple.series.flatMap((one): HeadMark[] => {
      const value = one.values[layer * shown.heads + head] ?? NaN;
      const [low, high] = plotRange(multiple);
      const share = (value - low) / (high - low);
      const { of } = one.measure;
      return rect === undefined || Number.isNaN(share)
        ? []
        : [
            {
              x: rect.x + Math.min(1, Math.max(0, share)) * rect.width,
              y: rect.y + (layer + 0.5) * layout.row,
              side: of.kind === 'pattern' ? of.side : null,
              beyond: share > 1 || share < 0
            }
          ];
    });
  });
}

function panelOf(
  shown: Shown,
  multiple: Multiple,
  place: number,
  rect: Rect,
  theme: Theme,
  layout: MultiplesLayout
): Panel {
  const { layers } = shown;
  const bare = bareAxis(theme, rowRange(layers));
  const first = rect.x === layout.panels[0]?.x;
  const nth = Math.max(1, Math.ceil(LABEL_STEP / layout.row - 1e-9));
  const at = Array.from({ length: layers }, (_, layer) => layer).filter(layer => layer % nth === 0);
  const yAxis = first ? labelled(bare, { at, labels: at.map(String) }) : bare;
  const marks = multiple.series.flatMap(one => seriesMarks(one, theme, multiple.series.length === 1));
  return panel(`multiple ${place}`, rect, valueAxis(multiple, theme), yAxis, marks, null);
}

function seriesMarks(series: Overview, theme: Theme, alone: boolean): readonly Mark[] {
  const { mean, deviation, half, values, heads, layers } = series;
  const local = series.measure.of.kind === 'pattern';
  const { dots, band } = quantityColours(series.measure, theme);
  const present = [...mean.keys()].filter(layer => !Number.isNaN(mean[layer]));
  const at = (numbers: ArrayLike<number>) => present.map(layer => numbers[layer] ?? NaN);
  const low = present.map(layer =>
    Math.max(series.measure.range[0], (mean[layer] ?? NaN) - (deviation[layer] ?? 0))
  );
  const high = present.map(layer => (mean[layer] ?? NaN) + (deviation[layer] ?? 0));
  const erring = present.filter(layer => (half[layer] ?? 0) > 0);
  const ink = local ? dots : theme.ink;
  const each = Array.from({ length: layers * heads }, (_, index) => index).filter(
    index => !Number.isNaN(values[index])
  );
  const area: Mark = {
    kind: 'area',
    x: [...low, ...high.reverse()],
    y: [...present, ...[...present].reverse()],
    colour: band
  };
  const ofHeads: Mark = {
    kind: 'dots',
    x: each.map(index => values[index] ?? NaN),
    y: each.map(index => Math.floor(index / heads)),
    size: HEAD_DOT,
    colour: dots,
    opacity: 0.45,
    rim: null
  };
  return [
    area,
    ...(alone && !local ? [ofHeads] : []),
    { kind: 'line', x: at(mean), y: present, colour: ink, width: 1.5 },
    {
      kind: 'intervals',
      x: erring.map(layer => mean[layer] ?? NaN),
      y: erring,
      half: erring.map(layer => half[layer] ?? 0),
      colour: ink,
      width: 2
    },
    {
      kind: 'dots',
      x: at(mean),
      y: present,
      size: MEAN_DOT,
      colour: ink,
      opacity: 1,
      rim: { colour: theme.background, width: 1 }
    }
  ];
}

function plotRange({ range: [low, high] }: Multiple): readonly [number, number] {
  const margin = 0.03 * (high - low);
  return [low - margin, high + margin];
}

function valueAxis(multiple: Multiple, theme: Theme): Axis {
  const { ticks, percent } = multiple;
  const last = ticks.length - 1;
  const label = (at: number, place: number) =>
    percent ? `${keyNumber(at)}${place === last ? `${THIN}%` : ''}` : axisNumber(at);
  return {
    ...bareAxis(theme, plotRange(multiple)),
    ticks: ticks.map((at, place) => ({ at, label: label(at, place) })),
    grid: theme.hairline,
    size: TICK_SIZE
  };
}
