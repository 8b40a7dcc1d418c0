// Rows of an estimate that were made exact on demand: their norms, no error, the same in all groups; whatever comes later.

import { groupsOf } from '../gradient/estimate';
import { LIVE_CELL_FLOOR } from '../core/limits';
import type { HeldStory } from './stories';

/** Norms [source] by row (layer · heads + head) · tokens + query. */
export type ExactRows = ReadonlyMap<number, Float32Array>;

type Maps = Pick<HeldStory, 'document' | 'norms' | 'error' | 'groups' | 'rmsError'>;

export function rowIndex(
  { model, pieces }: HeldStory['document'],
  { layer, head, query }: { readonly layer: number; readonly head: number; readonly query: number }
): number {
  return (layer * model.heads + head) * pieces.length + query;
}

/**
 * Writes the rows into the arrays of an estimate and gives it back with its error told anew. An exact story needs them too when
 * it went on from an estimate that had them, since their groups were no sums of directions.
 */
export function withExactRows<T extends Maps>(story: T, rows: ExactRows): T {
  const { norms, error, groups, document } = story;
  if (norms === null || rows.size === 0) {
    return story;
  }
  for (const [row, values] of rows) {
    const at = row * values.length;
    norms.set(values, at);
    error?.fill(0, at, at + values.length);
    const squares = values.map(value => value * value);
    for (let start = at; groups !== null && start < groups.length; start += norms.length) {
      groups.set(squares, start);
    }
  }
  return error === null ? story : { ...story, rmsError: rmsOf(error, norms, document.pieces.length) };
}

/** The rows of an estimate that are the same in all groups, which no random directions bring about. */
export function exactRowsOf(
  groups: Float32Array,
  norms: Float32Array,
  samples: number,
  sources: number
): Map<number, Float32Array> {
  const rows = new Map<number, Float32Array>();
  const count = groupsOf(samples);
  for (let at = 0; at < norms.length; at += sources) {
    let same = count > 1;
    let alive = false;
    for (let cell = at; same && cell < at + sources; cell++) {
      alive ||= (norms[cell] as number) > 0;
      for (let group = 1; same && group < count; group++) {
        same = groups[cell] === groups[group * norms.length + cell];
      }
    }
    if (same && alive) {
      rows.set(at / sources, norms.slice(at, at + sources));
    }
  }
  return rows;
}

/** Root mean square of the relative error over live cells. */
function rmsOf(error: Float32Array, norms: Float32Array, sources: number): number {
  let squares = 0;
  let cells = 0;
  for (let at = 0; at < norms.length; at += sources) {
    let largest = 0;
    for (let cell = at; cell < at + sources; cell++) {
      largest = Math.max(largest, norms[cell] as number);
    }
    for (let cell = at; cell < at + sources; cell++) {
      if ((norms[cell] as number) > LIVE_CELL_FLOOR * largest) {
        squares += (error[cell] as number) ** 2;
        cells += 1;
      }
    }
  }
  return cells === 0 ? 0 : Math.sqrt(squares / cells);
}
