// Cotangents against tangents: <u, J t> = <J' u, t> for every target, path and source, and against central differences.

import { disposeConstants, uploadConstants } from '../../src/gradient/constants';
import { LocalReverse } from '../../src/gradient/local-reverse';
import { pulledToSource } from '../../src/gradient/source-cotangents';
import { startingVectors } from '../../src/gradient/sources';
import { attentionBlockTangents, headTangents, outputTangents, upTangents } from '../../src/gradient/tangent';
import type { Embedded } from '../../src/model/embed';
import type { Primal } from '../../src/model/primal';
import type { Engine, Tensor } from '../../src/tensor/engine';
import { demoModel, openTestEngine, tinyModel, TURN, type Model } from '../compute-fixture';
import { readGolden } from '../golden';
import { randomModel, randomVector } from './random-model';
import { headOutputs, Walk } from './walk';

jest.setTimeout(60_000);

const PATHS = ['all', 'values'] as const;

function dot(left: ArrayLike<number>, right: ArrayLike<number>): number {
  return Array.from(left).reduce((sum, value, i) => sum + value * (right[i] ?? NaN), 0);
}

/** dz of one layer, [head, token, headWidth], for a tangent of the start's input at all tokens, [token, width]. */
function push(
  { engine, model, weights }: Walk,
  primal: Primal,
  [start, top]: readonly [number, number],
  paths: (typeof PATHS)[number],
  tangent: Float32Array
): Float32Array {
  const { config, parameters } = model;
  const { tokens } = primal;
  const extent = { tokens, columns: 1, heads: config.heads, width: config.width };
  let states = engine.upload(tangent, [tokens, 1, config.width]);
  for (let layer = start; ; layer++) {
    const [own, matrices, kept] = [parameters.layers[layer], weights[layer], primal.layers[layer]];
    if (own === undefined || matrices === undefined || kept === undefined) {
      throw new RangeError(`there is no layer ${layer}`);
    }
    const constants = uploadConstants(engine, config, own, matrices, kept, 'direct');
    const [heads, next] = engine.scope(() => {
      const dz = headTangents(engine, extent, matrices, constants, states);
      const mixed = attentionBlockTangents(engine, extent, matrices, constants, states, dz.all);
      const inner = upTangents(engine, extent, matrices, constants, mixed);
      const shown = layer === top && paths === 'values' ? dz.values : dz.all;
      return [shown, outputTangents(engine, extent, matrices, constants, mixed, inner)];
    });
    disposeConstants(engine, constants);
    engine.dispose([states]);
    const dz = engine.download(heads as Tensor);
    engine.dispose([heads as Tensor]);
    states = next as Tensor;
    if (layer === top) {
      engine.dispose([states]);
      return dz;
    }
  }
}

/** J' u, [token, width], for a cotangent of z of the top layer, [head, token, headWidth]. */
async function pull(
  { engine, model }: Walk,
  primal: Primal,
  [start, top]: readonly [number, number],
  paths: (typeof PATHS)[number],
  cotangent: Float32Array
): Promise<Float32Array> {
  const { config, parameters } = model;
  const descent = { start, top, fixed: paths === 'values' };
  const reverse = new LocalReverse(engine, config, primal, descent);
  await reverse.prepare(parameters.layers, TURN);
  const heads = primal.layers.map((_, layer) => (layer === top ? cotangent : null));
  const gradients = await reverse.pull({ columns: 1, heads }, TURN);
  await reverse.dispose();
  return gradients;
}

/** W_O' u by head, [head, token, headWidth], for u of the output of W_O^h of all heads, [token, width] each. */
function throughOutput(model: Model, layer: number, tokens: number, cotangent: Float32Array): Float32Array {
  const { width, heads } = model.config;
  const headWidth = width / heads;
  const weight = model.parameters.layers[layer]?.output.weight ?? new Float32Array();
  return Float32Array.from({ length: tokens * width }, (_, i) => {
    const c = i % headWidth;
    const token = Math.floor(i / headWidth) % tokens;
    const head = Math.floor(i / headWidth / tokens);
    let sum = 0;
    for (let out = 0; out < width; out++) {
      const at = (head * tokens + token) * width + out;
      sum += (cotangent[at] ?? NaN) * (weight[out * width + head * headWidth + c] ?? NaN);
    }
    return sum;
  });
}

/** W_O^h z of every head, [head, token, width]. */
function project(model: Model, layer: number, tokens: number, heads: Float32Array): Float64Array {
  const { width } = model.config;
  const headWidth = width / model.config.heads;
  const weight = model.parameters.layers[layer]?.output.weight ?? new Float32Array();
  return Float64Array.from({ length: model.config.heads * tokens * width }, (_, i) => {
    const out = i % width;
    const row = Math.floor(i / width);
    const head = Math.floor(row / tokens);
    let sum = 0;
    for (let c = 0; c < headWidth; c++) {
      sum += (heads[row * headWidth + c] ?? NaN) * (weight[out * width + head * headWidth + c] ?? NaN);
    }
    return sum;
  });
}

