// The ends of scales: the common domain of the maps, the axis of a measure with its ticks and the names of its ends.

import type { Quantity } from '../../analysis/quantities';

const MAP_TOPS = [0.01, 0.02, 0.03, 0.05, 0.08, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1];
/** The last but beyond ln 2: total variation ends at 1, Kullback–Leibler nowhere. */
const DISTANCE_TOPS = [
  0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.69, 1, 2, 3, 5, 8, 10, 15, 20, 30, 50, 100
];

/** A largest value rounded up to 1 2 3 5 8 10 15 20 30 40 50 60 80 100 %; half a percent beyond is let pass. */
export function mapTop(largest: number): number {
  return MAP_TOPS.find(top => largest <= top * 1.005) ?? 1;
}

export interface MeasureAxis {
  readonly range: readonly [low: number, high: number];
  /** Value of two equal rows, or none of a quantity, where a cell is paper: 1 for agreement, else 0. */
  readonly same: number;
  /** Value at which a cell is as strong as it gets; the other end of the axis. */
  readonly far: number;
  readonly ticks: readonly number[];
  /** Names of the two ends: unrelated … same. */
  readonly low: string;
  readonly high: string;
}

/** @param values of all heads; NaN where missing */
export function measureAxis(measure: Quantity, values: ArrayLike<number>): MeasureAxis {
  const [least, largest] = extent(values);
  if (measure.sense === 'agreement') {
    const low = least < 0 ? Math.max(-1, Math.floor(least * 10) / 10) : 0;
    const all = measure.unit === 'share';
    return {
      range: [low, 1],
      same: 1,
      far: low,
      ticks: low < -0.5 ? multiples(0.5, low, 1) : multiples(0.25, low, 1),
      low: low < 0 ? 'opposite' : all ? 'none' : 'unrelated',
      high: all ? 'all' : 'same'
    };
  }
  const most = Math.floor(measure.range[1] * 100) / 100;
  const amount = measure.sense === 'amount';
  const seen = DISTANCE_TOPS.find(top => largest <= (top === 0.69 ? Math.LN2 : top) * 1.0005) ?? largest;
  const top = largest === -Infinity ? Math.min(1, most) : Math.min(seen, Math.max(most, 0.02));
  return {
    range: [0, top],
    same: 0,
    far: top,
    ticks: multiples(tickStep(top), 0, top),
    ...(amount ? endsOf(measure, top) : { low: 'same', high: top >= most ? 'disjoint' : 'more mismatch' })
  };
}

function endsOf({ of, unit }: Quantity, top: number): { readonly low: string; readonly high: string } {
  if (of.kind === 'error') {
    return { low: 'exact', high: 'rough' };
  }
  if (of.kind === 'spread') {
    return { low: 'all queries alike', high: 'varied' };
  }
  if (of.kind === 'pattern' && of.pattern.startsWith('entropy')) {
    return { low: 'one token', high: 'broad' };
  }
  return unit === 'tokens' ? { low: 'near', high: 'far' } : { low: 'none', high: top >= 1 ? 'all' : 'more' };
}

/** How far a value lies from agreement on its axis: 0 = the same, 1 = the far end; NaN when missing. */
export function mismatchShare(axis: MeasureAxis, value: number): number {
  const share = (value - axis.same) / (axis.far - axis.same);
  return Number.isNaN(share) ? NaN : Math.min(1, Math.max(0, share));
}

/** Least and largest of the values that are there; [Infinity, −Infinity] when none is. */
function extent(values: ArrayLike<number>): readonly [number, number] {
  let least = Infinity;
  let largest = -Infinity;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? NaN;
    least = value < least ? value : least;
    largest = value > largest ? value : largest;
  }
  return [least, largest];
}

/** At most six ticks. */
function tickStep(top: number): number {
  const steps = [0.005, 0.01, 0.02, 0.025, 0.05, 0.1, 0.2, 0.25, 0.5, 1, 2, 2.5, 5, 10, 20];
  return steps.find(step => top / step <= 5.001) ?? top / 4;
}

function multiples(step: number, low: number, high: number): readonly number[] {
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toFixed(4)) + 0);
}
