import { attend, splitHeads, splitHeadsTransposed } from '../../src/model/attend';
import type { Engine } from '../../src/tensor/engine';
import { openTestEngine } from '../compute-fixture';

const pause = (): Promise<void> => Promise.resolve();

describe('splitHeads', () => {
  it('should bring the columns of a head together', () => {
    // Two tokens, two heads of width 2.
    const values = Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8);
    expect([...splitHeads(values, 2, 4)]).toEqual([1, 2, 5, 6, 3, 4, 7, 8]);
    expect([...splitHeadsTransposed(values, 4, 10)]).toEqual([10, 50, 20, 60, 30, 70, 40, 80]);
  });
});

describe('attend', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openTestEngine();
  });

  it('should average the values where all scores are equal', async () => {
    const value = Float32Array.of(1, 2, 4, 8, 7, 2);
    const query = new Float32Array(6);
    const { attention, output } = await attend(
      engine,
      { heads: 1, width: 2 },
      { query, key: query, value },
      pause
    );
    attention.forEach(weight => expect(weight).toBeCloseTo(1 / 3, 6));
    [4, 4, 4, 4, 4, 4].forEach((due, i) => expect(output[i]).toBeCloseTo(due, 5));
  });

  it('should divide the scores by the root of the head width', async () => {
    const width = 4;
    const query = Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0);
    const key = Float32Array.of(2 * Math.log(3), 0, 0, 0, 0, 0, 0, 0);
    const { attention } = await attend(engine, { heads: 1, width }, { query, key, value: query }, pause);
    [0.75, 0.25, 0.75, 0.25].forEach((due, i) => expect(attention[i]).toBeCloseTo(due, 6));
  });

  it('should keep z − v_top precise where one weight is nearly 1', async () => {
    // Scores 14 and 0: the small weight is 8e-7; z − v_top = 8e-7 (v_1 − v_0), far below what float32 keeps of z.
    const query = Float32Array.of(14, 14);
    const key = Float32Array.of(1, 0);
    const value = Float32Array.of(1000, 1003);
    const { top, offset } = await attend(engine, { heads: 1, width: 1 }, { query, key, value }, pause);
    const small = Math.exp(-14) / (1 + Math.exp(-14));
    expect([...top]).toEqual([0, 0]);
    expect((offset[0] ?? NaN) / (3 * small)).toBeCloseTo(1, 3);
  });

  it('should survive scores that overflow an exponential', async () => {
    const query = Float32Array.of(200, 200);
    const key = Float32Array.of(10, -10);
    const { attention } = await attend(engine, { heads: 1, width: 1 }, { query, key, value: key }, pause);
    expect([...attention]).toEqual([1, 0, 1, 0]);
  });

  it('should free all it made', async () => {
    const before = engine.alive();
    const values = new Float32Array(12);
    await attend(engine, { heads: 2, width: 4 }, { query: values, key: values, value: values }, pause);
    expect(engine.alive()).toBe(before);
  });
});
