// Identities that attribution obeys whatever the model, tried on the random one under every option that they apply to.

import { NORMS, PATHS, TARGETS, type MethodOptions } from '../../src/core/method';
import type { AtlasRequest, LoadedModel } from '../../src/gradient/compute';
import {
  openOn,
  openTestEngine,
  requestFor,
  tellAll,
  tinyModel,
  worstRelative,
  type Model
} from '../compute-fixture';
import type { Engine } from '../../src/tensor/engine';
import { readGolden } from '../golden';
import { COMBINATIONS, HALF, nameOf, worstAboveFloor } from '../oracle/option-table';
import { Walk } from './walk';

jest.setTimeout(120_000);

const { pieces } = readGolden('golden-options/words');
const TOKENS = pieces.length;
const ROUNDING = 2e-5;

const named = (methods: readonly MethodOptions[]): [string, MethodOptions][] =>
  methods.map(method => [nameOf(method), method]);
/** The layer that `source` belongs to. */
const startOf = (source: string): number => Number(/^layer:(\d)$/.exec(source)?.[1] ?? 0);

function distributions(norms: ArrayLike<number>): Float64Array {
  const values = Float64Array.from(norms);
  return values.map((value, i) => {
    const row = i - (i % TOKENS);
    return value / values.subarray(row, row + TOKENS).reduce((sum, norm) => sum + norm, 0);
  });
}

