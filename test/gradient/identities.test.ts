// Identities that attribution obeys whatever the model, tried on the random one.

import { DEFAULT_METHOD, type MethodOptions } from '../../src/core/method';
import type { Route } from '../../src/gradient/executor';
import { embed } from '../../src/model/embed';
import type { Primal } from '../../src/model/primal';
import type { LoadedModel } from '../../src/gradient/compute';
import type { Engine } from '../../src/tensor/engine';
import {
  executorOn,
  openOn,
  openTestEngine,
  requestFor,
  tellAll,
  tinyModel,
  TURN,
  worstRelative,
  type Attribution,
  type Model
} from '../compute-fixture';
import { readGolden } from '../golden';
import { Walk } from './walk';

jest.setTimeout(120_000);

const { pieces } = readGolden('golden-tiny/cat');
const { ids, segments } = requestFor(pieces);
const TOKENS = ids.length;
const PLAIN: Route = { start: 0, target: 'head', paths: 'all', mix: 'direct' };

/** All axes at every token: [column] sources, [column, width] vectors. */
function allAxes(width: number): { readonly sources: Int32Array; readonly vectors: Float32Array } {
  const vectors = new Float32Array(TOKENS * width * width);
  for (let column = 0; column < TOKENS * width; column++) {
    vectors[column * width + (column % width)] = 1;
  }
  return {
    sources: Int32Array.from({ length: TOKENS * width }, (_, column) => Math.floor(column / width)),
    vectors
  };
}

/** Σ over axes of [row, column] squares: N², [row, source]. */
function bySource(squares: Float32Array, width: number): Float64Array {
  const columns = TOKENS * width;
  const sums = new Float64Array((squares.length / columns) * TOKENS);
  squares.forEach((square, i) => {
    const cell = Math.floor(i / columns) * TOKENS + Math.floor((i % columns) / width);
    sums[cell] = (sums[cell] ?? NaN) + square;
  });
  return sums;
}

function distributions(norms: ArrayLike<number>): Float64Array {
  const values = Float64Array.from(norms);
  return values.map((value, i) => {
    const row = i - (i % TOKENS);
    return value / values.subarray(row, row + TOKENS).reduce((sum, norm) => sum + norm, 0);
  });
}

