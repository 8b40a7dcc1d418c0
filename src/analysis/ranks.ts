// Order within a row: average ranks, the largest entry, the k largest, Kendall's tau-b.

/** So few are sorted one by one faster than they are packed. */
const FEW = 40;

/**
 * Indexes in ascending order of their values; equal values stay in the order of their indexes.
 *
 * Typed arrays sort plain numbers several times faster than indexes by a comparator, so each number sorted holds a value as
 * float32, in the order of its bits, and its index. Values that differ by less than float32 shows are put right afterwards.
 */
export function ascending(values: Float64Array): Int32Array {
  const count = values.length;
  if (count <= FEW) {
    const order = new Int32Array(count);
    for (let index = 0; index < count; index++) {
      order[index] = index;
    }
    settle(values, order);
    return order;
  }
  const bits = new Uint32Array(new Float32Array(values).buffer);
  const packed = new Float64Array(count);
  for (let index = 0; index < count; index++) {
    packed[index] = bitOrder(bits[index] ?? 0) * count + index;
  }
  packed.sort();
  const order = new Int32Array(count);
  for (let place = 0; place < count; place++) {
    const number = packed[place] ?? 0;
    order[place] = number - Math.floor(number / count) * count;
  }
  settle(values, order);
  return order;
}

/** Floats ascend as their bits do, once the sign bit is flipped, and all bits of negative ones. */
function bitOrder(bits: number): number {
  return (bits >>> 31 === 1 ? ~bits : bits | 0x80000000) >>> 0;
}

/** Insertion sort of what is nearly in order. */
function settle(values: Float64Array, order: Int32Array): void {
  for (let k = 1; k < order.length; k++) {
    const index = order[k] ?? 0;
    const value = values[index] ?? NaN;
    let place = k;
    while (place > 0 && (values[order[place - 1] ?? 0] ?? NaN) > value) {
      order[place] = order[place - 1] ?? 0;
      place--;
    }
    order[place] = index;
  }
}

/** A row is compared with many others, by several measures: its order is kept as long as the row, which nobody changes. */
const orders = new WeakMap<Float64Array, Int32Array>();

function orderOf(row: Float64Array): Int32Array {
  let order = orders.get(row);
  if (order === undefined) {
    order = ascending(row);
    orders.set(row, order);
  }
  return order;
}

/** Ranks from 1; equal values share the mean of theirs. */
export function averageRanks(values: Float64Array): Float64Array {
  const order = orderOf(values);
  const ranks = new Float64Array(values.length);
  for (let start = 0, end = 0; start < order.length; start = end) {
    end = endOfTies(values, order, start);
    for (let place = start; place < end; place++) {
      ranks[order[place] ?? 0] = (start + end + 1) / 2;
    }
  }
  return ranks;
}

/** The first place behind `start` in the order whose value differs. */
function endOfTies(values: Float64Array, order: Int32Array, start: number): number {
  const value = values[order[start] ?? 0];
  let end = start + 1;
  while (end < order.length && values[order[end] ?? 0] === value) {
    end++;
  }
  return end;
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
  const order = orderOf(p);
  const { rank, tied: tiedInQ } = lowestRanks(q);
  const tree = new Int32Array(count + 1);
  let tiedInP = 0;
  let balance = 0;
  for (let start = 0, end = 0; start < count; start = end) {
    end = endOfTies(p, order, start);
    tiedInP += pairs(end - start);
    // Pairs tied in p count for neither side: look all of them up before any is put in.
    for (let place = start; place < end; place++) {
      const own = rank[order[place] ?? 0] ?? 0;
      balance += countBelow(tree, own) - (start - countBelow(tree, own + 1));
    }
    for (let place = start; place < end; place++) {
      put(tree, rank[order[place] ?? 0] ?? 0);
    }
  }
  return balance / Math.sqrt((pairs(count) - tiedInP) * (pairs(count) - tiedInQ));
}

function pairs(count: number): number {
  return (count * (count - 1)) / 2;
}

/** Ranks from 0 where equal values share the lowest of theirs, and how many pairs are equal. */
function lowestRanks(values: Float64Array): { rank: Int32Array; tied: number } {
  const order = orderOf(values);
  const rank = new Int32Array(values.length);
  let tied = 0;
  for (let start = 0, end = 0; start < order.length; start = end) {
    end = endOfTies(values, order, start);
    tied += pairs(end - start);
    for (let place = start; place < end; place++) {
      rank[order[place] ?? 0] = start;
    }
  }
  return { rank, tied };
}

/** How many of the ranks put in are below the given one. */
function countBelow(tree: Int32Array, rank: number): number {
  let sum = 0;
  for (let k = rank; k > 0; k -= k & -k) {
    sum += tree[k] ?? 0;
  }
  return sum;
}

function put(tree: Int32Array, rank: number): void {
  for (let k = rank + 1; k < tree.length; k += k & -k) {
    tree[k] = (tree[k] ?? 0) + 1;
  }
}
