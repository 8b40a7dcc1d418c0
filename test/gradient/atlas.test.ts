// A whole job on the random model: its stages, its stops, and what it leaves behind.

import type { AtlasUpdate, LoadedModel } from '../../src/gradient/compute';
import { tellAtlas } from '../../src/gradient/atlas';
import { planMemory } from '../../src/gradient/budget';
import type { Executor } from '../../src/gradient/executor';
import type { Engine } from '../../src/tensor/engine';
import {
  executorOn,
  hooksWith,
  openOn,
  openTestEngine,
  requestFor,
  tellAll,
  tinyModel,
  worstRelative,
  type Attribution,
  type Model
} from '../compute-fixture';
import { readGolden } from '../golden';

jest.setTimeout(60_000);

const { pieces } = readGolden('golden-tiny/cat');
const request = (options: Parameters<typeof requestFor>[1] = {}): ReturnType<typeof requestFor> =>
  requestFor(pieces, options);

/** The same executor with some of its properties replaced. */
function altered(executor: Executor, changes: Partial<Executor>): Executor {
  return {
    lanes: executor.lanes,
    cheapBatches: executor.cheapBatches,
    rate: executor.rate,
    rowsPerBlock: tokens => executor.rowsPerBlock(tokens),
    encode: (...call) => executor.encode(...call),
    prepare: (...call) => executor.prepare(...call),
    prepareReverse: (...call) => executor.prepareReverse(...call),
    dispose: () => executor.dispose(),
    ...changes
  };
}

