// Seeded directions: a whole basis with the random ones, unbiased, with honest errors, better where few directions matter.

import { DEFAULT_METHOD, type MethodOptions } from '../../src/core/method';
import type { AtlasRequest, LoadedModel } from '../../src/gradient/compute';
import { Reflections } from '../../src/gradient/householder';
import { openOn, openTestEngine, requestFor, tellAll, tinyModel, worstRelative } from '../compute-fixture';
import { readGolden } from '../golden';
import { addSentence, Coverage } from './coverage';
import { randomVector } from './random-model';

jest.setTimeout(120_000);

const { pieces } = readGolden('golden-tiny/cat');

describe('Reflections', () => {
  const dot = (a: Float32Array, b: Float32Array): number =>
    a.reduce((sum, v, i) => sum + v * (b[i] ?? NaN), 0);
  const rows = (flat: Float32Array, width: number): Float32Array[] =>
    Array.from({ length: flat.length / width }, (_, i) => flat.subarray(i * width, (i + 1) * width));

  it('should make an orthonormal basis that begins with what the vectors span', () => {
    const vectors = randomVector(3 * 7, 'vectors');
    const basis = new Reflections(vectors, 7);
    const identity = Float32Array.from({ length: 16 }, (_, i) => (i % 5 === 0 ? 1 : 0));
    const first = rows(basis.columns(0, 3), 7);
    const rest = rows(basis.complement(identity), 7);
    const all = [...first, ...rest];
    all.forEach((a, i) => all.forEach((b, j) => expect(dot(a, b)).toBeCloseTo(i === j ? 1 : 0, 6)));
    for (const vector of rows(vectors, 7)) {
      rest.forEach(direction => expect(dot(direction, vector)).toBeCloseTo(0, 5));
    }
    expect(rows(basis.columns(2, 3), 7)[0]).toEqual(first[2]);
  });

  it('should keep a vector that is an axis, up to its sign', () => {
    const [first] = rows(new Reflections(Float32Array.of(0, 3, 0), 3).columns(0, 1), 3);
    expect(Array.from(first ?? [], Math.abs)).toEqual([0, 1, 0].map(value => expect.closeTo(value, 7)));
  });

  it('should be a basis where vectors depend on each other or are zero', () => {
    const vectors = Float32Array.of(1, 2, 3, 4, 2, 4, 6, 8, 0, 0, 0, 0);
    const basis = new Reflections(vectors, 4);
    const all = [...rows(basis.columns(0, 3), 4), ...rows(basis.complement(Float32Array.of(1)), 4)];
    all.forEach((a, i) => all.forEach((b, j) => expect(dot(a, b)).toBeCloseTo(i === j ? 1 : 0, 6)));
  });
});

