// The measures of mismatch as data: how each is called, which way it points, its range, and what it does to a row.

import type { MeasureName } from './options';
import * as rows from './rows';

export interface Measure {
  readonly name: MeasureName;
  /** As read on controls and axes. */
  readonly label: string;
  /** Large values mean that the two agree, or that they are far apart. */
  readonly sense: 'agreement' | 'distance';
  /** A share is a fraction of 1; the empty unit is a bare coefficient. */
  readonly unit: '' | 'nats' | 'share';
  readonly range: readonly [low: number, high: number];
  /** Of two distributions over the same sources, each summing to 1; NaN where the measure is missing. */
  readonly row: (p: Float64Array, q: Float64Array) => number;
}

const coefficient = { sense: 'agreement', unit: '', range: [-1, 1] } as const;
const share = { sense: 'agreement', unit: 'share', range: [0, 1] } as const;

export const MEASURE: Readonly<Record<MeasureName, Measure>> = {
  pearson: { name: 'pearson', label: 'Pearson r', ...coefficient, row: rows.pearson },
  spearman: { name: 'spearman', label: 'Spearman ρ', ...coefficient, row: rows.spearman },
  kendall: { name: 'kendall', label: 'Kendall τ', ...coefficient, row: rows.kendall },
  cosine: { name: 'cosine', label: 'Cosine', sense: 'agreement', unit: '', range: [0, 1], row: rows.cosine },
  top1: { name: 'top1', label: 'Same top token', ...share, row: rows.top1 },
  topk: { name: 'topk', label: `Same top ${rows.TOP_K}`, ...share, row: rows.topk },
  jensen_shannon: {
    name: 'jensen_shannon',
    label: 'Jensen–Shannon divergence',
    sense: 'distance',
    unit: 'nats',
    range: [0, Math.LN2],
    row: rows.jensenShannon
  },
  kullback_leibler: {
    name: 'kullback_leibler',
    label: 'Kullback–Leibler divergence',
    sense: 'distance',
    unit: 'nats',
    range: [0, Infinity],
    row: rows.kullbackLeibler
  },
  total_variation: {
    name: 'total_variation',
    label: 'Total variation',
    sense: 'distance',
    unit: 'share',
    range: [0, 1],
    row: rows.totalVariation
  }
};

/** The measure of a row, missing when either side is missing. */
export function measureRow(measure: Measure, p: Float64Array, q: Float64Array): number {
  return Number.isNaN(p[0]) || Number.isNaN(q[0]) ? NaN : measure.row(p, q);
}