describe('tell', () => {
  let engine: Engine;
  let model: Model;
  let loaded: LoadedModel;
  let base: number;
  beforeAll(async () => {
    engine = await openTestEngine();
    model = await tinyModel();
    loaded = await openOn(engine, model);
    base = engine.alive();
  });
  afterEach(() => expect(engine.alive()).toBe(base));

  const at = (updates: readonly Attribution[], samples: number): Attribution => {
    const found = updates.find(update => update.samples === samples);
    if (found === undefined) {
      throw new RangeError(`no update at ${samples} samples`);
    }
    return found;
  };

  describe('stages', () => {
    it('should show attention, then 8, 16 and all directions', async () => {
      const told = loaded.tell(request(), hooksWith());
      const stages: string[] = [];
      for (let step = await told.next(); step.done !== true; step = await told.next()) {
        stages.push(step.value.stage);
      }
      expect(stages).toEqual(['attention', 'sampled', 'sampled', 'exact']);
    });

    it('should know the errors while sampling and have none when exact', async () => {
      const { updates, end } = await tellAll(loaded, request());
      const [first, second, exact] = [at(updates, 8), at(updates, 16), at(updates, 32)];
      expect(first.rmsError).toBeGreaterThan(second.rmsError);
      expect(second.rmsError).toBeGreaterThan(0.02);
      expect(first.groups).toHaveLength(8 * first.norms.length);
      expect(exact.groups).toBeNull();
      expect(exact.rmsError).toBe(0);
      expect(exact.error.every(error => error === 0)).toBe(true);
      expect(end).toEqual({ reason: 'exact', secondsLeft: null });
    });

    it('should have the same estimate at a stage whatever the rule and the blocks', async () => {
      const { updates } = await tellAll(loaded, request());
      const short = await tellAll(loaded, request({ stop: { rule: 'samples', samples: 9 } }));
      expect(short.updates.map(update => update.samples)).toEqual([8, 16]);
      expect(short.end.reason).toBe('samples');
      expect(worstRelative(at(short.updates, 16).norms, at(updates, 16).norms, pieces.length)).toBe(0);
      const slow = executorOn(engine, model, 1);
      expect(slow.rowsPerBlock(9)).toBe(256);
      const executor = altered(slow, { rowsPerBlock: () => 100 });
      const small = await tellAll({ tell: (...job) => tellAtlas({ ...model, executor }, ...job) }, request());
      expect(worstRelative(at(small.updates, 8).norms, at(updates, 8).norms, pieces.length)).toBeLessThan(
        1e-5
      );
      expect(worstRelative(at(small.updates, 32).norms, at(updates, 32).norms, pieces.length)).toBeLessThan(
        1e-5
      );
      await slow.dispose();
    });

    it('should draw other directions for another seed', async () => {
      const stop = { rule: 'samples' as const, samples: 8 };
      const [one, other] = [
        await tellAll(loaded, request({ stop })),
        await tellAll(loaded, request({ stop, seed: 1 }))
      ];
      expect(one.attention).toEqual(other.attention);
      expect(
        worstRelative(at(one.updates, 8).norms, at(other.updates, 8).norms, pieces.length)
      ).toBeGreaterThan(0.1);
    });

    it('should stop at the error asked for', async () => {
      const { updates, end } = await tellAll(loaded, request({ stop: { rule: 'error', error: 0.08 } }));
      expect(end.reason).toBe('error');
      expect(updates.at(-1)?.rmsError).toBeLessThanOrEqual(0.08);
    });
  });

  describe('resume', () => {
    it.each([5, 8, 16])('should go on from %d directions as if never stopped', async samples => {
      const first = await tellAll(loaded, request({ stop: { rule: 'samples', samples } }));
      const { groups, norms } = at(first.updates, samples);
      const resumed = await tellAll(
        loaded,
        request({ resume: { samples, groups: groups ?? new Float32Array(), hiddenNorms: null } })
      );
      const whole = await tellAll(loaded, request());
      expect(worstRelative(at(resumed.updates, samples).norms, norms, pieces.length)).toBeLessThan(1e-6);
      for (const stage of resumed.updates.filter(update => update.samples > samples)) {
        const due = at(whole.updates, stage.samples);
        expect(worstRelative(stage.norms, due.norms, pieces.length)).toBeLessThan(1e-5);
        expect(stage.rmsError).toBeCloseTo(due.rmsError, 5);
      }
      expect(resumed.end.reason).toBe('exact');
    });

    it('should end at once where enough is there', async () => {
      const stop = { rule: 'samples' as const, samples: 8 };
      const first = await tellAll(loaded, request({ stop }));
      const groups = at(first.updates, 8).groups ?? new Float32Array();
      const again = await tellAll(
        loaded,
        request({ stop, resume: { samples: 8, groups, hiddenNorms: null } })
      );
      expect(again.updates.map(update => update.samples)).toEqual([8]);
      expect(again.end.reason).toBe('samples');
    });
  });

  describe('memory', () => {
    it('should give the same norms where the ready-made product does not fit', async () => {
      const { updates } = await tellAll(loaded, request());
      const memoryBudget = 6e5;
      expect(
        planMemory(
          model.config,
          pieces.length,
          memoryBudget,
          { lanes: 1, cheapBatches: true },
          { hidden: false }
        ).mix
      ).toBe('direct');
      const executor = executorOn(engine, model);
      const dear = altered(executor, { cheapBatches: false });
      const compact = await tellAll(
        { tell: (...job) => tellAtlas({ ...model, executor: dear }, ...job) },
        request({ memoryBudget })
      );
      expect(worstRelative(at(compact.updates, 32).norms, at(updates, 32).norms, pieces.length)).toBeLessThan(
        1e-5
      );
      await executor.dispose();
    });

    it('should show attention where attribution does not fit, and then refuse', async () => {
      const told = loaded.tell(request({ memoryBudget: 1e4 }), hooksWith());
      expect((await told.next()).value).toMatchObject({ stage: 'attention' });
      await expect(told.next()).rejects.toMatchObject({ code: 'memory_limit' });
    });
  });

  describe('stops', () => {
    it('should free everything when it is left early', async () => {
      const told = loaded.tell(request(), hooksWith());
      await told.next();
      await told.next();
      expect(engine.alive()).toBeGreaterThan(base);
      await told.return({ reason: 'samples', secondsLeft: null });
    });

    it.each([1, 7, 15, 40])(
      'should end as cancelled at the pause after the signal, number %d',
      async pauses => {
        const controller = new AbortController();
        let seen = 0;
        const hooks = hooksWith({
          signal: controller.signal,
          pause: async () => {
            if (++seen === pauses) {
              controller.abort();
            }
          }
        });
        await expect(tellAll(loaded, request(), hooks)).rejects.toMatchObject({ code: 'cancelled' });
        expect(seen).toBe(pauses);
      }
    );

    it('should pause between the calls of every layer', async () => {
      const pausesOf = async (samples: number): Promise<number> => {
        let pauses = 0;
        const hooks = hooksWith({ pause: async () => void pauses++ });
        await tellAll(loaded, request({ stop: { rule: 'samples', samples } }), hooks);
        return pauses;
      };
      // One more stage of one block: at least two pauses a layer, one in the last.
      expect((await pausesOf(16)) - (await pausesOf(8))).toBeGreaterThanOrEqual(2 * 2 + 1);
    });

    it('should pass on what a hook throws, and free everything', async () => {
      const hooks = hooksWith({
        progress: () => {
          throw new RangeError('broken off');
        }
      });
      await expect(tellAll(loaded, request(), hooks)).rejects.toThrow('broken off');
    });

    it('should refuse an option before it computes anything', async () => {
      const method = { ...request().method, norm: 'longest' as 'sum' };
      const told = loaded.tell(request({ method }), hooksWith());
      await expect(told.next()).rejects.toMatchObject({ code: 'unknown_option' });
    });
  });

  describe('time', () => {
    it('should report directions that only grow, up to the width', async () => {
      const seen: number[] = [];
      const left: (number | null)[] = [];
      const hooks = hooksWith({
        progress: (done, total, secondsLeft) => {
          expect(total).toBe(32);
          seen.push(done);
          left.push(secondsLeft);
        }
      });
      await tellAll(loaded, request(), hooks);
      expect(seen).toEqual([...seen].sort((a, b) => a - b));
      expect(seen.at(-1)).toBe(32);
      expect(left.at(-1)).toBe(0);
      expect(left.every(seconds => seconds === null || seconds >= 0)).toBe(true);
    });

    it('should pause before a long wait, at attention if need be, and say how long it would be', async () => {
      let time = 0;
      // Every look at the clock finds it twenty minutes later.
      const slow = hooksWith({ now: () => (time += 1200) });
      const executor = altered(executorOn(engine, model), { rate: 1e3 });
      const told = tellAtlas({ ...model, executor }, request({ stop: { rule: 'auto', error: 0.001 } }), slow);
      const updates: AtlasUpdate[] = [];
      let step = await told.next();
      for (; step.done !== true; step = await told.next()) {
        updates.push(step.value);
      }
      expect(updates.map(update => update.stage)).toEqual(['attention']);
      expect(step.value.reason).toBe('paused');
      expect(step.value.secondsLeft).toBeGreaterThan(120);
      await executor.dispose();
    });

    it('should count on measured time more than on the guess', async () => {
      const executor = altered(executorOn(engine, model), { rate: 1e3 });
      const stop = { rule: 'auto' as const, error: 0.001 };
      const { end } = await tellAll(
        { tell: (...job) => tellAtlas({ ...model, executor }, ...job) },
        request({ stop })
      );
      expect(end.reason).toBe('exact');
      await executor.dispose();
    });
  });
});
