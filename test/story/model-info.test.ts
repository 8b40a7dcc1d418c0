import { directionsOf, isExact } from '../../src/story/contents';
import type { StoryDocument } from '../../src/story/document';
import { readDocument } from '../../src/story/schema';
import { exactStory } from './example';

function documentWith(model: object, method: object = {}): StoryDocument {
  const { document } = exactStory('golden-tiny/cat');
  return readDocument(
    JSON.stringify({
      ...document,
      model: { ...document.model, ...model },
      method: { ...document.method, ...method }
    })
  );
}

describe('the model of a document', () => {
  it('should keep the revision and the width of the embedding, and do without', () => {
    const more = { revision: 'a'.repeat(40), embedding_width: 16 };
    expect(documentWith(more).model).toMatchObject(more);
    expect(Object.keys(documentWith({}).model)).not.toContain('revision');
    expect(() => documentWith({ embedding_width: 0 })).toThrow(expect.objectContaining({ code: 'bad_file' }));
  });

  it('should count directions where the attribution is traced back to', () => {
    expect(directionsOf(documentWith({ embedding_width: 16 }))).toBe(32);
    expect(directionsOf(documentWith({ embedding_width: 16 }, { source: 'embedding' }))).toBe(16);
    expect(directionsOf(documentWith({}, { source: 'embedding' }))).toBe(32);
  });

  it('should be exact with that many', () => {
    const sampled = { mode: 'sampled', samples: 16, source: 'embedding' };
    expect(isExact(documentWith({ embedding_width: 16 }, sampled))).toBe(true);
    expect(isExact(documentWith({}, sampled))).toBe(false);
  });
});