describe('attribution', () => {
  let engine: Engine;
  let model: Model;
  let loaded: LoadedModel;
  beforeAll(async () => {
    engine = await openTestEngine();
    model = await tinyModel();
    loaded = await openOn(engine, model);
  });

  const told = async (options: Partial<MethodOptions>): Promise<Attribution> => {
    const { updates } = await tellAll(
      loaded,
      requestFor(pieces, { method: { ...DEFAULT_METHOD, ...options } })
    );
    const exact = updates.at(-1);
    if (exact === undefined) {
      throw new RangeError('nothing was told');
    }
    return exact;
  };

  /** Exact N², [layer, head, query, source], of a model at an encoder input. */
  async function squaresOf(of: Model, input: Float32Array, route: Route): Promise<Float64Array> {
    const executor = executorOn(engine, of);
    const primal = await executor.encode(input, TURN);
    const sentence = await executor.prepare(primal, route, TURN);
    const squares = bySource(await sentence.run(allAxes(of.config.width), TURN), of.config.width);
    await sentence.dispose();
    await executor.dispose();
    return squares;
  }

  const input = (): Float32Array => embed(model.config, model.parameters, ids, segments).input;
  const layerSize = (): number => model.config.heads * TOKENS * TOKENS;

  it('should be attention where that is held fixed and the source is the layer’s own input', async () => {
    for (const target of ['head', 'projected'] as const) {
      const { norms } = await told({ paths: 'values', source: 'local', target });
      const { attention } = await tellAll(
        loaded,
        requestFor(pieces, { stop: { rule: 'samples', samples: 2 } })
      );
      expect(worstRelative(distributions(norms), attention, TOKENS)).toBeLessThan(1e-5);
    }
  });

  it('should be the same from the input and from layer 0, and local there', async () => {
    const { norms } = await told({});
    expect((await told({ source: 'layer:0' })).norms).toEqual(norms);
    const local = (await told({ source: 'local' })).norms;
    const size = layerSize();
    expect(worstRelative(local.subarray(0, size), norms.subarray(0, size), TOKENS)).toBeLessThan(1e-5);
    expect(worstRelative(local.subarray(size), norms.subarray(size), TOKENS)).toBeGreaterThan(0.1);
  });

  it('should add up over heads to the norm of the concatenated heads', async () => {
    const walk = new Walk(engine, model);
    const primal = await walk.encode(input());
    const { width, heads } = model.config;
    const squares = await squaresOf(model, input(), PLAIN);
    walk.tangents(primal, allAxes(width)).forEach((dz, layer) => {
      // dz is [head, token, column, headWidth]: all heads' components of one query and one tangent belong together.
      const whole = new Float64Array(TOKENS * TOKENS);
      const headWidth = width / heads;
      dz.forEach((value, i) => {
        const column = Math.floor(i / headWidth) % (TOKENS * width);
        const query = Math.floor(i / headWidth / (TOKENS * width)) % TOKENS;
        const cell = query * TOKENS + Math.floor(column / width);
        whole[cell] = (whole[cell] ?? NaN) + value * value;
      });
      const added = new Float64Array(TOKENS * TOKENS);
      for (let i = 0; i < layerSize(); i++) {
        const cell = i % (TOKENS * TOKENS);
        added[cell] = (added[cell] ?? NaN) + (squares[layer * layerSize() + i] ?? NaN);
      }
      expect(worstRelative(added, whole, TOKENS)).toBeLessThan(1e-5);
    });
    walk.dispose();
  });

  it('should have distributions that do not change with the scale of z', async () => {
    const due = distributions((await told({})).norms).subarray(2 * layerSize());
    for (let row = 0; row < due.length; row += TOKENS) {
      expect(due.subarray(row, row + TOKENS).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
    }
    // Values of the last layer, tripled: attention and all below stay, z is three times as long.
    const layers = model.parameters.layers.map((layer, l) => {
      const triple = (values: Float32Array): Float32Array =>
        values.map(value => (l === 2 ? 3 * value : value));
      return { ...layer, value: { weight: triple(layer.value.weight), bias: triple(layer.value.bias) } };
    });
    const scaled = await squaresOf({ ...model, parameters: { ...model.parameters, layers } }, input(), PLAIN);
    const seen = distributions(scaled.map(Math.sqrt)).subarray(2 * layerSize());
    expect(worstRelative(seen, due, TOKENS)).toBeLessThan(1e-5);
  });

  it('should differ before and after W_O', async () => {
    const [head, projected] = [await told({}), await told({ target: 'projected' })];
    expect(worstRelative(distributions(projected.norms), distributions(head.norms), TOKENS)).toBeGreaterThan(
      0.01
    );
  });

  it('should permute with the tokens and their positions', async () => {
    const { width } = model.config;
    const order = [3, 0, 8, 1, 7, 2, 6, 4, 5];
    const original = input();
    const moved = new Float32Array(original.length);
    order.forEach((from, to) => moved.set(original.subarray(from * width, (from + 1) * width), to * width));
    const due = await squaresOf(model, original, PLAIN);
    const permuted = await squaresOf(model, moved, PLAIN);
    const seen = Float64Array.from(due);
    permuted.forEach((square, cell) => {
      const query = order[Math.floor(cell / TOKENS) % TOKENS] ?? NaN;
      const source = order[cell % TOKENS] ?? NaN;
      seen[cell - (cell % (TOKENS * TOKENS)) + query * TOKENS + source] = square;
    });
    expect(worstRelative(seen, due, TOKENS)).toBeLessThan(1e-4);
  });

  it('should be the same from layer K as from the input of the layers from K on', async () => {
    const walk = new Walk(engine, model);
    const primal: Primal = await walk.encode(input());
    walk.dispose();
    const state = primal.layers[1]?.input ?? new Float32Array();
    const whole = await squaresOf(model, input(), { ...PLAIN, start: 1 });
    const cut = {
      config: { ...model.config, layers: 2 },
      parameters: { ...model.parameters, layers: model.parameters.layers.slice(1) }
    };
    const due = await squaresOf(cut, state, PLAIN);
    expect(worstRelative(whole.subarray(layerSize()), due, TOKENS)).toBeLessThan(1e-5);
    expect(whole.subarray(0, layerSize()).every(Number.isNaN)).toBe(true);
  });

  it('should be unbiased: the mean square of many bases is the exact one', async () => {
    const exact = (await told({})).norms;
    const sums = new Float64Array(exact.length);
    const seeds = 20;
    for (let seed = 0; seed < seeds; seed++) {
      const { updates } = await tellAll(
        loaded,
        requestFor(pieces, { seed, stop: { rule: 'samples', samples: 8 } })
      );
      updates.at(-1)?.norms.forEach((norm, cell) => (sums[cell] = (sums[cell] ?? NaN) + norm ** 2 / seeds));
    }
    // Every cell's own mean scatters by about a tenth; they share directions, so their mean scatters by some hundredths.
    const ratios = Array.from(sums, (sum, cell) => sum / (exact[cell] ?? NaN) ** 2);
    expect(Math.abs(ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length - 1)).toBeLessThan(0.05);
    expect(Math.max(...ratios)).toBeLessThan(1.6);
    expect(Math.min(...ratios)).toBeGreaterThan(0.5);
  });
});