describe('cotangents', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openTestEngine();
  });

  async function subjects(): Promise<readonly [string, Walk, Embedded][]> {
    const tiny = new Walk(engine, await tinyModel());
    const random = new Walk(engine, randomModel({ layers: 4, heads: 2, width: 24, inner: 40 }, 5));
    const pieces = readGolden('golden-tiny/cat').pieces;
    return [
      ['tiny-bert', tiny, tiny.embed(pieces)],
      ['random', random, random.embed(pieces)]
    ];
  }

  it.each(PATHS.flatMap(paths => (['head', 'projected'] as const).map(target => [paths, target] as const)))(
    'should be adjoint to tangents: paths %s, target %s, from every layer to every layer',
    async (paths, target) => {
      for (const [name, walk, { input }] of await subjects()) {
        const primal = await walk.encode(input);
        const { layers, heads, width } = walk.model.config;
        for (let start = 0; start < layers; start++) {
          for (let top = start; top < layers; top++) {
            const t = randomVector(input.length, `${name} t ${start} ${top}`);
            const dz = push(walk, primal, [start, top], paths, t);
            const whole = target === 'head' ? input.length : heads * input.length;
            const u = randomVector(whole, `${name} u ${start} ${top}`);
            const [due, cotangent] =
              target === 'head'
                ? [dot(u, dz), u]
                : [
                    dot(u, project(walk.model, top, primal.tokens, dz)),
                    throughOutput(walk.model, top, primal.tokens, u)
                  ];
            const gradient = await pull(walk, primal, [start, top], paths, cotangent);
            const scale = Math.sqrt(dot(gradient, gradient) * dot(t, t));
            expect(gradient.length).toBe(primal.tokens * width);
            expect(Math.abs(dot(gradient, t) - due) / scale).toBeLessThan(1e-5);
          }
        }
        walk.dispose();
      }
    }
  );

  it('should be adjoint from the sum of embeddings on', async () => {
    for (const [name, walk, embedded] of await subjects()) {
      const primal = await walk.encode(embedded.input);
      const { parameters, config } = walk.model;
      const t = randomVector(embedded.sum.length, `${name} t`);
      const starting = startingVectors('embedding', parameters, embedded);
      const each = Array.from({ length: primal.tokens }, (_, token) =>
        Array.from(starting(token, t.subarray(token * config.width, (token + 1) * config.width)))
      );
      const top = config.layers - 1;
      const dz = push(walk, primal, [0, top], 'all', Float32Array.from(each.flat()));
      const u = randomVector(dz.length, `${name} u`);
      const atInput = await pull(walk, primal, [0, top], 'all', u);
      const gradient = pulledToSource('embedding', parameters, embedded, atInput, 1);
      const scale = Math.sqrt(dot(gradient, gradient) * dot(t, t));
      expect(Math.abs(dot(gradient, t) - dot(u, dz)) / scale).toBeLessThan(1e-5);
      expect(pulledToSource('input', parameters, embedded, atInput, 1)).toBe(atInput);
      walk.dispose();
    }
  });

  it('should add up where they enter in several layers, side by side', async () => {
    const walk = new Walk(engine, await tinyModel());
    const primal = await walk.encode(walk.embed(readGolden('golden-tiny/pair').pieces).input);
    const { config, parameters } = walk.model;
    const size = primal.tokens * config.width;
    for (const paths of PATHS) {
      const reverse = new LocalReverse(engine, config, primal, {
        start: 0,
        top: 2,
        fixed: paths === 'values'
      });
      await reverse.prepare(parameters.layers, TURN);
      const both = [0, 1].map(column => primal.layers.map((_, l) => randomVector(size, `${column} ${l}`)));
      const headWidth = config.width / config.heads;
      const heads = primal.layers.map((_, l) =>
        Float32Array.from(
          { length: 2 * size },
          (__, i) =>
            both[Math.floor(i / headWidth) % 2]?.[l]?.[
              Math.floor(i / headWidth / 2) * headWidth + (i % headWidth)
            ] ?? NaN
        )
      );
      const together = await reverse.pull({ columns: 2, heads }, TURN);
      await reverse.dispose();
      for (const column of [0, 1]) {
        const due = new Float64Array(size);
        for (const layer of [0, 1, 2]) {
          const own = both[column]?.[layer] ?? new Float32Array();
          (await pull(walk, primal, [0, layer], paths, own)).forEach((value, i) => {
            due[i] = (due[i] ?? NaN) + value;
          });
        }
        const seen = Array.from(due, (_, i) => {
          const token = Math.floor(i / config.width);
          return together[(token * 2 + column) * config.width + (i % config.width)] ?? NaN;
        });
        const error = Math.hypot(...seen.map((value, i) => value - (due[i] ?? NaN)));
        expect(error / Math.hypot(...due)).toBeLessThan(1e-5);
      }
    }
    walk.dispose();
  });

  it('should agree with central differences on all-MiniLM-L6-v2', async () => {
    const walk = new Walk(engine, await demoModel());
    const { input } = walk.embed(readGolden('golden-minilm/keys').pieces);
    const primal = await walk.encode(input);
    const { heads } = walk.model.config;
    for (const layer of [0, 3, 5]) {
      const u = randomVector(input.length, `u ${layer}`);
      const gradient = await pull(walk, primal, [0, layer], 'all', u);
      const length = Math.sqrt(dot(gradient, gradient));
      // Along the gradient itself the difference is largest; half a unit at all tokens together.
      const shifted = async (step: number): Promise<number> => {
        const moved = input.map((value, i) => value + (step * (gradient[i] ?? NaN)) / length);
        const at = (await walk.encode(moved)).layers[layer];
        return at === undefined ? NaN : dot(headOutputs(at, heads), u);
      };
      const h = 0.05;
      const slope = async (step: number): Promise<number> =>
        ((await shifted(step)) - (await shifted(-step))) / (2 * step);
      const due = (4 * (await slope(h)) - (await slope(2 * h))) / 3;
      expect(Math.abs(due / length - 1)).toBeLessThan(2e-3);
    }
    walk.dispose();
  });

  it('should free all they made', async () => {
    const walk = new Walk(engine, await tinyModel());
    const primal = await walk.encode(walk.embed(readGolden('golden-tiny/cat').pieces).input);
    const before = engine.alive();
    await pull(walk, primal, [0, 2], 'all', randomVector(primal.tokens * walk.model.config.width, 'u'));
    expect(engine.alive()).toBe(before);
    walk.dispose();
  });
});
