// One quantity of every head as grid and curve show it: values, ranks, the order of heads, the points of the layers.

import { tQuantile } from '../../analysis/jackknife';
import { JACKKNIFE_GROUPS } from '../../core/limits';
import { headsByMismatch, type RankedHead } from '../../analysis/headline';
import type { MeasureResult } from '../../analysis/options';
import { quantityOf, type Quantity } from '../../analysis/quantities';
import { measureAxis, mismatchShare, type MeasureAxis } from './scales';
import type { HeadId, ViewState } from './state';

export interface Overview {
  readonly layers: number;
  readonly heads: number;
  readonly measure: Quantity;
  readonly axis: MeasureAxis;
  /** [layer, head]: mean over queries; NaN where it is undefined. */
  readonly values: Float32Array;
  /** [layer, head]: jackknife SE; 0 when exact, NaN when unknown. */
  readonly errors: Float32Array;
  /** [layer, head]: 0 = the same, or nothing … 1 = the far end of the axis; NaN where undefined. */
  readonly mismatch: Float32Array;
  /** [layer, head]: 1 = most mismatch, or most of the quantity; undefined heads come last. */
  readonly ranks: Int32Array;
  /** [layer, head]: ranks by what the heads are put in order of. */
  readonly places: Int32Array;
  /** Heads from most to least, undefined ones last. */
  readonly ranked: readonly HeadId[];
  /** [layer]: over the heads that are defined. */
  readonly mean: Float32Array;
  readonly deviation: Float32Array;
  /** [layer]: half width of the 95 % interval of the mean; 0 when exact or unknown. */
  readonly half: Float32Array;
  /** Query rows without a value, over all heads. */
  readonly missingRows: number;
}

/** Half width of the 95 % jackknife interval. @param samples directions, in min(8, samples) groups */
export function halfInterval(error: number, samples: number): number {
  const groups = Math.min(JACKKNIFE_GROUPS, Math.max(2, samples));
  return error > 0 ? error * tQuantile(groups, 95) : 0;
}

/**
 * @param samples directions of the estimate
 * @param by what heads are put in order of; null: the same
 */
export function overviewOf(
  result: MeasureResult,
  layers: number,
  heads: number,
  samples: number,
  by: MeasureResult | null = null
): Overview {
  const measure = quantityOf(result.request.measure);
  const values = column(result.heads, 0);
  const axis = measureAxis(measure, values);
  const ranked = headsByMismatch(result, heads);
  const ranks = ranksOf(ranked, heads);
  return {
    layers,
    heads,
    measure,
    axis,
    values,
    errors: column(result.heads, 1),
    mismatch: values.map(value => mismatchShare(axis, value)),
    ranks,
    places: by === null || by === result ? ranks : ranksOf(headsByMismatch(by, heads), heads),
    ranked: ranked.map(({ layer, head }): HeadId => [layer, head]),
    mean: column(result.curve, 0),
    deviation: column(result.curve, 1),
    half: column(result.curve, 2).map(error => halfInterval(error, samples)),
    missingRows: column(result.heads, 2).reduce((sum, count) => sum + count, 0)
  };
}

/** Heads of a layer from left to right. */
export function headOrder(
  overview: Overview | null,
  layer: number,
  order: ViewState['order'],
  heads: number
): readonly number[] {
  const inOrder = Array.from({ length: heads }, (_, head) => head);
  if (order === 'index' || overview === null) {
    return inOrder;
  }
  const place = (head: number) => overview.places[layer * heads + head] ?? 0;
  return inOrder.sort((a, b) => place(a) - place(b));
}

function ranksOf(ranked: readonly RankedHead[], heads: number): Int32Array {
  const ranks = new Int32Array(ranked.length);
  ranked.forEach(({ layer, head }, place) => {
    ranks[layer * heads + head] = place + 1;
  });
  return ranks;
}

/** One of the three numbers that a result keeps per head or layer. */
function column(from: Float32Array, at: 0 | 1 | 2): Float32Array {
  return Float32Array.from({ length: from.length / 3 }, (_, i) => from[i * 3 + at] ?? NaN);
}
