// How far two distributions over the same sources agree: one function per measure of METHOD 4.
//
// All take p and q of equal length, each summing to 1, and return NaN where the measure is not defined. They run over millions
// of cells: loops by index, since engines take three times as long over `for … of` a typed array.

import { argMax, averageRanks, indexesOfLargest, kendallTauB } from './ranks';

/** Sources compared by `topk`. */
export const TOP_K = 5;
/** Fewer sources than this have no correlation worth the name. */
export const MIN_CORRELATED = 3;
/** Relative to the largest value: what differs by less is rounding of float32, not spread. */
const SPREAD_FLOOR = 1e-6;

function hasSpread(row: Float64Array): boolean {
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < row.length; i++) {
    const value = row[i] ?? NaN;
    low = value < low ? value : low;
    high = value > high ? value : high;
  }
  return high - low > SPREAD_FLOOR * high;
}

function correlated(p: Float64Array, q: Float64Array): boolean {
  return p.length >= MIN_CORRELATED && hasSpread(p) && hasSpread(q);
}

function mean(row: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < row.length; i++) {
    sum += row[i] ?? NaN;
  }
  return sum / row.length;
}

function correlation(p: Float64Array, q: Float64Array): number {
  const pMean = mean(p);
  const qMean = mean(q);
  let pq = 0;
  let pp = 0;
  let qq = 0;
  for (let i = 0; i < p.length; i++) {
    const dp = (p[i] ?? NaN) - pMean;
    const dq = (q[i] ?? NaN) - qMean;
    pq += dp * dq;
    pp += dp * dp;
    qq += dq * dq;
  }
  return clamp(pq / Math.sqrt(pp * qq), -1, 1);
}

/** Takes off what rounding put beyond the range; NaN stays. */
function clamp(value: number, low: number, high: number): number {
  return value < low ? low : value > high ? high : value;
}

export function pearson(p: Float64Array, q: Float64Array): number {
  return correlated(p, q) ? correlation(p, q) : NaN;
}

/** Pearson of the ranks, ties at their average. */
export function spearman(p: Float64Array, q: Float64Array): number {
  return correlated(p, q) ? correlation(averageRanks(p), averageRanks(q)) : NaN;
}

export function kendall(p: Float64Array, q: Float64Array): number {
  return correlated(p, q) ? clamp(kendallTauB(p, q), -1, 1) : NaN;
}

export function cosine(p: Float64Array, q: Float64Array): number {
  let pq = 0;
  let pp = 0;
  let qq = 0;
  for (let i = 0; i < p.length; i++) {
    const a = p[i] ?? NaN;
    const b = q[i] ?? NaN;
    pq += a * b;
    pp += a * a;
    qq += b * b;
  }
  return clamp(pq / Math.sqrt(pp * qq), 0, 1);
}

/** 1 where both have their largest value at the same source, ties by lower index; else 0. */
export function top1(p: Float64Array, q: Float64Array): number {
  return p.length === 0 ? NaN : Number(argMax(p) === argMax(q));
}

/** Share of the k largest in common, k = 5 or one less than there are sources. */
export function topk(p: Float64Array, q: Float64Array): number {
  const k = Math.min(TOP_K, p.length - 1);
  if (k < 1) {
    return NaN;
  }
  const ofP = new Set(indexesOfLargest(p, k));
  return indexesOfLargest(q, k).filter(index => ofP.has(index)).length / k;
}

/** a log(a / b) with the limit 0 at a = 0. */
function relativeEntropyTerm(a: number, b: number): number {
  return a === 0 ? 0 : a * Math.log(a / b);
}

export function jensenShannon(p: Float64Array, q: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < p.length; i++) {
    const a = p[i] ?? NaN;
    const b = q[i] ?? NaN;
    const middle = (a + b) / 2;
    sum += relativeEntropyTerm(a, middle) + relativeEntropyTerm(b, middle);
  }
  return p.length === 0 ? NaN : clamp(sum / 2, 0, Math.LN2);
}

/** Of p against q. Infinite where q is zero and p is not: that row counts as missing, or it would swallow every mean. */
export function kullbackLeibler(p: Float64Array, q: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < p.length; i++) {
    sum += relativeEntropyTerm(p[i] ?? NaN, q[i] ?? NaN);
  }
  return p.length === 0 || sum === Infinity ? NaN : Math.max(0, sum);
}

export function totalVariation(p: Float64Array, q: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < p.length; i++) {
    sum += Math.abs((p[i] ?? NaN) - (q[i] ?? NaN));
  }
  return p.length === 0 ? NaN : clamp(sum / 2, 0, 1);
}
