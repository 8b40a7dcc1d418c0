import { DEFAULT_SWITCHES, type MeasureRequest } from '../../src/analysis/options';
import { named, type NamedArray } from '../../src/core/arrays';
import type { StoryContents } from '../../src/story/contents';
import { storyData } from '../../src/story/memory';
import { replaced, withHeads, withMeasures } from '../../src/story/merge';
import { exactStory, sampledStory } from './example';

type Head = readonly [layer: number, head: number];

const PEARSON: MeasureRequest = { measure: 'pearson', ...DEFAULT_SWITCHES };
const AXES = ['head', 'query', 'source'];
const ALL: readonly Head[] = [0, 1, 2].flatMap(layer => [0, 1, 2, 3].map(head => [layer, head] as const));

function mapsOf(story: StoryContents, heads: readonly Head[]): Record<string, NamedArray> {
  const data = storyData(story);
  const arrays: Record<string, NamedArray> = {};
  for (const name of ['attention', 'norms', 'error'] as const) {
    const values = new Float32Array(heads.length * 81);
    heads.forEach(([layer, head], k) => values.set(data.head(layer, head)?.[name] ?? [], k * 81));
    arrays[name] = named(AXES, [heads.length, 9, 9], values);
  }
  return arrays;
}

describe('a live story', () => {
  const sampled = sampledStory('golden-tiny/cat');
  const exact = exactStory('golden-tiny/cat');
  const partial = (story: StoryContents, heads: readonly Head[]) =>
    [{ document: story.document, heads, results: [] }, mapsOf(story, heads)] as const;

  it('should hold the heads that were sent and no others', () => {
    const held = replaced(...partial(sampled, [[1, 2]]), null);
    expect(held.head(1, 2)).toEqual(storyData(sampled).head(1, 2));
    expect(held.head(1, 1)).toBeNull();
  });

  it('should add heads that were fetched', () => {
    const held = replaced(...partial(sampled, [[1, 2]]), null);
    const more = withHeads(held, { heads: [[0, 3]], results: [] }, mapsOf(sampled, [[0, 3]]));
    expect(more.head(0, 3)).toEqual(storyData(sampled).head(0, 3));
    expect(more.head(1, 2)).toBe(held.head(1, 2));
    expect(held.head(0, 3)).toBeNull();
  });

  it('should leave measures of an estimate to those who know its error', () => {
    const held = replaced(...partial(sampled, ALL), null);
    expect(held.measure(PEARSON)).toBeNull();
    const result = storyData(sampled).measure(PEARSON);
    const arrays = {
      '0.heads': named(['layer', 'head', 'statistic'], [3, 4, 3], result?.heads ?? new Float32Array()),
      '0.curve': named(['layer', 'statistic'], [3, 3], result?.curve ?? new Float32Array())
    };
    expect(withMeasures(held, { results: [PEARSON] }, arrays).measure(PEARSON)).toEqual(result);
  });

  it('should measure for itself what is exact, once all heads are here', () => {
    const some = replaced(...partial(exact, ALL.slice(1)), null);
    expect(some.measure(PEARSON)).toBeNull();
    const all = withHeads(some, { heads: [[0, 0]], results: [] }, mapsOf(exact, [[0, 0]]));
    const result = all.measure(PEARSON);
    expect(result).toEqual(storyData(exact).measure(PEARSON));
    expect(withHeads(all, { heads: [[0, 0]], results: [] }, mapsOf(exact, [[0, 0]])).measure(PEARSON)).toBe(
      result
    );
  });

  it('should forget all that came from an older estimate', () => {
    const old = replaced(...partial(sampled, ALL), null);
    const better = replaced(...partial(exact, [[2, 2]]), old);
    expect(better.document).toBe(exact.document);
    expect(better.head(2, 2)).not.toBeNull();
    expect(better.head(0, 0)).toBeNull();
    expect(better.measure(PEARSON)).toBeNull();
  });

  it('should keep the other heads when the same estimate is sent again', () => {
    const held = replaced(...partial(exact, ALL), null);
    expect(replaced(...partial(exact, [[0, 0]]), held).head(2, 2)).toBe(held.head(2, 2));
  });

  it('should have attention alone before the first estimate', () => {
    const { attention } = mapsOf(exact, [[0, 0]]);
    const document = { ...exact.document, method: { ...exact.document.method, samples: 0 } };
    const held = replaced({ document, heads: [[0, 0]], results: [] }, attention ? { attention } : {}, null);
    expect(held.head(0, 0)?.norms).toBeNull();
    expect(held.measure(PEARSON)).toBeNull();
  });

  it('should refuse arrays that do not fit', () => {
    expect(() => replaced(partial(exact, [[0, 0]])[0], {}, null)).toThrow('array attention is missing');
    expect(() => replaced(partial(exact, ALL)[0], mapsOf(exact, [[0, 0]]), null)).toThrow(
      'array attention is Float32Array [1, 9, 9], float32 [12, 9, 9] was expected'
    );
  });
});
