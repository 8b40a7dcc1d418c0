import { DEFAULT_SWITCHES, MEASURES, type MeasureRequest } from '../../src/analysis/options';
import { MAX_SAVED_BYTES } from '../../src/core/limits';
import { packStory } from '../../src/story/carrier';
import { KEPT_REQUESTS, type StoryContents } from '../../src/story/contents';
import type { StoryData } from '../../src/story/data';
import { readStory } from '../../src/story/file';
import { storyData } from '../../src/story/memory';
import { reduced, reduceStory } from '../../src/story/reduce';
import { savedSource } from '../../src/story/saved';
import { exactStory, longStory, sampledStory } from './example';

const PEARSON: MeasureRequest = { measure: 'pearson', ...DEFAULT_SWITCHES };

function reopened(story: StoryContents, budget: number, selected: Int32Array | null = null) {
  const { file, omitted } = reduced(story, budget, selected);
  expect(file.length).toBeLessThanOrEqual(budget);
  return { contents: readStory(file), omitted };
}

/** Largest difference in value or count of missing rows, over all heads and requests. */
function largestDifference(a: StoryData, b: StoryData, requests: readonly MeasureRequest[]): number {
  return Math.max(
    ...requests.flatMap(request => {
      const other = b.measure(request)?.heads ?? [];
      return Array.from(a.measure(request)?.heads ?? [NaN], (value, k) =>
        Object.is(value, other[k]) ? 0 : Math.abs(value - (other[k] ?? NaN))
      );
    })
  );
}

