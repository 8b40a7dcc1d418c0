import { average, meanMap } from '../../src/analysis/aggregate';

describe('average', () => {
  it('should leave missing values out and count them', () => {
    const { mean, spread, missing } = average([1, NaN, 3, NaN]);
    expect([mean, spread, missing]).toEqual([2, 1, 2]);
  });

  it('should be missing when nothing is there', () => {
    expect(average([NaN])).toEqual({ mean: NaN, spread: NaN, missing: 1 });
    expect(average([])).toEqual({ mean: NaN, spread: NaN, missing: 0 });
  });
});

describe('meanMap', () => {
  it('should weigh heads alike whatever the size of their norms', () => {
    const map = meanMap([Float32Array.of(1, 1, 3, 1), Float32Array.of(0, 400, 100, 300)], 2);
    expect(Array.from(map)).toEqual([0.25, 0.75, 0.5, 0.5]);
  });

  it('should miss a row that one head misses', () => {
    const map = meanMap([Float32Array.of(NaN, NaN, 3, 1), Float32Array.of(1, 1, 1, 1)], 2);
    expect(Array.from(map)).toEqual([NaN, NaN, 0.625, 0.375]);
  });
});
