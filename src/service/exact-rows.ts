// Rows of an estimate that were made exact on demand: their norms, no error, the same in all groups; whatever comes later.

import { groupsOf } from '../gradient/estimate';
import { rmsError } from '../story/saved';
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
  if (error === null) {
    return story;
  }
  return { ...story, rmsError: rmsError([{ norms, error }], document.pieces.length) ?? 0 };
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
