// One matrix per position in place of a layer's rest: the same tangents, hidden norms as the reference has them, and when it pays.

import { DEFAULT_METHOD, type MethodOptions } from '../../src/core/method';
import { collapseLayer } from '../../src/gradient/collapse';
import { costsOf, operationsAhead, paysToCollapse } from '../../src/gradient/cost';
import type { Route, Squares } from '../../src/gradient/executor';
import { routeOf } from '../../src/gradient/route';
import { embed } from '../../src/model/embed';
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
  type Model
} from '../compute-fixture';
import { readGolden } from '../golden';
import { unitVector, Walk } from './walk';

jest.setTimeout(60_000);

const { pieces } = readGolden('golden-tiny/cat');
const { ids, segments } = requestFor(pieces);
const SOURCES = Int32Array.of(0, 0, 3, 3, 8, 8);

describe('collapsed layers', () => {
  let engine: Engine;
  let model: Model;
  beforeAll(async () => {
    engine = await openTestEngine();
    model = await tinyModel();
  });

  const squaresOf = async (route: Route, layers: number): Promise<Squares> => {
    const executor = executorOn(engine, model);
    const { input } = embed(model.config, model.parameters, ids, segments);
    const sentence = await executor.prepare(await executor.encode(input, TURN), route, TURN);
    await sentence.collapse(layers, TURN);
    const vectors = Float32Array.from([...SOURCES].flatMap((_, i) => [...unitVector(model.config.width, i)]));
    const squares = await sentence.run({ sources: SOURCES, vectors }, TURN);
    await sentence.dispose();
    await executor.dispose();
    return squares;
  };

  it.each<[string, Partial<MethodOptions>, Route['mix']]>([
    ['by default', {}, 'direct'],
    ['for long inputs', {}, 'compact'],
    ['of projected heads', { target: 'projected' }, 'direct'],
    ['with attention held fixed', { paths: 'values' }, 'direct'],
    ['from layer 1', { source: 'layer:1' }, 'direct'],
    ['of every layer from its own input', { source: 'local' }, 'direct']
  ])('should give the same norms as the plain way %s', async (_name, options, mix) => {
    const route: Route = { ...routeOf({ ...DEFAULT_METHOD, ...options }, 3), mix, hidden: true };
    const before = engine.alive();
    const [plain, one, all] = [
      await squaresOf(route, 0),
      await squaresOf(route, 1),
      await squaresOf(route, 3)
    ];
    const start = options.source === 'layer:1' ? 1 : 0;
    const computed = (values: Float32Array | null): Float32Array =>
      values?.subarray((start * values.length) / 3) ?? new Float32Array();
    for (const collapsed of [one, all]) {
      expect(worstRelative(computed(collapsed.heads), computed(plain.heads), SOURCES.length)).toBeLessThan(
        1e-5
      );
      expect(worstRelative(computed(collapsed.hidden), computed(plain.hidden), SOURCES.length)).toBeLessThan(
        1e-5
      );
    }
    expect(engine.alive()).toBe(before);
  });

  it('should be LayerNorm, network and LayerNorm of a row: the closed form in double precision', async () => {
    const walk = new Walk(engine, model);
    const primal = await walk.encode(embed(model.config, model.parameters, ids, segments).input);
    const [layer, weights, parameters] = [primal.layers[1], walk.weights[1], model.parameters.layers[1]];
    if (layer === undefined || weights === undefined || parameters === undefined) {
      throw new RangeError('there is no layer 1');
    }
    const { width, inner } = model.config;
    let pauses = 0;
    const matrices = await collapseLayer(
      engine,
      model.config,
      parameters,
      weights,
      layer,
      2 * width,
      async () => void pauses++
    );
    const seen = engine.download(matrices);
    engine.dispose([matrices]);
    walk.dispose();
    expect(pauses).toBe(2 * Math.ceil(ids.length / 2));
    const norm = (row: Float64Array, token: number, name: 'attentionNorm' | 'outputNorm'): Float64Array => {
      const own = layer[name].unit.subarray(token * width, (token + 1) * width);
      const mean = row.reduce((sum, value) => sum + value / width, 0);
      const along = row.reduce((sum, value, c) => sum + (value * (own[c] ?? NaN)) / width, 0);
      return row.map(
        (value, c) =>
          (parameters[name].gain[c] ?? NaN) *
          (layer[name].rate[token] ?? NaN) *
          (value - mean - (own[c] ?? NaN) * along)
      );
    };
    const through = (row: Float64Array, matrix: Float32Array): Float64Array =>
      Float64Array.from({ length: matrix.length / row.length }, (_, out) =>
        row.reduce((sum, value, c) => sum + value * (matrix[out * row.length + c] ?? NaN), 0)
      );
    for (const token of [0, 5, 8]) {
      const axis = new Float64Array(width);
      axis[token] = 1;
      const state = norm(axis, token, 'attentionNorm');
      const up = through(state, parameters.up.weight).map(
        (value, k) => value * (layer.slope[token * inner + k] ?? NaN)
      );
      const due = norm(
        through(up, parameters.down.weight).map((value, c) => value + (state[c] ?? NaN)),
        token,
        'outputNorm'
      );
      const row = seen.subarray((token * width + token) * width, (token * width + token + 1) * width);
      due.forEach((value, c) => expect(row[c]).toBeCloseTo(value, 5));
    }
  });

  it('should free what it made when it is cancelled half-way', async () => {
    const before = engine.alive();
    const executor = executorOn(engine, model);
    const { input } = embed(model.config, model.parameters, ids, segments);
    const route: Route = { start: 0, target: 'head', paths: 'all', mix: 'direct', hidden: false };
    const sentence = await executor.prepare(await executor.encode(input, TURN), route, TURN);
    let pauses = 0;
    const pause = async (): Promise<void> => {
      if (++pauses === 3) {
        throw new RangeError('broken off');
      }
    };
    await expect(sentence.collapse(3, { ...TURN, pause })).rejects.toThrow('broken off');
    await sentence.dispose();
    await executor.dispose();
    expect(engine.alive()).toBe(before);
  });

  it.each(['cat', 'pair', 'empty', 'unknown'])(
    'should have the hidden norms of the reference: %s',
    async name => {
      const golden = readGolden(`golden-tiny/${name}`);
      const loaded = await openOn(engine, model);
      const { updates } = await tellAll(loaded, requestFor(golden.pieces, { hidden: true }));
      const seen = updates.at(-1)?.hiddenNorms ?? [];
      expect(worstRelative(seen, golden.array('hidden_frobenius'), golden.pieces.length)).toBeLessThan(1e-4);
      await loaded.dispose();
    }
  );

  it('should go on with hidden norms from an estimate as if never stopped, and start anew without them', async () => {
    const loaded = await openOn(engine, model);
    const whole = await tellAll(
      loaded,
      requestFor(pieces, { hidden: true, stop: { rule: 'samples', samples: 16 } })
    );
    const [first, due] = whole.updates;
    const again = async (hiddenNorms: Float32Array | null): Promise<number> => {
      const resume = { samples: 8, groups: first?.groups ?? new Float32Array(), hiddenNorms };
      const { updates } = await tellAll(
        loaded,
        requestFor(pieces, { hidden: true, resume, stop: { rule: 'samples', samples: 16 } })
      );
      return worstRelative(updates.at(-1)?.hiddenNorms ?? [], due?.hiddenNorms ?? [], pieces.length);
    };
    expect(await again(first?.hiddenNorms ?? null)).toBeLessThan(1e-5);
    expect(await again(null)).toBeLessThan(1e-5);
    await loaded.dispose();
  });
});

