// The choice of the engine, and the portable one in its threads: same numbers whatever their timing, cancelled at once.

import { existsSync } from 'node:fs';
import path from 'node:path';

import type { Compute, LoadedModel } from '../../src/gradient/compute';
import { openCompute } from '../../src/service/engines';
import {
  hooksWith,
  openOn,
  openTestEngine,
  requestFor,
  tellAll,
  tinyModel,
  worstAbsolute,
  worstRelative,
  type Attribution
} from '../compute-fixture';
import { readGolden } from '../golden';
import { buildWorker } from '../worker-bundle';

jest.setTimeout(120_000);

const { pieces } = readGolden('golden-tiny/pair');
const NATIVE = path.resolve(
  __dirname,
  '..',
  '..',
  'node_modules',
  '@tensorflow',
  'tfjs-node',
  'lib',
  'napi-v8'
);

describe('openCompute', () => {
  let worker: string;
  beforeAll(() => {
    worker = buildWorker();
  });

  it('should take the portable engine where the user wants no other, and say so', async () => {
    const compute = await openCompute('auto', {
      worker,
      threads: 1,
      environment: { BERTSTORY_ENGINE: 'wasm' }
    });
    expect(compute.info).toMatchObject({ name: 'tfjs-wasm', threads: 1 });
    expect(compute.info.why).toBe('the portable engine runs since BERTSTORY_ENGINE is wasm');
    await compute.dispose();
  });

  it('should take the portable engine where no native one is, and say how to get it', async () => {
    const compute = await openCompute('auto', {
      worker,
      threads: 1,
      environment: { BERTSTORY_ENGINE: '/nowhere' }
    });
    expect(compute.info.why).toBe(
      'the portable engine runs since no native engine is installed; `bertstory engine install` gets the faster one'
    );
    await compute.dispose();
  });

  it('should take the portable engine where the native one does not load', async () => {
    const broken = path.join(__dirname, '..', 'fixtures');
    const compute = await openCompute('auto', {
      worker,
      threads: 1,
      environment: { BERTSTORY_ENGINE: broken }
    });
    expect(compute.info.why).toContain('the native engine does not load (');
    await compute.dispose();
  });

  it('should refuse where the engine asked for cannot be had', async () => {
    const environment = { BERTSTORY_ENGINE: '/nowhere' };
    await expect(openCompute('tfjs-node', { environment })).rejects.toMatchObject({ code: 'engine_missing' });
    await expect(openCompute('tfjs-wasm', { worker: '/nowhere/worker.cjs' })).rejects.toMatchObject({
      code: 'engine_missing'
    });
  });

  (existsSync(NATIVE) ? it : it.skip)('should take the native engine where it is installed', async () => {
    const compute = await openCompute('auto', { environment: { TF_NUM_INTRAOP_THREADS: '1' } });
    expect(compute.info).toMatchObject({ name: 'tfjs-node', threads: 1 });
    expect(await compute.productRate()).toBeGreaterThan(0.1);
  });
});

describe('the portable engine', () => {
  let worker: string;
  let three: Compute;
  let loaded: LoadedModel;
  beforeAll(async () => {
    worker = buildWorker();
    three = await openCompute('tfjs-wasm', { worker, threads: 3 });
    const { config, parameters } = await tinyModel();
    loaded = await three.load(config, parameters);
  });
  afterAll(() => three.dispose());

  const last = (updates: readonly Attribution[]): ArrayLike<number> => updates.at(-1)?.norms ?? [];
  const sampled = requestFor(pieces, { stop: { rule: 'samples', samples: 16 } });

  it('should give the same numbers however its threads are timed', async () => {
    const [one, two] = [await tellAll(loaded, sampled), await tellAll(loaded, sampled)];
    expect(last(two.updates)).toEqual(last(one.updates));
  });

  it('should agree with the engine of this thread, direction by direction', async () => {
    const here = await openOn(await openTestEngine(), await tinyModel());
    const [due, seen] = [await tellAll(here, sampled), await tellAll(loaded, sampled)];
    expect(worstRelative(last(seen.updates), last(due.updates), pieces.length)).toBeLessThan(1e-5);
  });

  it.each(['cat', 'pair'])(
    'should give attention and exact norms of golden-tiny/%s as the native engine does',
    async name => {
      const golden = readGolden(`golden-tiny/${name}`);
      const tokens = golden.pieces.length;
      const here = await openOn(await openTestEngine(), await tinyModel());
      const [due, seen] = [
        await tellAll(here, requestFor(golden.pieces)),
        await tellAll(loaded, requestFor(golden.pieces))
      ];
      expect(worstAbsolute(seen.attention, due.attention)).toBeLessThan(1e-5);
      expect(worstAbsolute(seen.attention, golden.array('attention'))).toBeLessThan(2e-5);
      expect(worstRelative(last(seen.updates), last(due.updates), tokens)).toBeLessThan(1e-4);
      expect(worstRelative(last(seen.updates), golden.array('frobenius'), tokens)).toBeLessThan(1e-4);
    }
  );

  it('should end as cancelled while its threads work, and work on afterwards', async () => {
    const controller = new AbortController();
    const progress = (done: number): void => {
      if (done > 8) {
        controller.abort();
      }
    };
    const job = tellAll(loaded, requestFor(pieces), hooksWith({ signal: controller.signal, progress }));
    await expect(job).rejects.toMatchObject({ code: 'cancelled' });
    expect((await tellAll(loaded, sampled)).end.reason).toBe('samples');
  });

  it('should carry errors over from its threads', async () => {
    const unloaded = await three.load((await tinyModel()).config, (await tinyModel()).parameters);
    await unloaded.dispose();
    await expect(tellAll(unloaded, sampled)).rejects.toMatchObject({ code: 'internal' });
  });

  it('should measure its rate over all threads', async () => {
    expect(await three.productRate()).toBeGreaterThan(0.1);
  });

  it('should end its threads, and say so to whoever still asks', async () => {
    const compute = await openCompute('tfjs-wasm', { worker, threads: 1 });
    const { config, parameters } = await tinyModel();
    await compute.dispose();
    await expect(compute.load(config, parameters)).rejects.toMatchObject({ code: 'internal' });
  });
});
