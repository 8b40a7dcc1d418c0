import type { StoryData, StorySource, StoryStatus } from '../../src/story/data';
import { MEASURES, type MeasureRequest, type MeasureResult } from '../../src/analysis/options';
import { createAsking } from '../../src/views/asking';
import { createComposer } from '../../src/views/compose';
import { NO_HOVER } from '../../src/views/spec/shown';
import { DEFAULT_STATE } from '../../src/views/spec/state';
import { EXACT, goldenStory, SAMPLED } from './spec/story';

const whole = remembering(goldenStory('keys'));

/** As every story does: the same measure is the same object. */
function remembering(story: StoryData): StoryData {
  const known = new Map<string, MeasureResult | null>();
  return {
    ...story,
    measure(request) {
      const key = JSON.stringify(request);
      const result = known.get(key) ?? story.measure(request);
      known.set(key, result);
      return result;
    }
  };
}

/** The story with only some of its heads and measures here, as a live view has it. */
function partly(heads: readonly string[], measures: readonly string[]) {
  const here = {
    heads: new Set(heads),
    measures: new Set(measures),
    data: whole,
    status: EXACT as StoryStatus
  };
  const source: StorySource = {
    get: (): StoryData => ({
      document: here.data.document,
      head: (layer, head) => (here.heads.has(`${layer}.${head}`) ? here.data.head(layer, head) : null),
      measure: request => (here.measures.has(request.measure) ? here.data.measure(request) : null)
    }),
    status: () => here.status,
    onChange: () => undefined
  };
  const sent: unknown[] = [];
  const asking = createAsking(
    intent => sent.push(intent),
    () => 0
  );
  return { here, sent, composer: createComposer(source, asking, true), source, asking };
}

