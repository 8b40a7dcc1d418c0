// Attribution against the reference, to 1e-4 above a floor of 1e-5 of each row's largest.

import { DEFAULT_METHOD, type MethodOptions } from '../../src/core/method';
import type { LoadedModel } from '../../src/gradient/compute';
import { openCompute } from '../../src/service/engines';
import { embed } from '../../src/model/embed';
import type { Engine } from '../../src/tensor/engine';
import {
  demoModel,
  executorOn,
  openOn,
  openTestEngine,
  requestFor,
  tellAll,
  tinyModel,
  TURN,
  worstAbsolute,
  worstRelative,
  type Model
} from '../compute-fixture';
import { readGolden, type Golden } from '../golden';
import { buildWorker } from '../worker-bundle';

jest.setTimeout(600_000);

const NORM_TOLERANCE = 1e-4;
const ATTENTION_TOLERANCE = 2e-5;
const TINY = ['cat', 'pair', 'empty', 'unknown'];

/** Which array of the golden file belongs to which options. */
const OPTIONS: readonly (readonly [string, Partial<MethodOptions>])[] = [
  ['projected', { target: 'projected' }],
  ['input_direction', { norm: 'input' }],
  ['local_frobenius', { source: 'local' }],
  ['embedding_frobenius', { source: 'embedding' }]
];

async function compare(loaded: LoadedModel, golden: Golden, name: string, options: Partial<MethodOptions>): Promise<void> {
  const method = { ...DEFAULT_METHOD, ...options };
  const { attention, updates, end } = await tellAll(loaded, requestFor(golden.pieces, { method }));
  expect(worstAbsolute(attention, golden.array('attention'))).toBeLessThan(ATTENTION_TOLERANCE);
  expect(end.reason).toBe('exact');
  const norms = updates.at(-1)?.norms ?? [];
  expect(worstRelative(norms, golden.array(name), golden.pieces.length)).toBeLessThan(NORM_TOLERANCE);
}

describe('attribution', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openTestEngine();
  });

  describe('of tiny-bert', () => {
    let loaded: LoadedModel;
    beforeAll(async () => {
      loaded = await openOn(engine, await tinyModel());
    });

    it.each(TINY)('should be that of the reference: %s', name =>
      compare(loaded, readGolden(`golden-tiny/${name}`), 'frobenius', {})
    );

    describe.each(OPTIONS)('%s', (array, options) => {
      it.each(TINY)('should be that of the reference: %s', name =>
        compare(loaded, readGolden(`golden-tiny/${name}`), array, options)
      );
    });
  });

  describe('of tiny-bert on the portable engine', () => {
    it('should be that of the reference in all cases', async () => {
      const compute = await openCompute('tfjs-wasm', { worker: buildWorker(), threads: 2 });
      const { config, parameters } = await tinyModel();
      const loaded = await compute.load(config, parameters);
      for (const name of TINY) {
        await compare(loaded, readGolden(`golden-tiny/${name}`), 'frobenius', {});
      }
      await loaded.dispose();
      await compute.dispose();
    });
  });

  describe('of all-MiniLM-L6-v2', () => {
    let model: Model;
    beforeAll(async () => {
      model = await demoModel();
    });

    it('should be that of the reference: keys', async () => {
      const loaded = await openOn(engine, model);
      const golden = readGolden('golden-minilm/keys');
      await compare(loaded, golden, 'frobenius', {});
      await compare(loaded, golden, 'input_direction', { norm: 'input' });
      await compare(loaded, golden, 'local_frobenius', { source: 'local' });
      await loaded.dispose();
    });

    it('should be that of the reference: bank, some sources of the pair', async () => {
      const golden = readGolden('golden-minilm/bank');
      const { ids, segments } = requestFor(golden.pieces);
      const { width } = model.config;
      const executor = executorOn(engine, model);
      const { input } = embed(model.config, model.parameters, ids, segments);
      const primal = await executor.encode(input, TURN);
      const sentence = await executor.prepare(primal, { start: 0, target: 'head', paths: 'all', mix: 'direct', hidden: false }, TURN);
      const due = golden.array('frobenius');
      const tokens = ids.length;
      const axes = Float32Array.from({ length: width * width }, (_, i) => (i % (width + 1) === 0 ? 1 : 0));
      for (const source of [0, 6, 16]) {
        const columns = width / 2;
        const squares = new Float64Array(due.length / tokens);
        for (const half of [0, 1]) {
          const vectors = axes.slice(half * columns * width, (half + 1) * columns * width);
          const { heads: part } = await sentence.run({ sources: new Int32Array(columns).fill(source), vectors }, TURN);
          part.forEach((square, i) => {
            const row = Math.floor(i / columns);
            squares[row] = (squares[row] ?? NaN) + square;
          });
        }
        const largest = squares.map((_, row) => Math.max(...due.subarray(row * tokens, (row + 1) * tokens)));
        squares.forEach((square, row) => {
          const cell = due[row * tokens + source] ?? NaN;
          const scale = Math.max(cell, 1e-5 * (largest[row] ?? NaN));
          expect(Math.abs(Math.sqrt(square) - cell) / scale).toBeLessThan(NORM_TOLERANCE);
        });
      }
      await sentence.dispose();
      await executor.dispose();
    });
  });
});
