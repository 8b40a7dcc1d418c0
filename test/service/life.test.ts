// How the service begins, ends and stays answerable: handshake, cancel, queue, bad input, closed pipes.
import { VERSION } from '../../src/core/version';
import { encodeFrame } from '../../src/protocol/frames';
import { demoModelFolder } from '../demo-model';
import { resultOf, told } from './answers';
import { buildService, ServiceProcess, TINY } from './service-process';

const SENTENCE = 'The keys to the old cabinet are on the kitchen table.';
const EXACT = { rule: 'exact' } as const;

const main = (): string => built;
let built: string;
beforeAll(() => {
  built = buildService();
}, 30_000);

/** A service that ends with the test whatever happens. */
async function using<T>(body: (service: ServiceProcess) => Promise<T>, environment = {}): Promise<T> {
  const service = new ServiceProcess(main(), environment);
  try {
    return await body(service);
  } finally {
    await service.stop();
  }
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

describe('Service: handshake', () => {
  it('should say who it is, what computes and what it allows', async () => {
    await using(async service => {
      const { answer } = await service.client.ask('hello', { client: { name: 'test', version: VERSION } });
      expect(answer).toMatchObject({
        kind: 'welcome',
        service: { name: 'bertstory', version: VERSION },
        engine: {
          name: expect.stringMatching(/^tfjs-(node|wasm)$/),
          threads: expect.any(Number),
          why: expect.any(String)
        },
        limits: { textBytes: 100_000, queuedJobs: 64 }
      });
    });
  }, 30_000);

  it('should refuse other versions, and everything before hello', async () => {
    await using(async ({ client }) => {
      await expect(client.ask('status', {})).rejects.toMatchObject({ code: 'bad_request' });
      const newer = client.ask('hello', { client: { name: 'test', version: '99.0.0' } });
      await expect(newer).rejects.toMatchObject({ code: 'version_mismatch', values: { upgrade: 'service' } });
      await expect(client.ask('status', {})).rejects.toMatchObject({ code: 'bad_request' });
    });
  }, 30_000);
});

describe('Service: the end', () => {
  it('should say bye', async () => {
    const service = await new ServiceProcess(main()).hello();
    expect((await service.client.ask('bye', {})).answer.kind).toBe('result');
    expect(await service.ended).toBe(0);
  }, 30_000);

  it('should end with code 1 and one sentence after what is no frame', async () => {
    const service = await new ServiceProcess(main()).hello();
    service.stderr = '';
    service.child.stdin.write('GET / HTTP/1.1\r\n\r\n');
    expect(await service.ended).toBe(1);
    expect(service.stderr.trim().split('\n')).toHaveLength(1);
    expect(service.stderr).toMatch(/too long/);
  }, 30_000);

  it('should end with code 1 and one sentence when its memory setting makes no sense', async () => {
    const service = new ServiceProcess(main(), { BERTSTORY_MEMORY: 'plenty' });
    expect(await service.ended).toBe(1);
    expect(service.stderr.trim().split('\n')).toEqual([
      expect.stringContaining('BERTSTORY_MEMORY is "plenty"; it should be a size such as 4GB')
    ]);
  });

  it('should end within a second when its input closes while it computes', async () => {
    const service = await new ServiceProcess(main()).hello();
    const model = await service.load(demoModelFolder(), 'minilm');
    const telling = service.client.request('tell', { model, text: SENTENCE, stop: EXACT });
    for await (const { answer } of telling) {
      if (answer.kind === 'progress' && answer.stage === 'attribution') {
        break;
      }
    }
    const before = performance.now();
    service.child.stdin.end();
    expect(await service.ended).toBe(0);
    expect(performance.now() - before).toBeLessThan(1000);
  }, 60_000);

  it('should end quietly when nobody reads its output any more', async () => {
    const service = await new ServiceProcess(main()).hello();
    const model = await service.load(TINY, 'tiny');
    service.child.stdout.destroy();
    service.child.stdin.write(
      encodeFrame({ v: 1, id: 1000, kind: 'tell', model, text: 'the cat', stop: EXACT })
    );
    expect(await service.ended).toBe(0);
    expect(service.stderr).not.toMatch(/EPIPE|Error/);
  }, 30_000);
});

describe('Service: jobs', () => {
  let service: ServiceProcess;
  let tiny: string;
  let minilm: string;
  beforeAll(async () => {
    service = await new ServiceProcess(main()).hello();
    tiny = await service.load(TINY, 'tiny');
    minilm = await service.load(demoModelFolder(), 'minilm');
  }, 60_000);
  afterAll(() => service.stop());

  const status = async () => resultOf<'status'>(await service.client.ask('status', {}));

  /** A long job, once it computes attribution; and its end. */
  async function started(slot: string | null = null) {
    const telling = service.client.request('tell', { model: minilm, text: SENTENCE, stop: EXACT, slot });
    const answers = telling[Symbol.asyncIterator]();
    const next = async () => (await answers.next()).value?.answer;
    for (let answer = await next(); ; answer = await next()) {
      if (answer?.kind === 'progress' && answer.stage === 'attribution') {
        const rest = (async () => {
          for (;;) {
            const step = await answers.next();
            if (step.done === true) {
              return 'done';
            }
          }
        })().catch((error: { code?: string }) => error.code);
        return { id: telling.id, rest };
      }
    }
  }

  it('should answer cancel within 0.2 s while it computes, and end the job as fast', async () => {
    const answered: number[] = [];
    const ended: number[] = [];
    for (let round = 0; round < 5; round++) {
      const job = await started();
      const before = performance.now();
      const { answer } = await service.client.ask('cancel', { target: job.id });
      answered.push(performance.now() - before);
      expect(answer).toMatchObject({ cancelled: true });
      expect(await job.rest).toBe('cancelled');
      ended.push(performance.now() - before);
    }
    expect(median(answered)).toBeLessThan(200);
    expect(median(ended)).toBeLessThan(200);
    expect((await status()).running).toBeNull();
  }, 120_000);

  it('should serve its inbox between the calls of a job', async () => {
    const job = await started();
    const before = performance.now();
    const reply = await service.client.ask('tokenize', { model: tiny, text: 'the cat' });
    expect(resultOf<'tokenize'>(reply).pieces.length).toBe(4);
    expect(performance.now() - before).toBeLessThan(1000);
    expect((await status()).running).toBe(job.id);
    await service.client.ask('cancel', { target: job.id });
    expect(await job.rest).toBe('cancelled');
  }, 60_000);

  it('should let jobs wait in order, and cancel them while they wait', async () => {
    const job = await started();
    const tell = () => told(service.client.request('tell', { model: tiny, text: 'the cat', stop: EXACT }));
    const waiting = service.client.request('tell', { model: tiny, text: 'the mat', stop: EXACT });
    const unwanted = told(waiting).catch((error: { code: string }) => error.code);
    const wanted = tell();
    const { running, queued } = await status();
    expect([running, queued.length, queued[0]]).toEqual([job.id, 2, waiting.id]);
    await service.client.ask('cancel', { target: waiting.id });
    expect(await unwanted).toBe('cancelled');
    await service.client.ask('cancel', { target: job.id });
    const { stages, result } = await wanted;
    expect(stages[0]).toBe('queued');
    expect(result.reason).toBe('exact');
    expect(await job.rest).toBe('cancelled');
  }, 60_000);

  it('should find a job that a cancel follows on its heels', async () => {
    const telling = service.client.request('tell', { model: minilm, text: SENTENCE, stop: EXACT });
    const cancelled = service.client.ask('cancel', { target: telling.id });
    await expect(told(telling)).rejects.toMatchObject({ code: 'cancelled' });
    expect(await cancelled).toMatchObject({ answer: { cancelled: true } });
  }, 30_000);

  it('should let the newest job of a slot drive out the one before', async () => {
    const job = await started('view 1');
    const newest = service.client.request('tell', {
      model: tiny,
      text: 'the cat',
      stop: EXACT,
      slot: 'view 1'
    });
    expect((await told(newest)).result.reason).toBe('exact');
    expect(await job.rest).toBe('cancelled');
  }, 60_000);

  it('should refuse jobs beyond the queue', async () => {
    const job = await started();
    const waiting = Array.from({ length: 64 }, () =>
      service.client.request('tell', { model: tiny, text: 'the cat', stop: EXACT })
    );
    const ends = waiting.map(conversation =>
      told(conversation).catch((error: { code: string }) => error.code)
    );
    const refused = service.client.ask('tell', { model: tiny, text: 'the cat', stop: EXACT });
    await expect(refused).rejects.toMatchObject({ code: 'busy', values: { limit: 64, waiting: 64 } });
    await Promise.all(waiting.map(({ id }) => service.client.ask('cancel', { target: id })));
    expect(await Promise.all(ends)).toEqual(Array(64).fill('cancelled'));
    await service.client.ask('cancel', { target: job.id });
    expect(await job.rest).toBe('cancelled');
  }, 60_000);

  it('should say what it holds and does', async () => {
    expect(await service.client.ask('cancel', { target: 9999 })).toMatchObject({
      answer: { cancelled: false }
    });
    const { models, memory, engine, stories } = await status();
    expect(models.map(({ id }) => id).sort()).toEqual(['minilm', 'tiny']);
    expect(stories.length).toBeGreaterThan(0);
    expect(memory.rss).toBeGreaterThan(1e7);
    expect(memory.budget).toBeGreaterThan(1e8);
    expect(engine.threads).toBeGreaterThan(0);
    const rated = resultOf<'status'>(await service.client.ask('status', { rate: true }));
    expect(rated.gflops).toBeGreaterThan(0);
  }, 30_000);

  it('should answer the unknown by an error and live on', async () => {
    const { client } = service;
    const ask = (kind: string, fields: object) => client.ask(kind as 'bye', fields as Record<string, never>);
    await expect(ask('guess', {})).rejects.toMatchObject({ code: 'unknown_kind' });
    await expect(ask('load', { model: TINY })).rejects.toMatchObject({ code: 'bad_request' });
    await expect(ask('status', { all: true })).rejects.toMatchObject({ code: 'unknown_option' });
    await expect(ask('measure', { story: 'x', requests: [] })).rejects.toMatchObject({
      code: 'unknown_story'
    });
    await expect(ask('status', { v: 2 })).rejects.toMatchObject({ code: 'version_mismatch' });
    expect((await status()).running).toBeNull();
  });
});
