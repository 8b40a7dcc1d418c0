// Patterns: closed forms by hand, Clark et al.'s masks as they wrote them, and what holds whatever the numbers are.

import * as fc from 'fast-check';

import { average } from '../../src/analysis/aggregate';
import { measureAll, measureStory, type AtlasMaps } from '../../src/analysis/mismatch';
import { DEFAULT_SWITCHES, PATTERNS, type PatternName, type Switches } from '../../src/analysis/options';
import { distanceHistogram, entropy, patternOf } from '../../src/analysis/patterns';
import { distributions, layoutOf } from '../../src/analysis/switches';
import { jackknifeError } from '../../src/analysis/jackknife';
import type { Piece } from '../../src/core/piece';
import { readGolden } from '../golden';
import { sentence } from './sentence';

/** The pattern of every row, and of the head. */
function read(
  name: PatternName,
  pieces: readonly Piece[],
  map: Float32Array,
  switches: Partial<Switches> = {}
): { readonly rows: readonly number[]; readonly mean: number } {
  const layout = layoutOf(pieces, { ...DEFAULT_SWITCHES, ...switches });
  const matrix = distributions(map, layout);
  const pattern = patternOf(name, layout);
  const width = layout.sources.length;
  const rows = Array.from(layout.queries, (_, row) =>
    pattern(matrix.subarray(row * width, (row + 1) * width), row)
  );
  return { rows, mean: average(rows).mean };
}

/** Rows that lie on one source each. */
function pointing(targets: readonly number[]): Float32Array {
  const n = targets.length;
  return Float32Array.from({ length: n * n }, (_, cell) =>
    Number(targets[Math.floor(cell / n)] === cell % n)
  );
}

describe('patterns of heads that are all of one kind', () => {
  const pieces = sentence('[CLS]', 'the', 'sea', ',', 'the', '+', '.', '[SEP]');
  const n = pieces.length;
  const index = pieces.map((_, i) => i);

  it.each([
    ['own', index, 1],
    ['previous', index.map(i => Math.max(0, i - 1)), 7 / 8],
    ['next', index.map(i => Math.min(n - 1, i + 1)), 7 / 8],
    ['back_3', index.map(i => Math.max(0, i - 3)), 5 / 8],
    ['ahead_2', index.map(i => Math.min(n - 1, i + 2)), 6 / 8],
    ['cls', index.map(() => 0), 1],
    ['sep', index.map(() => 7), 1],
    ['others_to_sep', index.map(i => (i === 7 ? 0 : 7)), 1],
    ['punctuation', index.map(i => [3, 5, 6][i % 3] ?? 0), 1],
    ['stops', index.map(i => [3, 5, 6][i % 3] ?? 0), 5 / 8],
    ['same_segment', index.map(() => 2), 1],
    ['other_segment', index.map(() => 2), 0],
    ['distance', index.map(i => Math.max(0, i - 3)), (0 + 1 + 2 + 3 * 5) / 8],
    ['entropy', index, 0],
    ['entropy_share', index, 0]
  ] as const)('%s', (name, targets, value) => {
    expect(read(name, pieces, pointing(targets)).mean).toBeCloseTo(value, 7);
  });

  it('should give a uniform row the entropy ln n, and the share 1', () => {
    const uniform = new Float32Array(n * n).fill(1);
    expect(read('entropy', pieces, uniform).mean).toBeCloseTo(Math.log(n), 7);
    expect(read('entropy_share', pieces, uniform).mean).toBeCloseTo(1, 7);
    expect(read('entropy', pieces, uniform, { own: 'drop' }).mean).toBeCloseTo(Math.log(n - 1), 7);
    expect(read('entropy_share', pieces, uniform, { own: 'drop' }).mean).toBeCloseTo(1, 7);
  });

  it('should tell segments of a pair apart, special tokens with theirs', () => {
    const pair = sentence('[CLS]', 'a', '[SEP]', '|b', 'c', '[SEP]');
    const uniform = new Float32Array(36).fill(1);
    expect(read('same_segment', pair, uniform).mean).toBeCloseTo(0.5, 7);
    const ofFirst = pointing([1, 1, 1, 1, 1, 1]);
    expect(read('same_segment', pair, ofFirst).rows).toEqual([1, 1, 1, 0, 0, 0]);
    expect(read('other_segment', pair, ofFirst).rows).toEqual([0, 0, 0, 1, 1, 1]);
  });
});

