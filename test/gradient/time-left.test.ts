// How long the rest takes, told while it is computed: against a simulated clock, over the change to collapsed layers.

import type { StopRule } from '../../src/core/method';
import { tellAtlas } from '../../src/gradient/atlas';
import { costsOf } from '../../src/gradient/cost';
import type { Executor, Sentence } from '../../src/gradient/executor';
import type { Engine } from '../../src/tensor/engine';
import {
  executorOn,
  hooksWith,
  openTestEngine,
  requestFor,
  tellAll,
  tinyModel,
  type Model
} from '../compute-fixture';
import { readGolden } from '../golden';

const { pieces } = readGolden('golden-tiny/cat');
const FACTOR = 1.5;
const EXACT: StopRule = { rule: 'exact' };
const AUTO: StopRule = { rule: 'auto', error: 0.05 };

/** Seconds of an operation in plain tangents, in collapsed ones, and while layers are collapsed. */
interface Speeds {
  readonly plain: number;
  readonly collapsed: number;
  readonly making: number;
}

describe('time left', () => {
  let engine: Engine;
  let model: Model;
  beforeAll(async () => {
    engine = await openTestEngine();
    model = await tinyModel();
  });

  /** [time, seconds left as told at that time] until the end of the exact rule, at `time`. */
  async function toldAt(
    speeds: Speeds,
    stop: StopRule
  ): Promise<{ told: [number, number][]; end: number; collapses: number }> {
    const real = executorOn(engine, model);
    const tokens = pieces.length;
    const costs = costsOf(
      model.config,
      tokens,
      { start: 0, hidden: false, mix: 'direct' },
      { collapsible: 3, lanes: 1, columns: 14 }
    );
    let time = 0;
    let collapses = 0;
    const timed = (sentence: Sentence): Sentence => ({
      run: async (block, turn) => {
        const squares = await sentence.run(block, { ...turn, fraction: () => undefined });
        const each = collapses > 0 ? costs.collapsed * speeds.collapsed : costs.plain * speeds.plain;
        time += (each * block.sources.length) / tokens;
        return squares;
      },
      collapse: async (layers, turn) => {
        collapses += 1;
        const began = time;
        await sentence.collapse(layers, {
          ...turn,
          fraction: share => {
            time = began + share * costs.making * speeds.making;
            turn.fraction(share);
          }
        });
      },
      dispose: () => sentence.dispose()
    });
    const executor: Executor = {
      lanes: 1,
      cheapBatches: true,
      rate: 1e9,
      rowsPerBlock: () => 128,
      encode: (...call) => real.encode(...call),
      prepare: async (...call) => timed(await real.prepare(...call)),
      prepareReverse: (...call) => real.prepareReverse(...call),
      dispose: () => real.dispose()
    };
    const told: [number, number][] = [];
    const hooks = hooksWith({
      now: () => time,
      progress: (_done, _total, left) => void (left !== null && told.push([time, left]))
    });
    await tellAll(
      { tell: (...job) => tellAtlas({ ...model, executor }, ...job) },
      requestFor(pieces, { stop }),
      hooks
    );
    await executor.dispose();
    return { told, end: time, collapses };
  }

  it.each<[string, Speeds, StopRule]>([
    ['as fast as counted', { plain: 1e-6, collapsed: 1e-6, making: 1e-6 }, EXACT],
    ['slower once collapsed', { plain: 1e-6, collapsed: 1.3e-6, making: 1.2e-6 }, EXACT],
    ['faster once collapsed', { plain: 1.3e-6, collapsed: 1e-6, making: 1e-6 }, EXACT],
    ['by default, after a first plain estimate', { plain: 1e-8, collapsed: 1.2e-8, making: 1e-8 }, AUTO]
  ])('should be within a factor of 1.5 from a tenth of the way on: %s', async (_name, speeds, stop) => {
    const { told, end, collapses } = await toldAt(speeds, stop);
    expect(collapses).toBe(1);
    const late = told.filter(([time]) => time > end / 10 && time < 0.9 * end);
    expect(late.length).toBeGreaterThan(5);
    for (const [time, left] of late) {
      expect(left).toBeLessThan(FACTOR * (end - time));
      expect(left).toBeGreaterThan((end - time) / FACTOR);
    }
  });
});
