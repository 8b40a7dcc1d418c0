import { jackknifeError, normsWithout, tQuantile, unseenShare } from '../../src/analysis/jackknife';
import { measureStory, type AtlasMaps } from '../../src/analysis/mismatch';
import { DEFAULT_SWITCHES } from '../../src/analysis/options';
import { sentence } from './sentence';

describe('jackknifeError', () => {
  it('should be the standard error of the mean when the number is a mean', () => {
    const values = [3, 1, 4, 1, 5, 9, 2, 6];
    const mean = values.reduce((sum, value) => sum + value, 0) / 8;
    const without = values.map(value => (mean * 8 - value) / 7);
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 7;
    expect(jackknifeError(without, 1)).toBeCloseTo(Math.sqrt(variance / 8), 14);
  });

  it('should shrink with the share of directions that were not drawn', () => {
    expect(jackknifeError([1, 3], 0.25)).toBeCloseTo(jackknifeError([1, 3], 1) / 2, 14);
    expect(jackknifeError([1, 3], 0)).toBe(0);
  });
});

describe('unseenShare', () => {
  it('should be 1 − S/d, and 0 at S = d', () => {
    expect(unseenShare(96, 384)).toBe(0.75);
    expect(unseenShare(384, 384)).toBe(0);
  });
});

describe('normsWithout', () => {
  it('should be the root of the mean over the other groups', () => {
    const groups = Float32Array.of(...[0, 1, 100], ...[0, 3, 200], ...[0, 5, 600]);
    expect(Array.from(normsWithout(groups, 3, 1, 1, 2))).toEqual([Math.sqrt(3), Math.sqrt(350)]);
  });
});

/** Density of Student's t, up to its constant. */
function density(t: number, degrees: number): number {
  return (1 + (t * t) / degrees) ** (-(degrees + 1) / 2);
}

/** Share of Student's t between −t and t, by Simpson's rule in x = t / (1 + t). */
function coverage(limit: number, degrees: number): number {
  const integral = (end: number) => {
    const steps = 2000;
    let sum = 0;
    for (let k = 0; k <= steps; k++) {
      const x = (end * k) / steps;
      const weight = k === 0 || k === steps ? 1 : k % 2 === 1 ? 4 : 2;
      sum += x === 1 ? 0 : (weight * density(x / (1 - x), degrees)) / (1 - x) ** 2;
    }
    return (sum * end) / (3 * steps);
  };
  return integral(limit / (1 + limit)) / integral(1 - 1e-9);
}

describe('tQuantile', () => {
  it.each([2, 3, 4, 5, 6, 7, 8])('should cover what it says with %d groups', groups => {
    expect(coverage(tQuantile(groups, 68), groups - 1)).toBeCloseTo(0.6827, 3);
    expect(coverage(tQuantile(groups, 95), groups - 1)).toBeCloseTo(0.95, 3);
  });

  it('should refuse numbers of groups that do not occur', () => {
    expect(() => tQuantile(9, 95)).toThrow('9 direction groups');
    expect(() => tQuantile(1, 95)).toThrow('1 direction groups');
  });
});

describe('measureStory', () => {
  // Two tokens, two heads, total variation |A − G| with a closed form: G = N0 / (N0 + N1) per row.
  const attention = Float32Array.of(...[1, 0, 1, 0], ...[1, 0, 1, 0]);
  const groups = Float32Array.of(
    ...[1, 1, 1, 1, 2, 1, 2, 1],
    ...[4, 1, 4, 1, 8, 1, 8, 1],
    ...[9, 4, 9, 4, 18, 4, 18, 4]
  );
  const maps: AtlasMaps = {
    layers: 1,
    heads: 2,
    width: 12,
    pieces: sentence('[CLS]', '[SEP]'),
    attention,
    norms: groups
      .slice(0, 8)
      .map((_, cell) =>
        Math.sqrt([0, 8, 16].reduce((sum, start) => sum + (groups[start + cell] ?? 0) / 3, 0))
      ),
    groups,
    samples: 3
  };
  const request = { measure: 'total_variation', ...DEFAULT_SWITCHES } as const;
  const distance = (toFirst: number, toSecond: number) =>
    1 - Math.sqrt(toFirst) / (Math.sqrt(toFirst) + Math.sqrt(toSecond));
  const first = [distance(13, 5), distance(10, 5), distance(5, 2)];
  const second = [distance(26, 5), distance(20, 5), distance(10, 2)];

  it('should jackknife the mean of a layer, not propagate the errors of its heads', () => {
    const { heads, curve } = measureStory(maps, request);
    const layer = first.map((value, group) => (value + (second[group] ?? 0)) / 2);
    expect(heads[1]).toBeCloseTo(jackknifeError(first, 0.75), 6);
    expect(heads[4]).toBeCloseTo(jackknifeError(second, 0.75), 6);
    expect(curve[2]).toBeCloseTo(jackknifeError(layer, 0.75), 6);
    // Propagated as if the heads erred apart it would be far smaller.
    expect(curve[2]).toBeGreaterThan(1.3 * (Math.hypot(heads[1] ?? 0, heads[4] ?? 0) / 2));
  });

  it('should say NaN where the groups are not there and 0 when exact', () => {
    expect(measureStory({ ...maps, groups: null }, request).curve[2]).toBeNaN();
    const exact = measureStory({ ...maps, groups: null, samples: 12 }, request);
    expect([exact.heads[1], exact.curve[2]]).toEqual([0, 0]);
  });
});
