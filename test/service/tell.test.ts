// From a text to attribution that only gets better, through the real service.
import { StoryError } from '../../src/core/errors';
import { floats, last, relativeDifference, resultOf, told } from './answers';
import { buildService, ServiceProcess, TINY } from './service-process';

const TEXT = 'the cat sat on the mat';
const PEARSON = { measure: 'pearson' } as const;
const WORDS = { measure: 'jensen_shannon', special: 'drop', own: 'drop', units: 'words' } as const;

describe('Service: tell, refine, measure', () => {
  let main: string;
  let service: ServiceProcess;
  let model: string;

  beforeAll(async () => {
    main = buildService();
    service = await new ServiceProcess(main).hello();
    model = await service.load(TINY, 'tiny');
  }, 60_000);
  afterAll(() => service.stop());

  const tell = (samples: number, more: object = {}) =>
    told(service.client.request('tell', { model, text: TEXT, stop: { rule: 'samples', samples }, ...more }));

  it('should load a folder once and give the same key again', async () => {
    expect(await service.load(TINY, 'tiny')).toBe(model);
  });

  it('should tokenize', async () => {
    const reply = await service.client.ask('tokenize', { model, text: ['the', 'cat'], pair: 'mat' });
    const { text, pair, pieces, truncated } = resultOf<'tokenize'>(reply);
    expect([text, pair, truncated]).toEqual(['the cat', 'mat', null]);
    expect(pieces.map(({ segment }) => segment)).toEqual(pieces.map(({ segment }) => segment).sort());
    expect(pieces[0]).toMatchObject({ special: true, start: null, word: null });
  });

  it('should accept at once, give attention first, then estimates that only get better', async () => {
    const story = await tell(32, { measures: [PEARSON, WORDS] });
    expect(story.stages[0]).toBe('queued');
    const [attention, ...estimates] = story.partials;
    expect(attention?.answer).toMatchObject({
      stage: 'attention',
      done: 0,
      total: 32,
      error: null,
      results: []
    });
    expect(attention?.arrays['attention']?.axes).toEqual(['layer', 'head', 'query', 'source']);
    const samples = estimates.map(({ answer }) => answer.done);
    expect(samples).toEqual([...samples].sort((a, b) => a - b));
    expect(new Set(samples).size).toBe(samples.length);
    expect(estimates.length).toBeGreaterThanOrEqual(3);
    const pieces = attention?.answer.document.pieces.length ?? 0;
    for (const { answer, arrays } of estimates) {
      expect(answer.document.method).toMatchObject({ mode: answer.stage, samples: answer.done });
      expect(answer.document.timing).toMatchObject({
        tokenize: expect.any(Number),
        attention: expect.any(Number)
      });
      expect(answer.document.timing['attribution']).toBeGreaterThan(0);
      expect(arrays['norms']?.shape).toEqual([3, 4, pieces, pieces]);
      expect(arrays['error']?.shape).toEqual([3, 4, pieces, pieces]);
      expect(answer.results.map(({ measure }) => measure)).toEqual(['pearson', 'jensen_shannon']);
      expect(arrays['0.heads']?.shape).toEqual([3, 4, 3]);
      expect(arrays['1.curve']?.shape).toEqual([3, 3]);
    }
    const errors = estimates.map(({ answer }) => answer.error ?? NaN);
    expect(errors.at(-1)).toBe(0);
    expect(errors[0]).toBeGreaterThan(0);
    expect(estimates[0]?.arrays['groups']?.shape).toEqual([8, 3, 4, pieces, pieces]);
    expect(last(story).answer.stage).toBe('exact');
    expect(last(story).arrays['groups']).toBeUndefined();
    expect(Math.max(...floats(last(story).arrays, 'error'))).toBe(0);
    expect(story.result.reason).toBe('exact');
    expect(story.result.document).toEqual(last(story).answer.document);
    expect(Object.keys(story.result.document.model)).not.toContain('key');
  });

  it('should go on from what it holds as if it had never stopped', async () => {
    const first = await tell(8, { seed: 3 });
    const stop = { rule: 'samples', samples: 24 } as const;
    const refined = await told(
      service.client.request('refine', { story: first.result.story, stop, measures: [PEARSON] })
    );
    const direct = await tell(24, { seed: 3, measures: [PEARSON] });
    const row = first.result.document.pieces.length;
    for (const name of ['norms', 'error', 'groups']) {
      const [a, b] = [floats(last(refined).arrays, name), floats(last(direct).arrays, name)];
      expect(relativeDifference(a, b, row)).toBeLessThan(1e-6);
    }
    expect([...floats(last(refined).arrays, '0.curve')]).toEqual([...floats(last(direct).arrays, '0.curve')]);
    expect(refined.result.story).toBe(first.result.story);
    expect(refined.partials.every(({ answer }) => answer.stage !== 'attention' && answer.done >= 8)).toBe(
      true
    );
    expect(refined.result.document.timing['attribution']).toBeGreaterThan(
      first.result.document.timing['attribution'] ?? Infinity
    );
  });

  it('should have nothing to do for a story that is exact', async () => {
    const exact = await told(service.client.request('tell', { model, text: TEXT, stop: { rule: 'exact' } }));
    const again = await told(
      service.client.request('refine', { story: exact.result.story, stop: { rule: 'exact' } })
    );
    expect(again.partials).toEqual([]);
    expect(again.result).toEqual(exact.result);
  });

  it('should go on from document and arrays in a process that never saw the story', async () => {
    const first = await tell(8, { seed: 5 });
    const { norms, groups } = last(first).arrays;
    const [attention] = first.partials;
    const other = await new ServiceProcess(main).hello();
    try {
      const stop = { rule: 'samples', samples: 16 } as const;
      const { story, document } = first.result;
      const unknown = other.client.ask('refine', { story, stop });
      await expect(unknown).rejects.toMatchObject({ code: 'unknown_story', values: { story } });
      const arrays = { ...attention?.arrays, ...(norms && { norms }), ...(groups && { groups }) };
      const ask = (more: object) =>
        told(other.client.request('refine', { stop, document: { ...document }, ...more }, arrays));
      await expect(ask({})).rejects.toMatchObject({ code: 'unknown_model' });
      const refined = await ask({ model: await other.load(TINY, 'tiny') });
      const direct = await tell(16, { seed: 5 });
      const [a, b] = [floats(last(refined).arrays, 'norms'), floats(last(direct).arrays, 'norms')];
      expect(relativeDifference(a, b, document.pieces.length)).toBeLessThan(1e-6);
      expect(refined.result.story).not.toBe(story);
    } finally {
      await other.stop();
    }
  }, 30_000);

  it('should start anew without the groups, and show only what is better', async () => {
    const first = await tell(16, { seed: 13 });
    const { norms } = last(first).arrays;
    const arrays = { ...first.partials[0]?.arrays, ...(norms && { norms }) };
    const stop = { rule: 'samples', samples: 24 } as const;
    // Of another seed, as this service knows nothing yet.
    const { method } = first.result.document;
    const document = { ...first.result.document, method: { ...method, seed: 11 } };
    const refined = await told(service.client.request('refine', { stop, model, document }, arrays));
    expect(refined.partials.map(({ answer }) => answer.done)).toEqual([16, 24]);
  });

  it('should measure rows, the same numbers as came along', async () => {
    const story = await tell(8, { measures: [PEARSON] });
    const { arrays } = await service.client.ask('measure', {
      story: story.result.story,
      requests: [WORDS, PEARSON],
      rows: true
    });
    expect([...floats(arrays, '1.heads')]).toEqual([...floats(last(story).arrays, '0.heads')]);
    const rows = floats(arrays, '1.rows');
    const pieces = story.result.document.pieces.length;
    expect(arrays['1.rows']?.shape).toEqual([3, 4, pieces]);
    const mean = rows.subarray(0, pieces).reduce((sum, value) => sum + value, 0) / pieces;
    expect(mean).toBeCloseTo(floats(arrays, '1.heads')[0] ?? NaN, 5);
  });

  it('should refuse to measure attention alone', async () => {
    const document = { ...(await tell(8)).result.document };
    const [partial] = (await tell(8)).partials;
    const asked = service.client.ask('measure', { document, requests: [PEARSON] }, partial?.arrays);
    await expect(asked).rejects.toMatchObject({ code: 'needs_attribution' });
  });

  it('should refuse arrays that do not fit their document', async () => {
    const story = await tell(8);
    const [partial] = story.partials;
    const document = { ...story.result.document, pieces: story.result.document.pieces.slice(1) };
    const asked = service.client.ask('measure', { document, requests: [PEARSON] }, partial?.arrays);
    await expect(asked).rejects.toMatchObject({ code: 'bad_request' });
  });

  it('should tell an empty text', async () => {
    const story = await told(
      service.client.request('tell', { model, text: '', stop: { rule: 'exact' }, measures: [PEARSON] })
    );
    expect(story.result.document.pieces.map(({ text }) => text)).toEqual(['[CLS]', '[SEP]']);
    expect(floats(last(story).arrays, '0.curve')[0]).toBeNaN();
  });

  it('should cut what is too long and say so', async () => {
    const story = await told(
      service.client.request('tell', {
        model,
        text: 'cat '.repeat(100),
        stop: { rule: 'samples', samples: 8 }
      })
    );
    expect(story.result.document.pieces.length).toBe(64);
    expect(story.result.document.truncated).toMatchObject({ pieces: 38 });
  });

  it.each<[object, string, string]>([
    [{ text: 'a'.repeat(100_001) }, 'text_too_long', '100001 bytes of UTF-8, at most 100000'],
    [{ model: 'none' }, 'unknown_model', 'has no model none'],
    [{ options: { norm: 'input', source: 'embedding' } }, 'unknown_option', 'is zero everywhere'],
    [{ options: { norm: 'L1' } }, 'unknown_option', 'allowed: frobenius'],
    [{ options: { source: 'layer:3' } }, 'unknown_option', 'layer:2'],
    [{ options: { hidden: true, norm: 'sum' } }, 'unknown_option', 'hidden norms go with norm frobenius'],
    [{ stop: { rule: 'later' } }, 'unknown_option', 'allowed: auto, error, samples, exact']
  ])('should refuse %#: one sentence and a hint, before taking the job', async (fields, code, sentence) => {
    const request = { model, text: TEXT, stop: { rule: 'exact' }, ...fields };
    const conversation = service.client.request(
      'tell',
      request as Parameters<typeof service.client.ask<'tell'>>[1]
    );
    const stages: string[] = [];
    try {
      for await (const { answer } of conversation) {
        stages.push(answer.kind);
      }
      throw new Error('it was not refused');
    } catch (error) {
      expect(error).toBeInstanceOf(StoryError);
      expect(error).toMatchObject({
        code,
        message: expect.stringContaining(sentence),
        hint: expect.stringMatching(/./)
      });
    }
    expect(stages).toEqual([]);
    expect((await tell(8, { seed: 12 })).result.reason).toBe('samples');
  });
});
