// Order within a row: average ranks, the largest entry, the k largest, Kendall's tau-b.

/**
 * Ranks from 1; equal values share the mean of theirs.
 *
 * Sorts a copy and finds every value in it: typed arrays sort numbers much faster than they sort indexes by a comparator.
 */
export function averageRanks(values: Float64Array): Float64Array {
  const sorted = values.slice().sort();
  return values.map(value => (firstAtLeast(sorted, value) + firstAbove(sorted, value) + 1) / 2);
}

function firstAtLeast(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < value) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

function firstAbove(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) <= value) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

/** Index of the largest value, the lower index where there are several. */
export function argMax(values: Float64Array): number {
  let best = 0;
  for (let k = 1; k < values.length; k++) {
    if ((values[k] ?? 0) > (values[best] ?? 0)) {
      best = k;
    }
  }
  return best;
}

/** Indexes of the k largest values, largest first; of equal ones the lower index counts as larger. */
export function indexesOfLargest(values: Float64Array, k: number): number[] {
  const kept: number[] = [];
  for (let index = 0; index < values.length; index++) {
    const value = values[index] ?? 0;
    let place = kept.length;
    while (place > 0 && value > (values[kept[place - 1] ?? 0] ?? 0)) {
      place--;
    }
    if (place < k) {
      kept.splice(place, 0, index);
      kept.length = Math.min(kept.length, k);
    }
  }
  return kept;
}

/**
 * Kendall's tau-b: concordant minus discordant pairs, over the geometric mean of the pairs not tied on either side.
 * Goes through the pairs in the order of p and counts by a Fenwick tree over the ranks of q: n log n.
 * NaN when one side has no spread.
 */
export function kendallTauB(p: Float64Array, q: Float64Array): number {
  const count = p.length;
  const { rank: pRank, tied: pTied } = denseRanks(p);
  const { rank: qRank, tied: qTied } = denseRanks(q);
  const order = orderByRank(pRank);
  const tree = new Int32Array(count + 1);
  let seen = 0;
  let balance = 0;
  for (let start = 0; start < count;) {
    let end = start;
    // Pairs tied in p count for neither side: look all of them up before any is put in.
    while (end < count && pRank[order[end] ?? 0] === pRank[order[start] ?? 0]) {
      const rank = qRank[order[end] ?? 0] ?? 0;
      balance += sumBelow(tree, rank) - (seen - sumBelow(tree, rank + 1));
      end++;
    }
    for (; start < end; start++, seen++) {
      add(tree, qRank[order[start] ?? 0] ?? 0);
    }
  }
  const pairs = (count * (count - 1)) / 2;
  return balance / Math.sqrt((pairs - pTied) * (pairs - qTied));
}

/** Ranks from 0 where equal values share the lowest of theirs, and how many pairs are equal. */
function denseRanks(values: Float64Array): { rank: Int32Array; tied: number } {
  const sorted = values.slice().sort();
  const rank = Int32Array.from(values, value => firstAtLeast(sorted, value));
  let tied = 0;
  let run = 1;
  for (let k = 1; k < sorted.length; k++) {
    run = sorted[k] === sorted[k - 1] ? run + 1 : 1;
    tied += run - 1;
  }
  return { rank, tied };
}

/** Indexes in ascending order of rank. */
function orderByRank(rank: Int32Array): Int32Array {
  const order = new Int32Array(rank.length);
  const taken = new Int32Array(rank.length);
  rank.forEach((place, index) => {
    order[place + (taken[place] ?? 0)] = index;
    taken[place] = (taken[place] ?? 0) + 1;
  });
  return order;
}

/** How many of the ranks put in are below the given one. */
function sumBelow(tree: Int32Array, rank: number): number {
  let sum = 0;
  for (let k = rank; k > 0; k -= k & -k) {
    sum += tree[k] ?? 0;
  }
  return sum;
}

function add(tree: Int32Array, rank: number): void {
  for (let k = rank + 1; k < tree.length; k += k & -k) {
    tree[k] = (tree[k] ?? 0) + 1;
  }
}
