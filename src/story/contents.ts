// What a story consists of when all that there is of it is at hand: document, maps, measures.

import { MEASURES, type MeasureRequest, type MeasureResult, type Switches } from '../analysis/options';
import type { StoryDocument } from './document';

export interface StoryContents {
  readonly document: StoryDocument;
  /** [layer]: the one head of each layer whose maps are here; null: all heads are. */
  readonly heads: Int32Array | null;
  /** [layer, kept head, query, source]; null where no maps were kept. */
  readonly attention: Float32Array | null;
  /** Raw attribution norms, the same shape; null before the first estimate. */
  readonly norms: Float32Array | null;
  /** Jackknife SE of G divided by G, the same shape; null or zeros when exact. */
  readonly error: Float32Array | null;
  /** [group, layer, head, query, source]: mean of y per direction group; null when exact, or not here. */
  readonly groups: Float32Array | null;
  /** Norms of hidden states ‖∂e_j^{l+1}/∂x_i‖, [layer, query, source]; absent or null where they were not asked for. */
  readonly hiddenNorms?: Float32Array | null;
  /** Measures that came along, which cannot all be had from the maps. */
  readonly results: readonly MeasureResult[];
}

/** What tells one request from another. */
export function requestKey({ measure, special, own, units }: MeasureRequest): string {
  return `${measure} ${special} ${own} ${units}`;
}

export function isExact(document: Pick<StoryDocument, 'method' | 'model'>): boolean {
  const { mode, samples } = document.method;
  return mode === 'exact' || samples >= randomDirectionsOf(document);
}

/** Directions per source token that are all there are. */
export function directionsOf({ method, model }: Pick<StoryDocument, 'method' | 'model'>): number {
  return method.source === 'embedding' ? (model.embedding_width ?? model.width) : model.width;
}

/** Random directions per source token that are all there are: beside seeded ones there are fewer. */
export function randomDirectionsOf(document: Pick<StoryDocument, 'method' | 'model'>): number {
  const { mode, exact_directions: seeded } = document.method;
  return directionsOf(document) - (mode === 'hybrid' ? seeded : 0);
}

const KEPT_SWITCHES: readonly Switches[] = (['pieces', 'words'] as const).flatMap(units =>
  (['keep', 'drop'] as const).flatMap(special =>
    (['keep', 'drop'] as const).map(own => ({ special, own, units }))
  )
);

/**
 * The measures that a story keeps when its maps are reduced: all, with special and own tokens or without, pieces or words;
 * what is looked at first comes first.
 */
export const KEPT_REQUESTS: readonly MeasureRequest[] = KEPT_SWITCHES.flatMap(switches =>
  MEASURES.map(measure => ({ measure, ...switches }))
);