describe('patterns under the switches', () => {
  const pieces = sentence('[CLS]', 'is', '##hma', '##el', 'sails', '.', '[SEP]');
  const map = Float32Array.from({ length: 49 }, (_, cell) => 1 + ((cell * 7) % 11));

  it('should have no own token to ask for where it is dropped', () => {
    expect(read('own', pieces, map, { own: 'drop' }).mean).toBeNaN();
    expect(read('own', pieces, map).mean).toBeGreaterThan(0);
  });

  it('should take neighbours of the text, not of what is kept', () => {
    const { rows } = read('previous', pieces, map, { special: 'drop' });
    // The first kept token follows [CLS], which is dropped: it has no mass there, and still counts.
    expect(rows).toHaveLength(5);
    expect(rows[0]).toBe(0);
    expect(rows[1]).toBeGreaterThan(0);
  });

  it('should count in words where words are shown', () => {
    const toStart = pointing([0, 0, 1, 2, 3, 4, 5]);
    // Pieces: all but the first row lie on the one before. Words: `ishmael` has a third of its mass on [CLS], the rest on itself.
    expect(read('previous', pieces, toStart).mean).toBeCloseTo(6 / 7, 7);
    const words = read('previous', pieces, toStart, { units: 'words' });
    [0, 1 / 3, 1, 1, 1].forEach((value, row) => expect(words.rows[row]).toBeCloseTo(value, 7));
  });

  it('should leave rows out that are missing', () => {
    const holes = map.slice().fill(NaN, 14, 21);
    for (const name of PATTERNS) {
      const { rows } = read(name, pieces, holes);
      expect(rows[2]).toBeNaN();
    }
  });
});

describe('patterns on a real model', () => {
  const golden = readGolden('golden-minilm/bank');
  const attention = Float32Array.from(golden.array('attention'));
  const norms = Float32Array.from(golden.array('frobenius'));
  const n = golden.pieces.length;
  const maps: AtlasMaps = {
    layers: golden.layers,
    heads: golden.heads,
    width: 384,
    pieces: golden.pieces,
    attention,
    norms,
    groups: null,
    samples: 384
  };

  /** Sum of a map under a mask, over a divisor: how Clark et al. compute theirs. */
  function masked(
    map: Float32Array,
    mask: (query: number, source: number) => boolean,
    divisor: number
  ): number {
    let sum = 0;
    map.forEach((value, cell) => {
      sum += mask(Math.floor(cell / n), cell % n) ? value : 0;
    });
    return sum / divisor;
  }

  const is = (text: string) => (at: number) => golden.pieces[at]?.text === text;
  const [sep, stop, comma] = [is('[SEP]'), is('.'), is(',')];
  const seps = golden.pieces.filter(piece => piece.text === '[SEP]').length;
  const CLARK: readonly (readonly [PatternName, (query: number, source: number) => boolean, number])[] = [
    ['own', (query, source) => query === source, n],
    ['next', (query, source) => source === query + 1, n],
    ['previous', (query, source) => source === query - 1, n],
    ['cls', (_, source) => source === 0, n],
    ['sep', (_, source) => sep(source), n],
    ['others_to_sep', (query, source) => sep(source) && !sep(query), n - seps],
    ['stops', (_, source) => stop(source) || comma(source), n]
  ];

  it.each(CLARK)('%s should be the masked sum over the divisor of Clark et al.', (name, mask, divisor) => {
    const { heads, curve } = measureStory(maps, { measure: `attention.${name}`, ...DEFAULT_SWITCHES });
    for (let head = 0; head < golden.layers * golden.heads; head++) {
      const map = attention.subarray(head * n * n, (head + 1) * n * n);
      expect(heads[head * 3]).toBeCloseTo(masked(map, mask, divisor), 5);
    }
    const ofLayer = Array.from({ length: golden.heads }, (_, head) => heads[head * 3] ?? NaN);
    expect(curve[0]).toBeCloseTo(average(ofLayer).mean, 6);
  });

  it('should read the attribution normalised, by the same rule', () => {
    const { heads } = measureStory(maps, { measure: 'attribution.next', ...DEFAULT_SWITCHES });
    const total = (row: number) => norms.subarray(row * n, (row + 1) * n).reduce((sum, one) => sum + one, 0);
    const expected = Array.from(
      { length: n - 1 },
      (_, row) => (norms[row * n + row + 1] ?? NaN) / total(row)
    );
    expect(heads[0]).toBeCloseTo(expected.reduce((sum, one) => sum + one, 0) / n, 6);
  });

  it('should give the same together as one by one, whatever the switches', () => {
    const requests = [
      { measure: 'attention.cls', ...DEFAULT_SWITCHES },
      { measure: 'spread.attribution.entropy', ...DEFAULT_SWITCHES, own: 'drop' },
      { measure: 'pearson', ...DEFAULT_SWITCHES },
      { measure: 'attribution.distance', ...DEFAULT_SWITCHES, units: 'words' }
    ] as const;
    expect(measureAll(maps, requests)).toEqual(requests.map(request => measureStory(maps, request)));
  });

  it('should give the standard deviation over queries as spread', () => {
    const { rows } = measureStory(maps, { measure: 'pearson', ...DEFAULT_SWITCHES }, { rows: true });
    const { heads } = measureStory(maps, { measure: 'spread.pearson', ...DEFAULT_SWITCHES });
    expect(heads[0]).toBeCloseTo(average(rows?.subarray(0, n) ?? []).spread, 6);
  });
});

