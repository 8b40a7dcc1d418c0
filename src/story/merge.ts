// What a live view holds after a message of the kernel: data replaced by a better estimate, heads or measures added.

import type { MeasureRequest, MeasureResult } from '../analysis/options';
import type { NamedArray } from '../core/arrays';
import { StoryError } from '../core/errors';
import { requestKey } from './contents';
import type { HeadMaps } from './data';
import type { StoryDocument } from './document';
import { heldStory, type HeldStory, type Holding } from './memory';

export type { HeldStory } from './memory';

type Arrays = Readonly<Record<string, NamedArray>>;

/** Which measures the arrays `0.heads` [layer, head, 3], `0.curve` [layer, 3], `1.heads` … hold. */
export interface MeasuresMessage {
  readonly results: readonly MeasureRequest[];
}

/** Which heads the arrays `attention`, `norms` and `error` [given head, query, source] hold. */
export interface HeadsMessage extends MeasuresMessage {
  readonly heads: readonly (readonly [layer: number, head: number])[];
}

export interface PartialMessage extends HeadsMessage {
  readonly document: StoryDocument;
}

/**
 * A `partial`: everything that came from older norms is gone, the rest stays.
 *
 * @throws StoryError bad_frame when the arrays do not fit the document
 */
export function replaced(message: PartialMessage, arrays: Arrays, before: HeldStory | null): HeldStory {
  const { document } = message;
  const kept = before !== null && sameEstimate(before.document, document) ? before.holding() : null;
  const nothing: Holding = {
    document,
    heads: Array.from({ length: document.model.layers * document.model.heads }, () => null),
    results: new Map(),
    whole: null,
    errorsElsewhere: true
  };
  return added(kept ? { ...kept, document } : nothing, message, arrays);
}

/** The answer to `fetch`. @throws StoryError bad_frame */
export function withHeads(held: HeldStory, message: HeadsMessage, arrays: Arrays): HeldStory {
  return added(held.holding(), message, arrays);
}

/** Which row the arrays `norms` and `error` [source] hold. */
export interface RowMessage {
  readonly row: { readonly layer: number; readonly head: number; readonly query: number };
}

/** A row that was made exact; measures are sent anew. @throws StoryError bad_frame */
export function withRow(held: HeldStory, { row }: RowMessage, arrays: Arrays): HeldStory {
  const holding = held.holding();
  const { pieces, model } = holding.document;
  const place = row.layer * model.heads + row.head;
  const maps = holding.heads[place] ?? null;
  if (maps === null || maps.norms === null) {
    return held;
  }
  const at = row.query * pieces.length;
  const replacedRow = (values: Float32Array, name: string): Float32Array => {
    const own = values.slice();
    own.set(required(arrays, name, [pieces.length]), at);
    return own;
  };
  const norms = replacedRow(maps.norms, 'norms');
  const error = maps.error && replacedRow(maps.error, 'error');
  const heads = [...holding.heads];
  heads[place] = { ...maps, norms, error };
  return heldStory({ ...holding, heads, whole: null });
}

/** The answer to `measure`. @throws StoryError bad_frame */
export function withMeasures(held: HeldStory, message: MeasuresMessage, arrays: Arrays): HeldStory {
  return added(held.holding(), { ...message, heads: [] }, arrays);
}

function sameEstimate(a: StoryDocument, b: StoryDocument): boolean {
  return a.method.samples === b.method.samples && a.method.mode === b.method.mode && a.text === b.text;
}

function added(holding: Holding, message: HeadsMessage, arrays: Arrays): HeldStory {
  const { document } = holding;
  const { layers, heads } = document.model;
  const shape = [message.heads.length, document.pieces.length, document.pieces.length];
  const maps = [...holding.heads];
  if (message.heads.length > 0) {
    const attention = required(arrays, 'attention', shape);
    const norms = optional(arrays, 'norms', shape);
    const error = optional(arrays, 'error', shape);
    message.heads.forEach(([layer, head], index) => {
      maps[layer * heads + head] = mapsAt(index, document.pieces.length ** 2, attention, norms, error);
    });
  }
  const results = new Map(holding.results);
  message.results.forEach((request, index) => {
    const result: MeasureResult = {
      request,
      heads: required(arrays, `${index}.heads`, [layers, heads, 3]),
      curve: required(arrays, `${index}.curve`, [layers, 3])
    };
    results.set(requestKey(request), result);
  });
  return heldStory({ ...holding, heads: maps, results });
}

function mapsAt(
  index: number,
  cells: number,
  attention: Float32Array,
  norms: Float32Array | null,
  error: Float32Array | null
): HeadMaps {
  const part = (values: Float32Array) => values.subarray(index * cells, (index + 1) * cells);
  return { attention: part(attention), norms: norms && part(norms), error: error && part(error) };
}

function optional(arrays: Arrays, name: string, shape: readonly number[]): Float32Array | null {
  return name in arrays ? required(arrays, name, shape) : null;
}

function required(arrays: Arrays, name: string, shape: readonly number[]): Float32Array {
  const array = arrays[name];
  if (!(array?.data instanceof Float32Array) || String(array.shape) !== String(shape)) {
    const seen = array ? `${array.data.constructor.name} [${array.shape.join(', ')}]` : 'missing';
    throw new StoryError(
      'bad_frame',
      `array ${name} is ${seen}, float32 [${shape.join(', ')}] was expected`,
      'install the same version of bertstory in the kernel and in the browser',
      { array: name }
    );
  }
  return array.data;
}
