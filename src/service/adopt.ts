// A story that the kernel sends along because the service has forgotten it, checked before anything is computed from it.

import { StoryError } from '../core/errors';
import { groupsOf, jackknife } from '../gradient/estimate';
import type { Arrays } from '../protocol/frames';
import { randomDirectionsOf } from '../story/contents';
import type { StoryDocument } from '../story/document';
import { readDocument } from '../story/schema';
import { exactRowsOf } from './exact-rows';
import type { HeldStory } from './stories';

/**
 * @param arrays `attention`, and as far as they are there `norms`, `error` [layer, head, query, source],
 *   `groups` [group, layer, head, query, source] and `hidden_norms` [layer, query, source]
 * @throws StoryError bad_file for what is no document, bad_request when the arrays do not fit it
 */
export function adopted(key: string, sent: object, arrays: Arrays): HeldStory {
  const document = readDocument(JSON.stringify(sent));
  const { layers, heads } = document.model;
  const { samples, mode } = document.method;
  const pieces = document.pieces.length;
  const shape = [layers, heads, pieces, pieces];
  const attention = mapOf(arrays, 'attention', shape);
  const norms = mapOf(arrays, 'norms', shape);
  const groups = norms && mode !== 'exact' ? mapOf(arrays, 'groups', [groupsOf(samples), ...shape]) : null;
  if (!attention) {
    throw unfit('attention', 'missing', shape);
  }
  const { error, rmsError } = errorsOf(document, norms, groups, mapOf(arrays, 'error', shape));
  const hiddenNorms = mapOf(arrays, 'hidden_norms', [layers, pieces, pieces]);
  const rows = norms && groups ? exactRowsOf(groups, norms, samples, pieces) : new Map();
  const maps = { heads: null, attention, norms, error, groups, hiddenNorms };
  return { key, document, ...maps, rmsError, rows, results: [] };
}

function mapOf(arrays: Arrays, name: string, shape: readonly number[]): Float32Array | null {
  const array = arrays[name];
  if (array === undefined) {
    return null;
  }
  const { data } = array;
  if (!(data instanceof Float32Array) || String(array.shape) !== String(shape)) {
    throw unfit(name, `${data.constructor.name} [${array.shape.join(', ')}]`, shape);
  }
  return data;
}

/** None when exact; from the groups where there are any, else what came along. */
function errorsOf(
  { method, model, pieces }: StoryDocument,
  norms: Float32Array | null,
  groups: Float32Array | null,
  given: Float32Array | null
): Pick<HeldStory, 'error' | 'rmsError'> {
  if (!norms) {
    return { error: null, rmsError: null };
  }
  const error = new Float32Array(norms.length);
  if (method.mode === 'exact') {
    return { error, rmsError: 0 };
  }
  if (!groups) {
    return { error: given, rmsError: null };
  }
  const sources = pieces.length;
  const rows = norms.length / sources;
  const shape = {
    groups: groupsOf(method.samples),
    rows,
    sources,
    share: method.samples / randomDirectionsOf({ method, model })
  };
  const tally = { squares: 0, cells: 0 };
  jackknife(groups, shape, 0, rows, error, tally);
  return { error, rmsError: Math.sqrt(tally.squares / Math.max(1, tally.cells)) };
}

function unfit(name: string, seen: string, shape: readonly number[]): StoryError {
  return new StoryError(
    'bad_request',
    `array ${name} is ${seen}; the document needs float32 [${shape.join(', ')}]`,
    'send the document and the arrays of one and the same story',
    { array: name }
  );
}
