import { argMax, ascending, averageRanks, indexesOfLargest, kendallTauB } from '../../src/analysis/ranks';

const row = (...values: number[]) => Float64Array.from(values);

describe('ascending', () => {
  it('should keep the order of the indexes among equal values', () => {
    expect(Array.from(ascending(row(2, 1, 2, 0, 1)))).toEqual([3, 1, 4, 0, 2]);
  });

  it('should tell apart values that are equal as float32', () => {
    expect(Array.from(ascending(row(0.1 + 1e-15, 0.1, 0.1 - 1e-15)))).toEqual([2, 1, 0]);
  });

  it('should order negative values, zeros and denormals', () => {
    expect(Array.from(ascending(row(1, -1, 0, 1e-300, -2, 1e-40)))).toEqual([4, 1, 2, 3, 5, 0]);
  });

  it('should take an empty row', () => {
    expect(ascending(row())).toHaveLength(0);
  });
});

describe('averageRanks', () => {
  it('should give ties the mean of their ranks', () => {
    expect(Array.from(averageRanks(row(0.3, 0.1, 0.3, 0.2, 0.3)))).toEqual([4, 1, 4, 2, 4]);
  });
});

describe('argMax', () => {
  it('should take the lower index of equal values', () => {
    expect(argMax(row(0.1, 0.4, 0.4, 0.1))).toBe(1);
  });
});

describe('indexesOfLargest', () => {
  it('should put the largest first and break ties by the lower index', () => {
    expect(indexesOfLargest(row(0.2, 0.5, 0.2, 0.7, 0.2), 4)).toEqual([3, 1, 0, 2]);
  });

  it('should give no more than there are', () => {
    expect(indexesOfLargest(row(1, 2), 5)).toEqual([1, 0]);
  });
});

describe('kendallTauB', () => {
  it('should be 1 for the same order and −1 for the opposite', () => {
    expect(kendallTauB(row(1, 2, 3, 4), row(10, 20, 30, 90))).toBe(1);
    expect(kendallTauB(row(1, 2, 3, 4), row(4, 3, 2, 1))).toBe(-1);
  });

  it('should correct for ties on either side', () => {
    // Pairs: 5 concordant, none discordant, one tied in p alone; sqrt((6 − 1) · 6) below.
    expect(kendallTauB(row(1, 1, 2, 3), row(1, 2, 3, 4))).toBeCloseTo(5 / Math.sqrt(30), 14);
    // Tied in both: 0,1; the other five concordant.
    expect(kendallTauB(row(1, 1, 2, 3), row(5, 5, 6, 7))).toBeCloseTo(1, 14);
  });

  it('should be NaN without spread', () => {
    expect(kendallTauB(row(1, 1, 1), row(1, 2, 3))).toBeNaN();
  });
});
