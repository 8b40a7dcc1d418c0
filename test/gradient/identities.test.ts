// Identities of the tangents themselves, tried on the random model.

import type { Route } from '../../src/gradient/executor';
import { embed } from '../../src/model/embed';
import type { Primal } from '../../src/model/primal';
import type { Engine } from '../../src/tensor/engine';
import {
  executorOn,
  openTestEngine,
  requestFor,
  tinyModel,
  TURN,
  worstRelative,
  type Model
} from '../compute-fixture';
import { readGolden } from '../golden';
import { Walk } from './walk';

jest.setTimeout(120_000);

const { pieces } = readGolden('golden-tiny/cat');
const { ids, segments } = requestFor(pieces);
const TOKENS = ids.length;
const PLAIN: Route = { start: 0, target: 'head', paths: 'all', mix: 'direct', hidden: false };

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

describe('attribution', () => {
  let engine: Engine;
  let model: Model;
  beforeAll(async () => {
    engine = await openTestEngine();
    model = await tinyModel();
  });

  /** Exact N², [layer, head, query, source], of a model at an encoder input. */
  async function squaresOf(of: Model, input: Float32Array, route: Route): Promise<Float64Array> {
    const executor = executorOn(engine, of);
    const primal = await executor.encode(input, TURN);
    const sentence = await executor.prepare(primal, route, TURN);
    const squares = bySource((await sentence.run(allAxes(of.config.width), TURN)).heads, of.config.width);
    await sentence.dispose();
    await executor.dispose();
    return squares;
  }

  const input = (): Float32Array => embed(model.config, model.parameters, ids, segments).input;
  const layerSize = (): number => model.config.heads * TOKENS * TOKENS;

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

  it('should have distributions that do not change with the scale of the source', async () => {
    const executor = executorOn(engine, model);
    const sentence = await executor.prepare(await executor.encode(input(), TURN), PLAIN, TURN);
    const { sources, vectors } = allAxes(model.config.width);
    const due = (await sentence.run({ sources, vectors }, TURN)).heads;
    const tripled = (await sentence.run({ sources, vectors: vectors.map(value => 3 * value) }, TURN)).heads;
    await sentence.dispose();
    await executor.dispose();
    const seen = tripled.map(square => square / 9);
    expect(
      worstRelative(bySource(seen, model.config.width), bySource(due, model.config.width), TOKENS)
    ).toBeLessThan(1e-5);
  });
});
