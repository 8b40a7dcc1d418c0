import { fillNormal, uniformFrom } from '../../src/core/random';

const take = (words: number[], count: number): number[] => {
  const uniform = uniformFrom(words);
  return Array.from({ length: count }, uniform);
};

describe('uniformFrom', () => {
  it('should give the same numbers for the same words, others for others', () => {
    expect(take([1, 2], 5)).toEqual(take([1, 2], 5));
    const streams = [[], [0], [0, 0], [1, 2], [2, 1], [-1], [2 ** 31]].map(words => take(words, 1)[0]);
    expect(new Set(streams).size).toBe(streams.length);
  });

  it('should fill [0, 1) evenly', () => {
    const numbers = take([3], 20000);
    const bins = new Array<number>(10).fill(0);
    numbers.forEach(value => (bins[Math.floor(value * 10)] = (bins[Math.floor(value * 10)] ?? NaN) + 1));
    // Chi-squared with 9 degrees of freedom: 27.9 is passed once in a thousand times.
    const chi = bins.reduce((sum, count) => sum + (count - 2000) ** 2 / 2000, 0);
    expect(chi).toBeLessThan(27.9);
  });
});

describe('fillNormal', () => {
  it('should have the moments of a standard normal', () => {
    const values = new Float64Array(40001);
    fillNormal(uniformFrom([5]), values);
    const moment = (power: number): number => values.reduce((sum, v) => sum + v ** power, 0) / values.length;
    expect(Math.abs(moment(1))).toBeLessThan(0.02);
    expect(Math.abs(moment(2) - 1)).toBeLessThan(0.03);
    expect(Math.abs(moment(4) - 3)).toBeLessThan(0.2);
  });
});
