// The curve by layer: every head a dot in the row of its layer, the mean over heads as a line, ±1 sd as a band.

import type { Axis, Mark, Panel, TextMark } from './figure';
import type { OverviewLayout } from './layout';
import { bareAxis, rowRange, panel, textAt } from './marks';
import type { Overview } from './overview';
import { keyEnd, quantityColours } from './quantity';
import type { Shown } from './shown';
import type { HeadId } from './state';
import { placeholders } from './status';
import type { MeasureText } from './text-width';
import type { Theme } from './theme';

/** Dots stray from the middle of their row by this share of it at most. */
const STRAY = 0.42;
/** The axis goes on by this share of its range at both ends. */
const MARGIN = 0.02;

export interface Dot {
  readonly head: HeadId;
  /** Pixels of the overview figure. */
  readonly x: number;
  readonly y: number;
}

export function dotSize(layout: OverviewLayout): number {
  return layout.row < 20 ? 5.2 : 6.6;
}

/** Every head that has a value, spread so that dots of one layer do not hide each other where there is room. */
export function dotsOf(shown: Shown, layout: OverviewLayout): readonly Dot[] {
  const { overview } = shown;
  if (overview === null) {
    return [];
  }
  const apart = dotSize(layout) + 0.6;
  return Array.from({ length: overview.layers }, (_, layer) => {
    const middle = layout.curve.y + (layer + 0.5) * layout.row;
    return beeswarm(rowOf(overview, layer, layout), apart, STRAY * layout.row).map(
      ({ head, x, offset }): Dot => ({ head: [layer, head], x, y: middle + offset })
    );
  }).flat();
}

/** The head whose dot is nearest to a point, at most `reach` pixels away; null: none. */
export function dotAt(dots: readonly Dot[], x: number, y: number, reach = 12): HeadId | null {
  let nearest: HeadId | null = null;
  let least = reach;
  for (const dot of dots) {
    const distance = Math.hypot(dot.x - x, dot.y - y);
    if (distance <= least) {
      least = distance;
      nearest = dot.head;
    }
  }
  return nearest;
}

export function curvePanel(shown: Shown, theme: Theme, layout: OverviewLayout): Panel {
  const { overview, layers } = shown;
  const yAxis = bareAxis(theme, rowRange(layers));
  if (overview === null || placeholders(shown).overview !== null) {
    return panel('curve', layout.curve, bareAxis(theme, [0, 1]), yAxis, [], null);
  }
  const { mean, deviation, half } = overview;
  const present = [...mean.keys()].filter(layer => !Number.isNaN(mean[layer]));
  const pick = (values: ArrayLike<number>) => present.map(layer => values[layer] ?? NaN);
  const dots = dotsOf(shown, layout);
  const colours = quantityColours(overview.measure, theme);
  const low = present.map(layer => (mean[layer] ?? NaN) - (deviation[layer] ?? 0));
  const high = present.map(layer => (mean[layer] ?? NaN) + (deviation[layer] ?? 0));
  const erring = present.filter(layer => (half[layer] ?? 0) > 0);
  const marks: readonly Mark[] = [
    {
      kind: 'area',
      x: [...low, ...high.reverse()],
      y: [...present, ...[...present].reverse()],
      colour: colours.band
    },
    {
      kind: 'dots',
      x: dots.map(({ head: [layer, head] }) => overview.values[layer * overview.heads + head] ?? NaN),
      y: dots.map(dot => (dot.y - layout.curve.y) / layout.row - 0.5),
      size: dotSize(layout),
      colour: colours.dots,
      opacity: 0.75,
      rim: null
    },
    { kind: 'line', x: pick(mean), y: present, colour: theme.ink, width: 1.5 },
    {
      kind: 'intervals',
      x: erring.map(layer => mean[layer] ?? NaN),
      y: erring,
      half: erring.map(layer => half[layer] ?? 0),
      colour: theme.ink,
      width: 2
    },
    {
      kind: 'dots',
      x: pick(mean),
      y: present,
      size: 7,
      colour: theme.ink,
      opacity: 1,
      rim: { colour: theme.background, width: 1.5 }
    }
  ];
  return panel('curve', layout.curve, valueAxis(overview, theme), yAxis, marks, null);
}

/** Under the axis: the names of its ends, and between them the longest note that fits. */
export function curveNotes(
  shown: Shown,
  theme: Theme,
  layout: OverviewLayout,
  measure: MeasureText
): readonly TextMark[] {
  const { overview } = shown;
  if (overview === null) {
    return [];
  }
  const { curve } = layout;
  const y = curve.y + curve.height + 30;
  const { low, high } = overview.axis;
  const ends = Math.max(measure(low, 11, 400), measure(high, 11, 400));
  const note = curveNote(
    curve.width - 2 * ends - 24,
    overview.half.some(half => half > 0),
    measure
  );
  const look = { colour: theme.ink2 };
  return [
    textAt(curve.x, y, low, look),
    ...(note ? [textAt(curve.x + curve.width / 2, y, note, { ...look, anchor: 'middle' as const })] : []),
    textAt(curve.x + curve.width, y, high, { ...look, anchor: 'end' })
  ];
}

export function curveNote(room: number, withError: boolean, measure: MeasureText): string {
  const bar = withError ? ', bar = 95 % error' : '';
  const notes = [
    `dot = head, line = mean, band = ±1 sd${bar}`,
    `line = mean, band = ±1 sd${bar}`,
    `mean ±1 sd${bar}`,
    'mean ±1 sd'
  ];
  return notes.find(note => measure(note, 11, 400) <= room) ?? '';
}

function valueAxis(overview: Overview, theme: Theme): Axis {
  const [low, high] = plotRange(overview);
  return {
    ...bareAxis(theme, [low, high]),
    ticks: overview.axis.ticks.map(at => ({ at, label: keyEnd(overview.measure, at) })),
    grid: theme.hairline
  };
}

/** The axis with its margins. */
function plotRange(overview: Overview): readonly [number, number] {
  const [low, high] = overview.axis.range;
  const margin = MARGIN * (high - low);
  return [low - margin, high + margin];
}

function rowOf(
  overview: Overview,
  layer: number,
  layout: OverviewLayout
): readonly { readonly head: number; readonly x: number }[] {
  const [low, high] = plotRange(overview);
  const { curve } = layout;
  return Array.from({ length: overview.heads }, (_, head) => {
    const value = overview.values[layer * overview.heads + head] ?? NaN;
    return { head, x: curve.x + ((value - low) / (high - low)) * curve.width };
  })
    .filter(({ x }) => !Number.isNaN(x))
    .sort((a, b) => a.x - b.x);
}

/** Puts each dot as near to the middle as the dots before it allow, below and above in turn. */
function beeswarm<T extends { readonly x: number }>(
  row: readonly T[],
  apart: number,
  most: number
): readonly (T & { readonly offset: number })[] {
  const put: (T & { readonly offset: number })[] = [];
  for (const dot of row) {
    const free = (offset: number) =>
      put.every(other => Math.hypot(other.x - dot.x, other.offset - offset) >= apart);
    const tries = Array.from({ length: 41 }, (_, k) => (k % 2 ? 1 : -1) * Math.ceil(k / 2) * 1.1);
    const offset = tries.filter(one => Math.abs(one) <= most).find(free) ?? 0;
    put.push({ ...dot, offset });
  }
  return put;
}
