// Closed forms of every measure, and where each is missing.

import * as rows from '../../src/analysis/rows';
import { MEASURE, measureRow } from '../../src/analysis/measures';
import { MEASURES } from '../../src/analysis/options';

const row = (...values: number[]) => Float64Array.from(values);
const CORRELATIONS = ['pearson', 'spearman', 'kendall'] as const;

describe('MEASURE', () => {
  it('should define every measure under its own name', () => {
    expect(MEASURES.map(name => MEASURE[name].name)).toEqual([...MEASURES]);
  });

  it.each(MEASURES)('%s should be at the best end of its range for equal rows', name => {
    const { sense, range, row: measure } = MEASURE[name];
    const p = row(0.5, 0.3, 0.15, 0.05);
    expect(measure(p, p)).toBeCloseTo(sense === 'agreement' ? range[1] : range[0], 14);
  });

  it.each(MEASURES)('%s should be missing where a row is missing or empty', name => {
    expect(measureRow(MEASURE[name], row(NaN, NaN, NaN), row(0.2, 0.3, 0.5))).toBeNaN();
    expect(measureRow(MEASURE[name], row(0.2, 0.3, 0.5), row(NaN, NaN, NaN))).toBeNaN();
    expect(measureRow(MEASURE[name], row(), row())).toBeNaN();
  });
});

describe.each(CORRELATIONS)('%s', name => {
  const { row: measure } = MEASURE[name];

  it('should be missing with fewer than three sources', () => {
    expect(measure(row(0.4, 0.6), row(0.3, 0.7))).toBeNaN();
  });

  it('should be missing without spread on either side', () => {
    const even = row(1 / 3, 1 / 3, 1 / 3);
    expect(measure(even, row(0.2, 0.3, 0.5))).toBeNaN();
    expect(measure(row(0.2, 0.3, 0.5), even)).toBeNaN();
  });

  it('should take rounding of float32 for no spread', () => {
    const even = row(1 / 3, Math.fround(1 / 3), 1 / 3);
    expect(measure(even, row(0.2, 0.3, 0.5))).toBeNaN();
  });
});

describe('pearson', () => {
  it('should be the covariance over the standard deviations', () => {
    // Deviations (−1, 0, 1) and (−1, 2, −1) / 3 of a third: no covariance.
    expect(rows.pearson(row(0, 1 / 3, 2 / 3), row(0.2, 0.6, 0.2))).toBeCloseTo(0, 14);
    expect(rows.pearson(row(0, 0, 1), row(0, 0.5, 0.5))).toBeCloseTo(0.5, 14);
  });
});

describe('spearman', () => {
  it('should see the order alone, ties at their average rank', () => {
    expect(rows.spearman(row(0.01, 0.09, 0.9), row(0.3, 0.33, 0.37))).toBeCloseTo(1, 14);
    expect(rows.spearman(row(0, 0, 1), row(0.1, 0.2, 0.7))).toBeCloseTo(Math.sqrt(3) / 2, 14);
  });
});

describe('cosine', () => {
  it('should be 0 for rows without a source in common', () => {
    expect(rows.cosine(row(0.5, 0.5, 0, 0), row(0, 0, 0.5, 0.5))).toBe(0);
    expect(rows.cosine(row(1, 0), row(0.5, 0.5))).toBeCloseTo(Math.SQRT1_2, 14);
  });
});

describe('top1', () => {
  it('should compare the sources of the largest values', () => {
    expect(rows.top1(row(0.2, 0.5, 0.3), row(0.1, 0.6, 0.3))).toBe(1);
    expect(rows.top1(row(0.2, 0.5, 0.3), row(0.1, 0.3, 0.6))).toBe(0);
    expect(rows.top1(row(0.5, 0.5), row(0.6, 0.4))).toBe(1);
  });
});

describe('topk', () => {
  it('should compare five sources, or one less than there are', () => {
    expect(rows.topk(row(0.4, 0.3, 0.2, 0.1), row(0.1, 0.2, 0.3, 0.4))).toBeCloseTo(2 / 3, 14);
    const p = row(0.3, 0.2, 0.15, 0.12, 0.1, 0.05, 0.05, 0.03);
    expect(rows.topk(p, p.slice().reverse())).toBeCloseTo(2 / 5, 14);
  });

  it('should be missing for a single source', () => {
    expect(rows.topk(row(1), row(1))).toBeNaN();
  });
});

describe('jensenShannon', () => {
  it('should be ln 2 for rows without a source in common', () => {
    expect(rows.jensenShannon(row(1, 0), row(0, 1))).toBeCloseTo(Math.LN2, 14);
  });
});

describe('kullbackLeibler', () => {
  it('should be the expected log ratio under p', () => {
    expect(rows.kullbackLeibler(row(1, 0), row(0.25, 0.75))).toBeCloseTo(Math.log(4), 14);
  });

  it('should be missing where it is infinite', () => {
    expect(rows.kullbackLeibler(row(0.5, 0.5), row(1, 0))).toBeNaN();
  });
});

describe('totalVariation', () => {
  it('should be half the L1 distance', () => {
    expect(rows.totalVariation(row(0.5, 0.5, 0), row(0.2, 0.4, 0.4))).toBeCloseTo(0.4, 14);
    expect(rows.totalVariation(row(1, 0), row(0, 1))).toBe(1);
  });
});
