// Every option of the attribution and what the reference says of it: one list for the test and for the table in the docs.

import { NORMS, PATHS, TARGETS, type MethodOptions } from '../../src/core/method';
import { routeOf } from '../../src/gradient/route';
import type { Golden } from '../golden';

/** The sentences of golden-options: one with words of several pieces, one pair. */
export const SENTENCES = ['golden-options/words', 'golden-options/run'] as const;
/** `layer:0` is `input`, and compared with its array. */
export const SOURCES = ['input', 'embedding', 'layer:0', 'layer:1', 'layer:2', 'local'] as const;

/** All combinations that the product computes. */
export const COMBINATIONS: readonly MethodOptions[] = NORMS.flatMap(norm =>
  TARGETS.flatMap(target =>
    SOURCES.flatMap(source => PATHS.map(paths => ({ norm, target, source, paths })))
  )
).filter(isComputed);

function isComputed(method: MethodOptions): boolean {
  try {
    routeOf(method, 3);
    return true;
  } catch {
    return false;
  }
}

/** Half of them, in which every two values of two options still meet. */
export const HALF: readonly MethodOptions[] = COMBINATIONS.filter(({ norm, target, source, paths }) => {
  const places = [NORMS.indexOf(norm), TARGETS.indexOf(target), PATHS.indexOf(paths)];
  return (places.reduce((sum, place) => sum + place, SOURCES.findIndex(one => one === source)) & 1) === 0;
});

export function nameOf({ norm, target, source, paths }: MethodOptions): string {
  return `${norm}/${target}/${source}/${paths}`;
}

/** What the norms should be, [layer, head, query, source]; NaN in the layers below the source. */
export function dueNorms(golden: Golden, method: MethodOptions): Float64Array {
  const source = method.source === 'layer:0' ? 'input' : method.source;
  return golden.array(`norms/${nameOf({ ...method, source })}`);
}

/** The combinations that change the norms of hidden states. */
export const HIDDEN: readonly MethodOptions[] = COMBINATIONS.filter(
  ({ norm, target, paths }) => norm !== 'sum' && target === 'head' && paths === 'all'
);

/** What the norms of hidden states should be, [layer, query, source]. */
export function dueHidden(golden: Golden, { norm, source }: MethodOptions): Float64Array {
  return golden.array(`hidden_norms/${norm}/${source === 'layer:0' ? 'input' : source}`);
}

/**
 * Largest error relative to the cell, or to a floor of 1e-5 of its row's largest where it is below that; NaN where one
 * side alone is missing.
 */
export function worstAboveFloor(
  seen: ArrayLike<number>,
  due: ArrayLike<number>,
  rowLength: number,
  floor = 1e-5
): number {
  let worst = seen.length === due.length ? 0 : NaN;
  for (let row = 0; row < due.length; row += rowLength) {
    let largest = 0;
    for (let cell = row; cell < row + rowLength; cell++) {
      largest = Math.max(largest, due[cell] ?? NaN);
    }
    for (let cell = row; cell < row + rowLength; cell++) {
      const [value, right] = [seen[cell] ?? NaN, due[cell] ?? NaN];
      if (!(Number.isNaN(value) && Number.isNaN(right))) {
        const error = Math.abs(value - right) / Math.max(right, floor * largest);
        worst = error <= worst ? worst : error;
      }
    }
  }
  return worst;
}
