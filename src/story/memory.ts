// StoryData out of arrays at hand: maps of heads, measures given or computed and then remembered.

import { measureAll, type AtlasMaps } from '../analysis/mismatch';
import { PATTERNS, SIDES, type MeasureRequest, type MeasureResult } from '../analysis/options';
import { quantityOf } from '../analysis/quantities';
import { isExact, randomDirectionsOf, requestKey, type StoryContents } from './contents';
import type { HeadMaps, StoryData } from './data';
import type { StoryDocument } from './document';

export interface Holding {
  readonly document: StoryDocument;
  /** [layer · heads + head]: null where the maps are not here. */
  readonly heads: readonly (HeadMaps | null)[];
  /** By `requestKey`. */
  readonly results: ReadonlyMap<string, MeasureResult>;
  /** The maps of all heads in one piece, if they are here so. */
  readonly whole: AtlasMaps | null;
  /** Somebody else can measure an estimate with its error, so that none is measured here without. */
  readonly errorsElsewhere: boolean;
}

export interface HeldStory extends StoryData {
  /** What it holds by now, computed measures included. */
  holding(): Holding;
}

/** The story in a file, or in the service. Errors of measures are those that came along, or come from the groups, else NaN. */
export function storyData(contents: StoryContents): StoryData {
  const { document, results } = contents;
  return heldStory({
    document,
    heads: headsOf(contents),
    results: new Map(results.map(result => [requestKey(result.request), result])),
    whole: wholeOf(contents),
    errorsElsewhere: false
  });
}

export function heldStory(given: Holding): HeldStory {
  const { document, heads, errorsElsewhere } = given;
  const results = new Map(given.results);
  let { whole } = given;
  return {
    document,
    head: (layer, head) => heads[layer * document.model.heads + head] ?? null,
    measure(request) {
      const key = requestKey(request);
      const known = results.get(key);
      if (known !== undefined) {
        return known;
      }
      whole ??= errorsElsewhere && !isExact(document) ? null : gathered(document, heads);
      if (whole === null) {
        return null;
      }
      for (const result of measureAll(whole, readTogether(request))) {
        results.set(requestKey(result.request), result);
      }
      return results.get(key) ?? null;
    },
    holding: () => ({ ...given, results, whole })
  };
}

/** Patterns cost little beside the distributions that they are read off, and are looked at side by side. */
function readTogether(request: MeasureRequest): readonly MeasureRequest[] {
  return quantityOf(request.measure).of.kind === 'pattern'
    ? SIDES.flatMap(side => PATTERNS.map(name => ({ ...request, measure: `${side}.${name}` as const })))
    : [request];
}

/** The maps in the form in which measures take them; null when some head's are missing. */
export function wholeOf(contents: StoryContents): AtlasMaps | null {
  const { document, attention, norms, error, groups } = contents;
  return attention !== null && norms !== null && !headsOf(contents).includes(null)
    ? { ...dimensions(document), attention, norms, error, groups }
    : null;
}

function dimensions(document: StoryDocument) {
  const { model, method, pieces } = document;
  const { layers, heads } = model;
  const width = randomDirectionsOf(document);
  return { layers, heads, width, pieces, samples: method.mode === 'exact' ? width : method.samples };
}

function headsOf({ document, heads, attention, norms, error }: StoryContents): (HeadMaps | null)[] {
  const { model, pieces } = document;
  const cells = pieces.length ** 2;
  const part = (maps: Float32Array, index: number) => maps.subarray(index * cells, (index + 1) * cells);
  return Array.from({ length: model.layers * model.heads }, (_, place) => {
    const layer = Math.floor(place / model.heads);
    const index = heads === null ? place : layer;
    const here = heads === null || heads[layer] === place % model.heads;
    // A head whose maps a reduction left out is NaN throughout where others are not.
    if (attention === null || !here || Number.isNaN(attention[index * cells])) {
      return null;
    }
    return {
      attention: part(attention, index),
      norms: norms && part(norms, index),
      error: error && part(error, index)
    };
  });
}

function gathered(document: StoryDocument, heads: readonly (HeadMaps | null)[]): AtlasMaps | null {
  const cells = document.pieces.length ** 2;
  const attention = new Float32Array(heads.length * cells);
  const norms = new Float32Array(heads.length * cells);
  const error = heads.every(maps => maps?.error) ? new Float32Array(heads.length * cells) : null;
  for (const [place, maps] of heads.entries()) {
    if (!maps?.norms) {
      return null;
    }
    attention.set(maps.attention, place * cells);
    norms.set(maps.norms, place * cells);
    error?.set(maps.error ?? [], place * cells);
  }
  return { ...dimensions(document), attention, norms, error, groups: null };
}