describe('errors of patterns', () => {
  const pieces = sentence('[CLS]', '[SEP]');
  // One head, G = N0 / (N0 + N1) in both rows; three groups.
  const groups = Float32Array.of(...[1, 1, 1, 1], ...[4, 1, 4, 1], ...[9, 4, 9, 4]);
  const norms = Float32Array.from({ length: 4 }, (_, cell) =>
    Math.sqrt(((groups[cell] ?? 0) + (groups[4 + cell] ?? 0) + (groups[8 + cell] ?? 0)) / 3)
  );
  const maps: AtlasMaps = {
    layers: 1,
    heads: 1,
    width: 12,
    pieces,
    attention: Float32Array.of(0.9, 0.1, 0.3, 0.7),
    norms,
    groups,
    error: Float32Array.of(0.3, 0.4, 0, 0.2),
    samples: 3
  };
  const onFirst = (a: number, b: number) => Math.sqrt(a) / (Math.sqrt(a) + Math.sqrt(b));

  it('should jackknife what is read off the attribution', () => {
    const { heads, curve } = measureStory(maps, { measure: 'attribution.cls', ...DEFAULT_SWITCHES });
    expect(heads[0]).toBeCloseTo(onFirst(14, 6), 6);
    const error = jackknifeError([onFirst(13, 5), onFirst(10, 5), onFirst(5, 2)], 0.75);
    expect(heads[1]).toBeCloseTo(error, 6);
    expect(curve[2]).toBeCloseTo(error, 6);
  });

  it('should know attention without error, with groups or without', () => {
    for (const one of [maps, { ...maps, groups: null }]) {
      const { heads, curve } = measureStory(one, { measure: 'attention.cls', ...DEFAULT_SWITCHES });
      expect([heads[0], heads[1], curve[2]]).toEqual([expect.closeTo(0.6, 6), 0, 0]);
    }
  });

  it('should average the relative errors of cells, and know of none when exact', () => {
    const request = { measure: 'error', ...DEFAULT_SWITCHES } as const;
    const { heads } = measureStory(maps, request);
    expect(heads[0]).toBeCloseTo((Math.sqrt((0.09 + 0.16) / 2) + Math.sqrt(0.04 / 2)) / 2, 6);
    expect(measureStory({ ...maps, samples: 12 }, request).heads[0]).toBe(0);
    expect(measureStory({ ...maps, error: null }, request).heads[0]).toBeNaN();
  });
});

describe('what holds of any distribution', () => {
  const TEXTS = ['sea', 'is', '##hma', '.', ',', '+'];
  const texts = fc.array(fc.constantFrom(...TEXTS), { minLength: 1, maxLength: 8 });
  const maps = texts.chain(inner => {
    const pieces = sentence('[CLS]', ...inner.map((text, k) => (k === 0 ? 'sea' : text)), '[SEP]');
    const cells = pieces.length ** 2;
    return fc
      .array(fc.integer({ min: 1, max: 50 }), { minLength: cells, maxLength: cells })
      .map(values => ({ pieces, map: Float32Array.from(values) }));
  });
  const units = fc.constantFrom('pieces' as const, 'words' as const);

  it('should keep shares between 0 and 1, the entropy below ln n, segments together 1', () => {
    fc.assert(
      fc.property(maps, units, ({ pieces, map }, unit) => {
        const of = (name: PatternName) => read(name, pieces, map, { units: unit }).mean;
        for (const name of ['own', 'previous', 'cls', 'punctuation', 'entropy_share', 'ahead_2'] as const) {
          expect(of(name)).toBeGreaterThanOrEqual(0);
          expect(of(name)).toBeLessThanOrEqual(1 + 1e-9);
        }
        expect(of('same_segment') + of('other_segment')).toBeCloseTo(1, 9);
        expect(of('stops')).toBeLessThanOrEqual(of('punctuation') + 1e-12);
        expect(of('sep') + of('cls')).toBeLessThanOrEqual(1 + 1e-9);
      }),
      { numRuns: 60 }
    );
  });

  it('should spread the distances over a histogram that sums to 1 and has their mean', () => {
    fc.assert(
      fc.property(maps, units, ({ pieces, map }, unit) => {
        const layout = layoutOf(pieces, { ...DEFAULT_SWITCHES, units: unit });
        const histogram = distanceHistogram(distributions(map, layout), layout);
        const sum = histogram.reduce((total, share) => total + share, 0);
        const mean = histogram.reduce((total, share, distance) => total + share * distance, 0);
        expect(sum).toBeCloseTo(1, 9);
        expect(mean).toBeCloseTo(read('distance', pieces, map, { units: unit }).mean, 9);
        expect(histogram[0]).toBeCloseTo(read('own', pieces, map, { units: unit }).mean, 9);
        const near = ['previous', 'next'] as const;
        const apart = near.reduce((total, name) => total + read(name, pieces, map, { units: unit }).mean, 0);
        expect(histogram[1]).toBeCloseTo(apart, 9);
      }),
      { numRuns: 60 }
    );
  });

  it('should not change with the order of what is not looked at', () => {
    const row = Float64Array.of(0.5, 0.25, 0.125, 0.125);
    expect(entropy(row)).toBeCloseTo(1.75 * Math.LN2, 12);
    expect(entropy(row.slice().reverse())).toBeCloseTo(1.75 * Math.LN2, 12);
    expect(entropy(Float64Array.of(1, 0))).toBe(0);
  });
});
