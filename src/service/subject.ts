// What a story is about, as the engine is asked: the pieces of its text and the options of its attribution.

import type { AtlasRequest } from '../gradient/compute';
import type { StoryDocument } from '../story/document';

export function subjectOf({
  pieces,
  method
}: Pick<StoryDocument, 'pieces' | 'method'>): Pick<AtlasRequest, 'ids' | 'segments' | 'method'> {
  const { norm, target, source, paths } = method;
  return {
    ids: Int32Array.from(pieces, ({ id }) => id),
    segments: Int32Array.from(pieces, ({ segment }) => segment),
    method: { norm, target, source, paths }
  };
}
