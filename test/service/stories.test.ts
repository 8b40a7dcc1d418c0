import { bytesOf, type HeldStory, StoryStore } from '../../src/service/stories';
import { tinyDocument } from './story-fixture';

function story(key: string, floats: number): HeldStory {
  const nothing = {
    norms: null,
    error: null,
    rmsError: null,
    groups: null,
    heads: null,
    results: [],
    rows: new Map()
  };
  return { key, document: tinyDocument(), attention: new Float32Array(floats), ...nothing };
}

describe('StoryStore', () => {
  it('should forget the stories used longest ago beyond its budget', () => {
    const store = new StoryStore(100);
    ['a', 'b', 'c'].forEach(key => store.put(story(key, 8)));
    store.get('a');
    store.put(story('d', 8));
    expect(store.keys).toEqual(['c', 'a', 'd']);
    expect(store.bytes).toBe(96);
    expect(() => store.get('b')).toThrow(expect.objectContaining({ code: 'unknown_story' }));
  });

  it('should keep the newest story whatever it takes', () => {
    const store = new StoryStore(100);
    store.put(story('a', 8));
    store.put(story('b', 1000));
    expect(store.keys).toEqual(['b']);
  });

  it('should hold one version of a story', () => {
    const store = new StoryStore(100);
    store.put(story('a', 8));
    store.put({ ...story('a', 8), norms: new Float32Array(8) });
    expect([store.keys, store.bytes]).toEqual([['a'], 64]);
    expect(bytesOf(store.get('a'))).toBe(64);
  });
});
