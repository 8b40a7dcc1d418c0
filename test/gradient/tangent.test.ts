// The derivative of a layer against central differences, and its forms against each other.

import { startTangents } from '../../src/gradient/start';
import type { Primal } from '../../src/model/primal';
import type { Engine } from '../../src/tensor/engine';
import { evaluate } from '../../src/tensor/evaluate';
import { demoModel, openTestEngine, tinyModel } from '../compute-fixture';
import { readGolden } from '../golden';
import { headOutputs, unitVector, Walk } from './walk';

/** ‖seen − due‖ / ‖due‖ */
function relative(seen: ArrayLike<number>, due: ArrayLike<number>): number {
  let error = 0;
  let size = 0;
  for (let i = 0; i < due.length; i++) {
    error += ((seen[i] ?? NaN) - (due[i] ?? NaN)) ** 2;
    size += (due[i] ?? NaN) ** 2;
  }
  return Math.sqrt(error / size);
}

describe('the derivative of all layers', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openTestEngine();
  });

  /** (z(x + h u) − z(x − h u)) / 2h per layer, u at one token. */
  async function differences(
    walk: Walk,
    input: Float32Array,
    token: number,
    u: Float32Array,
    h: number
  ): Promise<Float64Array[]> {
    const { heads, width } = walk.model.config;
    const shifted = async (step: number): Promise<Primal> => {
      const moved = Float32Array.from(input);
      u.forEach((value, c) => (moved[token * width + c] = (moved[token * width + c] ?? NaN) + step * value));
      return walk.encode(moved);
    };
    const [above, below] = [await shifted(h), await shifted(-h)];
    return above.layers.map((layer, l) => {
      const low = below.layers[l];
      const minus = low === undefined ? new Float64Array() : headOutputs(low, heads);
      return headOutputs(layer, heads).map((value, i) => (value - (minus[i] ?? NaN)) / (2 * h));
    });
  }

  it('should agree with Richardson-extrapolated central differences on tiny-bert', async () => {
    const walk = new Walk(engine, await tinyModel());
    const { input } = walk.embed(readGolden('golden-tiny/cat').pieces);
    const primal = await walk.encode(input);
    for (const token of [0, 4, 8]) {
      const u = unitVector(walk.model.config.width, token);
      const wide = await differences(walk, input, token, u, 0.1);
      const narrow = await differences(walk, input, token, u, 0.05);
      walk.tangents(primal, { sources: Int32Array.of(token), vectors: u }).forEach((dz, l) => {
        const due = Float64Array.from(narrow[l] ?? [], (value, i) => (4 * value - (wide[l]?.[i] ?? NaN)) / 3);
        expect(relative(dz, due)).toBeLessThan(2e-4);
      });
    }
    walk.dispose();
  });

  it('should agree with plain central differences on all-MiniLM-L6-v2', async () => {
    const walk = new Walk(engine, await demoModel());
    const { input } = walk.embed(readGolden('golden-minilm/keys').pieces);
    const primal = await walk.encode(input);
    for (const token of [0, 2, 13]) {
      const u = unitVector(walk.model.config.width, token);
      const due = await differences(walk, input, token, u, 0.1);
      walk.tangents(primal, { sources: Int32Array.of(token), vectors: u }).forEach((dz, l) => {
        expect(relative(dz, due[l] ?? [])).toBeLessThan(2e-3);
      });
    }
    walk.dispose();
  });

  it.each([
    ['cat', 'projected scores'],
    ['empty', 'folded scores']
  ])('should be the same with and without the ready-made product: %s, %s', async name => {
    const walk = new Walk(engine, await tinyModel());
    const primal = await walk.encode(walk.embed(readGolden(`golden-tiny/${name}`).pieces).input);
    const width = walk.model.config.width;
    const block = {
      sources: Int32Array.of(0, 1),
      vectors: Float32Array.of(...unitVector(width, 3), ...unitVector(width, 4))
    };
    const compact = walk.tangents(primal, block, 'compact');
    walk.tangents(primal, block, 'direct').forEach((dz, l) => {
      expect(relative(compact[l] ?? [], dz)).toBeLessThan(1e-6);
    });
    walk.dispose();
  });

  it('should have linear tangents: twice the vector, twice the derivative; sums add', async () => {
    const walk = new Walk(engine, await tinyModel());
    const primal = await walk.encode(walk.embed(readGolden('golden-tiny/cat').pieces).input);
    const width = walk.model.config.width;
    const [u, v] = [unitVector(width, 1), unitVector(width, 2)];
    const mixed = u.map((value, c) => 2 * value - 3 * (v[c] ?? NaN));
    const vectors = Float32Array.of(...u, ...v, ...mixed);
    const headWidth = width / walk.model.config.heads;
    for (const dz of walk.tangents(primal, { sources: Int32Array.of(5, 5, 5), vectors })) {
      const columns = (which: number): Float64Array =>
        Float64Array.from(dz).filter((_, i) => Math.floor(i / headWidth) % 3 === which);
      const due = columns(0).map((value, i) => 2 * value - 3 * (columns(1)[i] ?? NaN));
      expect(relative(columns(2), due)).toBeLessThan(1e-5);
    }
    walk.dispose();
  });

  it('should start in the first layer as the general form would', async () => {
    const walk = new Walk(engine, await tinyModel());
    const primal = await walk.encode(walk.embed(readGolden('golden-tiny/pair').pieces).input);
    const { config } = walk.model;
    const sources = Int32Array.of(0, 7, 7, 17);
    const vectors = Float32Array.from([0, 1, 2, 3].flatMap(i => [...unitVector(config.width, i)]));
    const [weights] = walk.weights;
    const [layer] = primal.layers;
    if (weights === undefined || layer === undefined) {
      throw new RangeError('the model has no layers');
    }
    const { heads, width } = config;
    const extent = { tokens: primal.tokens, columns: sources.length, heads, width };
    const start = evaluate(
      engine,
      () => startTangents(engine, extent, weights, layer, { sources, vectors }).all
    );
    const [general] = walk.tangents(primal, { sources, vectors });
    expect(relative(start, general ?? [])).toBeLessThan(1e-6);
    walk.dispose();
  });

  it('should free all it made', async () => {
    const before = engine.alive();
    const walk = new Walk(engine, await tinyModel());
    const primal = await walk.encode(walk.embed(readGolden('golden-tiny/cat').pieces).input);
    walk.tangents(primal, { sources: Int32Array.of(0), vectors: unitVector(32, 0) });
    walk.dispose();
    expect(engine.alive()).toBe(before);
  });
});