describe('hybrid directions on tiny-bert', () => {
  let loaded: LoadedModel;
  beforeAll(async () => {
    loaded = await openOn(await openTestEngine(), await tinyModel());
  });
  afterAll(() => loaded.dispose());

  const tell = (options: Partial<AtlasRequest>) => tellAll(loaded, requestFor(pieces, options));
  const stop = (samples: number) => ({ rule: 'samples', samples }) as const;
  const method = (options: Partial<MethodOptions>): MethodOptions => ({ ...DEFAULT_METHOD, ...options });

  it.each([
    method({}),
    method({ source: 'layer:1', target: 'projected' }),
    method({ source: 'embedding', paths: 'values' })
  ])('should be exact with all directions: %j', async options => {
    const due = (await tell({ method: options })).updates.at(-1);
    const { updates, end } = await tell({ method: options, hybrid: 5, hidden: true });
    const seen = updates.at(-1);
    expect(end.reason).toBe('exact');
    expect(seen).toMatchObject({
      stage: 'exact',
      samples: 32,
      exactDirections: 5,
      groups: null,
      rmsError: 0
    });
    const live = (norms: Float32Array): Float32Array => norms.filter(norm => !Number.isNaN(norm));
    expect(
      worstRelative(live(seen?.norms ?? new Float32Array()), live(due?.norms ?? new Float32Array()), 9)
    ).toBeLessThan(1e-4);
    const hidden = (await tell({ method: options, hidden: true })).updates.at(-1)?.hiddenNorms;
    expect(
      worstRelative(live(seen?.hiddenNorms ?? new Float32Array()), live(hidden ?? new Float32Array()), 9)
    ).toBeLessThan(1e-4);
  });

  it('should say how many of which there are, and keep the groups of both together', async () => {
    const { updates } = await tell({ hybrid: 4, stop: stop(16) });
    expect(updates.map(({ samples, exactDirections }) => [samples, exactDirections])).toEqual([
      [8, 4],
      [16, 4]
    ]);
    const [first] = updates;
    const cells = first?.norms.length ?? 0;
    const squares = new Float64Array(cells);
    first?.groups?.forEach((mean, i) => (squares[i % cells] = (squares[i % cells] ?? NaN) + mean / 8));
    expect(worstRelative(squares.map(Math.sqrt), first?.norms ?? [], 9)).toBeLessThan(1e-5);
  });

  it('should go on from an estimate as if it had never stopped', async () => {
    const whole = await tell({ hybrid: 4, stop: stop(16) });
    const first = (await tell({ hybrid: 4, stop: stop(8) })).updates.at(-1);
    const resume = { samples: 8, groups: first?.groups ?? new Float32Array(), hiddenNorms: null };
    const { updates } = await tell({ hybrid: 4, stop: stop(16), resume });
    expect(updates.map(({ samples }) => samples)).toEqual([8, 16]);
    const [seen, due] = [updates.at(-1), whole.updates.at(-1)];
    expect(worstRelative(seen?.norms ?? [], due?.norms ?? [], 9)).toBeLessThan(1e-4);
    expect(seen?.rmsError).toBeCloseTo(due?.rmsError ?? NaN, 3);
  });

  it('should be unbiased', async () => {
    const exact = (await tell({})).updates.at(-1)?.norms ?? new Float32Array();
    const sums = new Float64Array(exact.length);
    const seeds = 20;
    for (let seed = 0; seed < seeds; seed++) {
      const { updates } = await tell({ seed, hybrid: 4, stop: stop(8) });
      updates.at(-1)?.norms.forEach((norm, cell) => (sums[cell] = (sums[cell] ?? NaN) + norm ** 2 / seeds));
    }
    const ratios = Array.from(sums, (sum, cell) => sum / (exact[cell] ?? NaN) ** 2);
    expect(Math.abs(ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length - 1)).toBeLessThan(0.05);
    expect(Math.max(...ratios)).toBeLessThan(1.6);
    expect(Math.min(...ratios)).toBeGreaterThan(0.5);
  });

  it('should have intervals that hold the exact value as often as they say', async () => {
    const coverage = new Coverage();
    const hybrid: Pick<LoadedModel, 'tell' | 'config'> = {
      config: loaded.config,
      tell: (request, hooks) =>
        loaded.tell({ ...request, hybrid: request.stop.rule === 'exact' ? 0 : 4 }, hooks)
    };
    await addSentence(coverage, hybrid, pieces, 15, undefined, [8]);
    const bands = [
      ['cells', 1000, 60, 76, 89, 99],
      // Few of them, and they share their directions.
      ['heads', 100, 52, 84, 85, 100]
    ] as const;
    for (const [kind, seen, least, most, leastFar, mostFar] of bands) {
      expect(coverage.seen(8, kind)).toBeGreaterThan(seen);
      expect(coverage.share(8, kind, 68)).toBeGreaterThan(least);
      expect(coverage.share(8, kind, 68)).toBeLessThan(most);
      expect(coverage.share(8, kind, 95)).toBeGreaterThan(leastFar);
      expect(coverage.share(8, kind, 95)).toBeLessThanOrEqual(mostFar);
    }
  });

  it.each([
    [25, {}, 'hybrid is 25; it should be from 1 to 24'],
    [4, { source: 'local' }, 'only norm frobenius has seeded directions'],
    [4, { norm: 'sum' as const }, 'only norm frobenius has seeded directions']
  ])('should refuse %j with %j', async (hybrid, options, message) => {
    await expect(tell({ hybrid, method: method(options) })).rejects.toThrow(message);
  });
});
