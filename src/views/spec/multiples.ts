// Many quantities by layer as small panels side by side: patterns of attention against attribution, or all measures.

import {
  MEASURES,
  type MeasureRequest,
  type MeasureResult,
  type PatternName,
  type QuantityName
} from '../../analysis/options';
import { quantityOf } from '../../analysis/quantities';
import type { StoryDocument } from '../../story/document';
import { patternLabel, patternsFor } from './choices';
import { overviewOf, type Overview } from './overview';
import { mapTop } from './scales';
import type { SectionName, ViewState } from './state';

/** One small panel. */
export interface Multiple {
  readonly label: string;
  /** Of one panel those that are here by now; local before global. */
  readonly series: readonly Overview[];
  /** Ends of the value axis. */
  readonly range: readonly [low: number, high: number];
  readonly ticks: readonly number[];
  /** Values are shares, read as percent. */
  readonly percent: boolean;
}

/** [section]: its panels; null where it is closed, or there is no attribution yet. */
export type Multiples = Readonly<Record<SectionName, readonly Multiple[] | null>>;

export const NO_MULTIPLES: Multiples = { patterns: null, measures: null };

type Read = (request: MeasureRequest) => MeasureResult | null;

/** An axis that begins not far below 0 has no room for a number there. */
const MUCH_BELOW = -0.4;

/** Every series is made once for a result, whatever is selected. */
const made = new WeakMap<MeasureResult, Overview>();

export function multiplesOf(document: StoryDocument, state: ViewState, pair: boolean, read: Read): Multiples {
  const { open, switches } = state;
  const { layers, heads } = document.model;
  const here = (measure: QuantityName): readonly Overview[] => {
    const result = read({ measure, ...switches });
    if (result === null) {
      return [];
    }
    const known = made.get(result);
    const series = known ?? overviewOf(result, layers, heads, document.method.samples);
    made.set(result, series);
    return [series];
  };
  if (document.method.samples === 0) {
    return NO_MULTIPLES;
  }
  return {
    patterns: open.includes('patterns')
      ? patternPanels(
          patternsFor({ pair, state }).map(name => ({
            label: patternLabel(name),
            scale: SCALES[name] ?? 'own',
            series: [...here(`attention.${name}`), ...here(`attribution.${name}`)]
          }))
        )
      : null,
    measures: open.includes('measures') ? MEASURES.map(name => measurePanel(name, here(name))) : null
  };
}

/** Patterns that one axis serves, so that they can be compared; those that all heads love would flatten the others. */
const SCALES: Readonly<Partial<Record<PatternName, Scale>>> = {
  cls: 'special',
  sep: 'special',
  distance: 'own',
  entropy_share: 'whole',
  same_segment: 'whole',
  own: 'ordinary',
  previous: 'ordinary',
  next: 'ordinary',
  punctuation: 'ordinary'
};
type Scale = 'special' | 'ordinary' | 'whole' | 'own';

interface PatternPanel {
  readonly label: string;
  readonly scale: Scale;
  readonly series: readonly Overview[];
}

function patternPanels(panels: readonly PatternPanel[]): readonly Multiple[] {
  const topOf = (scale: Scale) =>
    mapTop(reach(panels.flatMap(one => (one.scale === scale ? one.series : []))));
  const tops = { special: topOf('special'), ordinary: topOf('ordinary'), whole: 1 };
  return panels.map(({ label, scale, series }): Multiple => {
    const top = scale === 'own' ? roundTop(reach(series)) : tops[scale];
    return { label, series, range: [0, top], ticks: [0, top / 2, top], percent: scale !== 'own' };
  });
}

function measurePanel(name: QuantityName, series: readonly Overview[]): Multiple {
  const [one] = series;
  // Beside Jensen–Shannon and Kullback–Leibler there is nothing else that these names could mean.
  const label = quantityOf(name).label.replace(' divergence', '');
  if (one === undefined) {
    return { label, series, range: [0, 1], ticks: [], percent: false };
  }
  const [low, high] = one.axis.range;
  const ticks = low > MUCH_BELOW && low < 0 ? [0, high / 2, high] : [low, low < 0 ? 0 : high / 2, high];
  return { label, series, range: [low, high], ticks, percent: false };
}

/** The largest mean and sd above it. */
function reach(series: readonly Overview[]): number {
  let most = 0;
  for (const { mean, deviation } of series) {
    mean.forEach((value, layer) => {
      const top = value + (deviation[layer] ?? 0);
      most = top > most ? top : most;
    });
  }
  return most;
}

/** Rounded up to 1, 2, 3, 4, 5, 6, 8 or 10 times a power of ten. */
function roundTop(value: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 1e-6)));
  return ([1, 2, 3, 4, 5, 6, 8].find(step => step * power >= value) ?? 10) * power;
}
