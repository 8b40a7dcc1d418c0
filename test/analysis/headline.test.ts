import { headsByMismatch, meanRow, startQuery } from '../../src/analysis/headline';
import { DEFAULT_SWITCHES, type MeasureResult } from '../../src/analysis/options';
import { headMatrices } from '../../src/analysis/switches';
import { sentence } from './sentence';

const PIECES = sentence('[CLS]', 'keys', 'to', 'keys', 'lock', '[SEP]');
const ATTENTION = Float32Array.of(
  ...[5, 1, 1, 1, 1, 1],
  ...[0, 6, 1, 1, 1, 1],
  ...[1, 1, 5, 1, 1, 1],
  ...[1, 1, 1, 5, 1, 1],
  ...[4, 3, 1, 1, 1, 0],
  ...[1, 1, 1, 1, 1, 5]
);
const NORMS = Float32Array.of(
  ...[5, 1, 1, 1, 1, 1],
  ...[0, 0, 9, 0, 0, 1],
  ...[0, 0, 0, 9, 0, 1],
  ...[1, 1, 1, 5, 1, 1],
  ...[9, 0, 0, 1, 0, 0],
  ...[9, 0, 0, 0, 0, 1]
);
const matrices = headMatrices(ATTENTION, NORMS, PIECES, DEFAULT_SWITCHES);

describe('meanRow', () => {
  it('should take the mean over the queries', () => {
    const { attribution } = matrices;
    const row = attribution ? meanRow(matrices, attribution, [1, 2]) : [];
    expect(Array.from(row, share => Number(share.toFixed(6)))).toEqual([0, 0, 0.45, 0.45, 0, 0.1]);
  });

  it('should miss queries that are dropped', () => {
    const without = headMatrices(ATTENTION, null, PIECES, { ...DEFAULT_SWITCHES, special: 'drop' });
    expect(Array.from(meanRow(without, without.attention, [0]))).toEqual([NaN, NaN, NaN, NaN]);
  });

  it('should average an own item over the queries that show it', () => {
    const without = headMatrices(ATTENTION, null, PIECES, { ...DEFAULT_SWITCHES, own: 'drop' });
    const row = meanRow(without, without.attention, [1, 4]);
    expect(row[1]).toBeCloseTo(3 / 9, 6);
    expect(meanRow(without, without.attention, [1])[1]).toBeNaN();
  });
});

describe('headsByMismatch', () => {
  const result = (measure: 'pearson' | 'total_variation'): MeasureResult => ({
    request: { measure, ...DEFAULT_SWITCHES },
    heads: Float32Array.of(...[0.5, 0, 0], ...[NaN, 0, 6], ...[0.25, 0, 0], ...[0.5, 0, 0]),
    curve: new Float32Array(6)
  });

  it('should begin with the least agreement and end with what is missing', () => {
    expect(headsByMismatch(result('pearson'), 2)).toEqual([
      { layer: 1, head: 0, value: 0.25 },
      { layer: 0, head: 0, value: 0.5 },
      { layer: 1, head: 1, value: 0.5 },
      { layer: 0, head: 1, value: NaN }
    ]);
  });

  it('should begin with the largest distance', () => {
    expect(headsByMismatch(result('total_variation'), 2).map(({ value }) => value)).toEqual([
      0.5,
      0.5,
      0.25,
      NaN
    ]);
  });
});

describe('startQuery', () => {
  it('should be a word that occurs once and has three letters', () => {
    // `keys` differs most, but occurs twice; `to` is short.
    expect(startQuery(matrices)).toBe(4);
  });

  it('should be any word where none is like that', () => {
    const pieces = sentence('[CLS]', 'keys', 'to', 'keys', 'to', '[SEP]');
    expect(startQuery(headMatrices(ATTENTION, NORMS, pieces, DEFAULT_SWITCHES))).toBe(1);
  });

  it('should be none without words or without attribution', () => {
    const none = headMatrices(
      Float32Array.of(1, 1, 1, 1),
      Float32Array.of(1, 1, 1, 1),
      sentence('[CLS]', '[SEP]'),
      DEFAULT_SWITCHES
    );
    expect(startQuery(none)).toBeNull();
    expect(startQuery(headMatrices(ATTENTION, null, PIECES, DEFAULT_SWITCHES))).toBeNull();
  });
});