describe('Composer', () => {
  describe('#compose', () => {
    it('should settle the start once its head is here, and not before', () => {
      const { here, sent, composer } = partly(['0.0'], ['pearson']);
      const before = composer.compose(DEFAULT_STATE, NO_HOVER);
      expect(before.settled).toBe(DEFAULT_STATE);
      expect(sent).toEqual([{ kind: 'fetch', heads: [[5, 0]] }]);
      here.heads.add('5.0');
      const after = composer.compose(DEFAULT_STATE, NO_HOVER);
      expect(after.settled).toMatchObject({ heads: [[5, 0]], queries: [6] });
    });

    it('should show the heads from before until those selected are here', () => {
      const { here, sent, composer } = partly(['0.0'], ['pearson']);
      composer.compose({ ...DEFAULT_STATE, heads: [[0, 0]] }, NO_HOVER);
      const waiting = composer.compose({ ...DEFAULT_STATE, heads: [[2, 7]] }, NO_HOVER);
      expect(waiting.shown.group).toEqual([[0, 0]]);
      expect(waiting.selection.heads).toEqual([[2, 7]]);
      expect(sent).toEqual([{ kind: 'fetch', heads: [[2, 7]] }]);
      here.heads.add('2.7');
      expect(composer.compose({ ...DEFAULT_STATE, heads: [[2, 7]] }, NO_HOVER).shown.group).toEqual([[2, 7]]);
    });

    it('should show a hovered head when it is here, and ask for it when not', () => {
      const { sent, composer } = partly(['0.0', '1.1'], ['pearson']);
      const state = { ...DEFAULT_STATE, heads: [[0, 0]] } as const;
      const here = composer.compose(state, { ...NO_HOVER, head: [1, 1] });
      expect(here.shown.group).toEqual([[1, 1]]);
      expect(here.shown.hover.head).toEqual([1, 1]);
      const elsewhere = composer.compose(state, { ...NO_HOVER, head: [3, 3] });
      expect(elsewhere.shown.group).toEqual([[0, 0]]);
      expect(sent).toEqual([{ kind: 'fetch', heads: [[3, 3]] }]);
    });

    it('should show the measure from before until the one chosen is here', () => {
      const { here, sent, composer } = partly(['0.0'], ['pearson']);
      const state = { ...DEFAULT_STATE, heads: [[0, 0]], queries: [6] } as const;
      composer.compose(state, NO_HOVER);
      const chosen = { ...state, measure: 'cosine' } as const;
      expect(composer.compose(chosen, NO_HOVER).shown.overview?.measure.name).toBe('pearson');
      expect(sent).toEqual([
        { kind: 'measure', requests: [{ measure: 'cosine', special: 'keep', own: 'keep', units: 'pieces' }] }
      ]);
      here.measures.add('cosine');
      expect(composer.compose(chosen, NO_HOVER).shown.overview?.measure.name).toBe('cosine');
    });

    it('should ask for what panels lack in one question', () => {
      const { sent, composer } = partly(['5.0'], ['pearson']);
      composer.compose({ ...DEFAULT_STATE, open: ['patterns'] }, NO_HOVER);
      expect(sent).toHaveLength(1);
      const request = { ...DEFAULT_STATE.switches, measure: 'attribution.next' };
      expect(sent[0]).toEqual({
        kind: 'measure',
        requests: expect.arrayContaining([request]) as unknown
      });
    });

    it('should compute panels over several frames when they take long', () => {
      const { source } = partly(['5.0'], [...MEASURES]);
      let time = 0;
      const slow = {
        ...source,
        get: () => ({
          ...source.get(),
          measure: (request: MeasureRequest) => {
            time += 20;
            return whole.measure(request);
          }
        })
      };
      const composer = createComposer(
        slow,
        createAsking(null, () => 0),
        false,
        () => time
      );
      const state = { ...DEFAULT_STATE, heads: [[5, 0]], queries: [6], open: ['measures'] } as const;
      const first = composer.compose(state, NO_HOVER);
      const here = first.shown.multiples.measures?.filter(({ series }) => series.length > 0) ?? [];
      expect(first.more).toBe(true);
      // The one that grid and curve show is there in any case, two more took all the time there was.
      expect(here.map(({ label }) => label)).toEqual(['Pearson r', 'Spearman ρ', 'Kendall τ']);
    });

    it('should wait for nobody when nobody answers', () => {
      const { source } = partly(['0.0'], ['pearson']);
      const composer = createComposer(
        source,
        createAsking(null, () => 0),
        false
      );
      composer.compose({ ...DEFAULT_STATE, heads: [[0, 0]] }, NO_HOVER);
      const { shown } = composer.compose({ ...DEFAULT_STATE, heads: [[2, 7]], measure: 'cosine' }, NO_HOVER);
      expect(shown.group).toEqual([[2, 7]]);
      expect(shown.maps).toBeNull();
      expect(shown.overview).toBeNull();
    });

    it('should give the same objects as long as nothing changed, for drawing is dear', () => {
      const { composer } = partly(['5.0', '1.1'], ['pearson']);
      const state = { ...DEFAULT_STATE, heads: [[5, 0]], queries: [6] } as const;
      const first = composer.compose(state, NO_HOVER).shown;
      composer.compose(state, { ...NO_HOVER, head: [1, 1] });
      const pointed = composer.compose(state, { ...NO_HOVER, source: 3 }).shown;
      const other = composer.compose({ ...state, queries: [2] }, NO_HOVER).shown;
      for (const shown of [pointed, other]) {
        expect(shown.maps).toBe(first.maps);
        expect(shown.overview).toBe(first.overview);
      }
    });
  });

  describe('#hold', () => {
    it('should keep the order of heads through better estimates until let go', () => {
      const { here, composer } = partly(['5.0'], ['pearson']);
      here.status = SAMPLED;
      const state = { ...DEFAULT_STATE, heads: [[5, 0]], queries: [6] } as const;
      const before = composer.compose(state, NO_HOVER).shown.overview;
      composer.hold(true);
      // The same story with the values of the heads turned around: every rank is another.
      here.data = {
        ...whole,
        measure: request => {
          const result = whole.measure(request);
          return (
            result && { ...result, heads: result.heads.map((value, i) => (i % 3 === 0 ? -value : value)) }
          );
        }
      };
      const held = composer.compose(state, NO_HOVER).shown.overview;
      expect(held?.ranks).toBe(before?.ranks);
      expect(held?.values[0]).toBeCloseTo(-(before?.values[0] ?? NaN));
      composer.hold(false);
      const after = composer.compose(state, NO_HOVER).shown.overview;
      expect(after?.ranks[0]).toBe(73 - (before?.ranks[0] ?? NaN));
    });
  });
});