/** Made when it is first asked for. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | null = null;
  return () => (made ??= make());
}

describe('attribution', () => {
  let engine: Engine;
  let model: Model;
  let loaded: LoadedModel;
  const opened: LoadedModel[] = [];
  beforeAll(async () => {
    engine = await openTestEngine();
    model = await tinyModel();
    loaded = await open(model);
  });
  afterAll(async () => {
    for (const one of opened) {
      await one.dispose();
    }
  });

  async function open(of: Model): Promise<LoadedModel> {
    const one = await openOn(engine, of);
    opened.push(one);
    return one;
  }

  async function norms(
    method: MethodOptions,
    of = loaded,
    request: Partial<AtlasRequest> = {}
  ): Promise<Float32Array> {
    const { updates } = await tellAll(of, requestFor(pieces, { method, ...request }));
    return updates.at(-1)?.norms ?? new Float32Array();
  }

  const layerSize = (): number => model.config.heads * TOKENS * TOKENS;
  const fromLayer = (values: Float32Array, layer: number): Float32Array =>
    values.subarray(layer * layerSize());

  // 1
  describe.each(['frobenius', 'sum'] as const)('with norm %s', norm => {
    it.each(TARGETS)(
      'should be attention where that is held fixed and the source is the layer’s own input: %s',
      async target => {
        const { attention } = await tellAll(
          loaded,
          requestFor(pieces, { stop: { rule: 'samples', samples: 2 } })
        );
        const local = await norms({ norm, target, source: 'local', paths: 'values' });
        expect(worstRelative(distributions(local), attention, TOKENS)).toBeLessThan(ROUNDING);
        for (let layer = 0; layer < model.config.layers; layer++) {
          const own = await norms({ norm, target, source: `layer:${layer}`, paths: 'values' });
          const part = (values: Float32Array): Float32Array =>
            values.subarray(layer * layerSize(), (layer + 1) * layerSize());
          expect(worstRelative(distributions(part(own)), part(attention), TOKENS)).toBeLessThan(ROUNDING);
        }
      }
    );
  });

  // 2
  it.each(named(COMBINATIONS.filter(({ source }) => source === 'input')))(
    'should be the same from the input and from layer 0, and local there: %s',
    async (_, method) => {
      const due = await norms(method);
      expect(await norms({ ...method, source: 'layer:0' })).toEqual(due);
      const local = await norms({ ...method, source: 'local' });
      const first = (values: Float32Array): Float32Array => values.subarray(0, layerSize());
      expect(worstRelative(first(local), first(due), TOKENS)).toBeLessThan(ROUNDING);
      expect(worstRelative(fromLayer(local, 1), fromLayer(due, 1), TOKENS)).toBeGreaterThan(0.1);
    }
  );

  // 5
  it.each(named(HALF))(
    'should have distributions that sum to 1, whatever the scale of z: %s',
    async (_, method) => {
      const start = startOf(method.source);
      const due = distributions(await norms(method)).subarray(start * layerSize());
      for (let row = 0; row < due.length; row += TOKENS) {
        expect(due.subarray(row, row + TOKENS).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
      }
      const seen = distributions(await norms(method, await tripled())).subarray(start * layerSize());
      expect(worstRelative(seen, due, TOKENS)).toBeLessThan(ROUNDING);
    }
  );

  /** Values of the last layer are three times as long: attention and all below stay, z is tripled. */
  const tripled = once(() => {
    const triple = (values: Float32Array): Float32Array => values.map(value => 3 * value);
    const layers = model.parameters.layers.map((layer, l) =>
      l === 2
        ? { ...layer, value: { weight: triple(layer.value.weight), bias: triple(layer.value.bias) } }
        : layer
    );
    return open({ ...model, parameters: { ...model.parameters, layers } });
  });

  // 6
  it.each(PATHS)('should differ by norm, and before and after W_O: paths %s', async paths => {
    const methods = NORMS.flatMap(norm =>
      TARGETS.map(target => ({ norm, target, source: 'input', paths }) as const)
    );
    const all: Float64Array[] = [];
    for (const method of methods) {
      all.push(distributions(await norms(method)));
    }
    all.forEach((one, i) => {
      for (const other of all.slice(0, i)) {
        expect(worstRelative(one, other, TOKENS)).toBeGreaterThan(0.01);
      }
    });
  });

  // 9
  const order = [3, 0, 7, 1, 5, 2, 6, 4];
  const moved = once(() => {
    const { positions } = model.parameters;
    const { width } = model.config;
    const rows = Float32Array.from(positions);
    order.forEach((from, to) => rows.set(positions.subarray(from * width, (from + 1) * width), to * width));
    return open({ ...model, parameters: { ...model.parameters, positions: rows } });
  });
  it.each(named(HALF))('should permute with the tokens and their positions: %s', async (_, method) => {
    const { ids } = requestFor(pieces);
    const due = await norms(method);
    const permuted = await norms(method, await moved(), {
      ids: Int32Array.from(order, from => ids[from] ?? 0)
    });
    const seen = Float32Array.from(due);
    permuted.forEach((norm, cell) => {
      const query = order[Math.floor(cell / TOKENS) % TOKENS] ?? NaN;
      const source = order[cell % TOKENS] ?? NaN;
      seen[cell - (cell % (TOKENS * TOKENS)) + query * TOKENS + source] = norm;
    });
    expect(worstAboveFloor(seen, due, TOKENS)).toBeLessThan(1e-4);
  });

  // 10
  it.each(named(COMBINATIONS.filter(({ source }) => /^layer:[12]$/.test(source))))(
    'should be the same from layer K as from the input of a model of the layers from K on: %s',
    async (_, method) => {
      const start = startOf(method.source);
      const cut = await open(await above(start));
      const ids = Int32Array.from({ length: TOKENS }, (_ignored, token) => token);
      const due = await norms({ ...method, source: 'input' }, cut, { ids });
      const seen = await norms(method);
      expect(seen.subarray(0, start * layerSize()).every(Number.isNaN)).toBe(true);
      expect(worstRelative(fromLayer(seen, start), due, TOKENS)).toBeLessThan(1e-4);
    }
  );

  /** The layers from `start` on, whose piece number t is what token t brings to them: γ x̂ + β of the LayerNorm below. */
  async function above(start: number): Promise<Model> {
    const { config, parameters } = model;
    const walk = new Walk(engine, model);
    const primal = await walk.encode(walk.embed(pieces).input);
    walk.dispose();
    const below = primal.layers[start - 1]?.outputNorm.unit ?? new Float32Array();
    const norm = parameters.layers[start - 1]?.outputNorm;
    return {
      config: { ...config, layers: config.layers - start, vocabulary: TOKENS },
      parameters: {
        ...parameters,
        words: below,
        positions: new Float32Array(parameters.positions.length),
        segments: new Float32Array(parameters.segments.length),
        embeddingNorm: norm ?? parameters.embeddingNorm,
        layers: parameters.layers.slice(start)
      }
    };
  }

  // 8; that the interval covers what it says is tried on real sentences.
  it.each(named(HALF.filter(({ norm }) => norm === 'frobenius')))(
    'should be unbiased: the mean square of many bases is the exact one: %s',
    async (_, method) => {
      const exact = await norms(method);
      const sums = new Float64Array(exact.length);
      const seeds = 8;
      for (let seed = 0; seed < seeds; seed++) {
        const found = await norms(method, loaded, { seed, stop: { rule: 'samples', samples: 8 } });
        found.forEach((norm, cell) => (sums[cell] = (sums[cell] ?? NaN) + norm ** 2 / seeds));
      }
      // Every cell's own mean scatters by about 15 %; they share directions, so their mean scatters by some hundredths.
      const ratios = Array.from(sums, (sum, cell) => sum / (exact[cell] ?? NaN) ** 2).filter(
        ratio => !Number.isNaN(ratio)
      );
      const start = startOf(method.source);
      expect(ratios).toHaveLength(exact.length - start * layerSize());
      expect(Math.abs(ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length - 1)).toBeLessThan(0.1);
      expect(Math.max(...ratios)).toBeLessThan(2.2);
      expect(Math.min(...ratios)).toBeGreaterThan(0.3);
    }
  );
});