describe('costs', () => {
  const minilm = { layers: 6, heads: 12, width: 384, inner: 1536 };
  const route = { start: 0, hidden: false, mix: 'direct' } as const;
  const means = { collapsible: 6, lanes: 1, columns: 256 };

  it('should be less than half for collapsed directions of a sentence, and pay from a few hundred tangents on', () => {
    const costs = costsOf(minilm, 16, route, means);
    expect(costs.collapsed).toBeLessThan(costs.plain / 2);
    expect(paysToCollapse(costs, 8)).toBe(false);
    expect(paysToCollapse(costs, 64)).toBe(true);
    expect(paysToCollapse(costsOf(minilm, 32, route, means), 16)).toBe(true);
  });

  it('should count only layers that are left and that memory allows', () => {
    const costs = costsOf(minilm, 16, route, { ...means, collapsible: 0 });
    expect(costs).toMatchObject({ making: 0, collapsed: costs.plain });
    expect(paysToCollapse(costs, 384)).toBe(false);
    expect(costsOf(minilm, 16, { ...route, start: 5 }, means).making).toBe(0);
    expect(costsOf(minilm, 16, { ...route, hidden: true }, means).making).toBeGreaterThan(
      costsOf(minilm, 16, route, means).making
    );
  });

  it('should not pay where every block reads all matrices for a few tangents', () => {
    expect(paysToCollapse(costsOf(minilm, 512, route, { ...means, columns: 2 }), 384)).toBe(false);
    expect(paysToCollapse(costsOf(minilm, 512, route, { ...means, columns: 8 }), 384)).toBe(true);
  });

  it('should take the cheaper way ahead', () => {
    const costs = { plain: 10, collapsed: 4, making: 60 };
    expect(operationsAhead(costs, { directions: 5, collapsed: false })).toBe(50);
    expect(operationsAhead(costs, { directions: 20, collapsed: false })).toBe(140);
    expect(operationsAhead(costs, { directions: 20, collapsed: true })).toBe(80);
  });
});