describe('reduced', () => {
  const story = longStory();
  const whole = storyData(story);

  it('should change nothing of a story that fits', () => {
    expect(reopened(story, MAX_SAVED_BYTES)).toEqual({ contents: story, omitted: [] });
  });

  it('should keep all maps in 16 bits', () => {
    const { contents, omitted } = reopened(story, 70_000);
    expect(contents.document.reduced).toEqual({ form: '16 bit', cell_error: 1 / 65535 });
    expect(omitted).toEqual([]);
    expect(contents.results).toEqual([]);
    expect(largestDifference(whole, storyData(contents), [PEARSON])).toBeLessThan(3e-5);
  });

  it('should keep all maps in 8 bits, and measures as the full maps give them', () => {
    const { contents } = reopened(story, 50_000);
    expect(contents.document.reduced).toEqual({ form: '8 bit', cell_error: 1 / 255 });
    const data = storyData(contents);
    expect(data.head(1, 2)?.norms).toHaveLength(48 * 48);
    expect(largestDifference(whole, data, KEPT_REQUESTS)).toBe(0);
  });

  it('should keep norms of hidden states as they are with all maps, and say when they are gone', () => {
    const hiddenNorms = Float32Array.from({ length: 2 * 48 * 48 }, (_, cell) => Math.sin(cell) ** 2);
    const both = { ...story, hiddenNorms };
    expect(reopened(both, 70_000).contents.hiddenNorms).toEqual(hiddenNorms);
    const { contents, omitted } = reopened(both, 40_000);
    expect(omitted).toEqual(['heads', 'hidden']);
    expect(contents.hiddenNorms).toBeUndefined();
  });

  it('should keep the selected head of each layer, and all measures', () => {
    const { contents, omitted } = reopened(story, 40_000, Int32Array.of(2, 0));
    expect(contents.document.reduced).toEqual({ form: 'heads', cell_error: 1 / 65535 });
    expect(omitted).toEqual(['heads']);
    const data = storyData(contents);
    const here = [0, 1].flatMap(layer => [0, 1, 2].map(head => data.head(layer, head) !== null));
    expect(here).toEqual([false, false, true, true, false, false]);
    const top = Math.max(...(whole.head(0, 2)?.norms ?? []));
    data.head(0, 2)?.norms?.forEach((norm, cell) => {
      expect(Math.abs(norm - (whole.head(0, 2)?.norms?.[cell] ?? NaN))).toBeLessThan(top * 2e-5);
    });
    expect(largestDifference(whole, data, KEPT_REQUESTS)).toBe(0);
    expect(data.measure({ ...PEARSON, special: 'no_sources' })).toBeNull();
  });

  it('should keep the heads of most mismatch when none are selected', () => {
    const { contents } = reopened(story, 40_000);
    const values = whole.measure(PEARSON)?.heads.filter((_, k) => k % 3 === 0) ?? new Float32Array();
    const lowest = [values.subarray(0, 3), values.subarray(3)].map(row => row.indexOf(Math.min(...row)));
    expect(Array.from(contents.heads ?? [])).toEqual(lowest);
  });

  it('should count a head of each layer as it is deflated in a notebook', () => {
    // Cells that attend to one source alone deflate to next to nothing.
    const sparse = (maps: Float32Array | null) =>
      maps?.map((value, cell) => (cell % 48 === 5 ? value : 0)) ?? null;
    const lean = { ...story, attention: sparse(story.attention), norms: sparse(story.norms) };
    const { file, omitted } = reduced(lean, 17_000);
    expect(omitted).toEqual(['heads']);
    expect(file.length).toBeGreaterThan(17_000);
    expect(packStory(file).length).toBeLessThanOrEqual(17_000);
  });

  it('should keep measures alone where no map fits', () => {
    const { contents, omitted } = reopened(story, 17_000);
    expect(contents.document.reduced).toEqual({ form: 'summaries', cell_error: 0 });
    expect(omitted).toEqual(['maps']);
    const data = storyData(contents);
    expect(data.head(0, 0)).toBeNull();
    expect(largestDifference(whole, data, KEPT_REQUESTS)).toBe(0);
    expect(savedSource(data).status().state).toBe('exact');
  });

  it('should add up what it does to a story that was reduced before', () => {
    const { contents } = reopened(reopened(story, 50_000).contents, 40_000);
    expect(contents.document.reduced?.cell_error).toBeCloseTo(1 / 255 + 1 / 65535, 12);
    expect(largestDifference(whole, storyData(contents), KEPT_REQUESTS)).toBe(0);
  });

  it('should take over measures that came along', () => {
    const results = KEPT_REQUESTS.flatMap(request => whole.measure(request) ?? []);
    const steps = reduceStory({ ...story, results }, 50_000);
    const first = steps.next();
    expect(first.done).toBe(true);
    const { contents } = reopened({ ...story, results }, 50_000);
    expect(largestDifference(whole, storyData(contents), KEPT_REQUESTS)).toBe(0);
  });

  it('should let others have their turn while it measures', () => {
    const steps = reduceStory(story, 40_000);
    let turns = 0;
    while (steps.next().done !== true) {
      turns++;
    }
    const { layers, heads } = story.document.model;
    expect(turns).toBe((KEPT_REQUESTS.length / MEASURES.length) * layers * heads);
  });

  describe('of an estimate', () => {
    const sampled = sampledStory('golden-tiny/cat');

    it('should leave the groups out and keep the errors of cells and of all that is kept', () => {
      const { contents, omitted } = reopened(sampled, MAX_SAVED_BYTES);
      expect(omitted).toEqual(['groups']);
      expect(contents.groups).toBeNull();
      expect(contents.error).toEqual(sampled.error);
      const [before, after] = [storyData(sampled), storyData(contents)];
      for (const request of KEPT_REQUESTS) {
        expect(after.measure(request)).toEqual(before.measure(request));
      }
      expect(after.measure({ ...PEARSON, units: 'words' })?.curve[2]).toBeGreaterThan(0);
      expect(after.measure({ ...PEARSON, special: 'no_sources' })?.curve[2]).toBeNaN();
    });

    it('should keep what is printed with its errors when there is no time for all, and say so', () => {
      const cells = 5 * 9 * (sampled.norms?.length ?? 0);
      const { file, omitted } = reduced(sampled, MAX_SAVED_BYTES, null, cells);
      const contents = readStory(file);
      expect(omitted).toEqual(['groups', 'errors']);
      for (const switches of [{}, { own: 'drop' }, { special: 'drop' }] as const) {
        expect(storyData(contents).measure({ ...PEARSON, ...switches })?.curve[2]).toBeGreaterThan(0);
      }
      expect(contents.results).toHaveLength(5);
    });

    it('should remember the rms error of its cells', () => {
      const status = savedSource(storyData(sampled)).status();
      expect(status).toMatchObject({ state: 'sampled', saved: true, running: false, done: 16, total: 32 });
      const { contents } = reopened(sampled, 26_000);
      expect(contents.document.reduced?.form).toBe('16 bit');
      expect(savedSource(storyData(contents)).status().error).toBeCloseTo(status.error ?? NaN, 12);
    });
  });

  it('should say of attention alone that there is no attribution', () => {
    const { document } = exactStory('golden-tiny/cat');
    const pending = { ...document, method: { ...document.method, mode: 'sampled', samples: 0 } } as const;
    const data = storyData({ ...exactStory('golden-tiny/cat'), document: pending, norms: null });
    expect(savedSource(data).status()).toMatchObject({ state: 'attention', error: null });
    expect(data.measure(PEARSON)).toBeNull();
  });
});
