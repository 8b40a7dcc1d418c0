// Checkpoints of every kind against the reference: tokens, attention, hidden states, norms.

import { join } from 'node:path';

import { DEFAULT_METHOD, type MethodOptions } from '../../src/core/method';
import { loadCheckpoint, type Checkpoint } from '../../src/model/checkpoint';
import { embed } from '../../src/model/embed';
import type { LoadedModel } from '../../src/gradient/compute';
import type { Engine } from '../../src/tensor/engine';
import { openCompute } from '../../src/service/engines';
import {
  executorOn,
  openOn,
  openTestEngine,
  requestFor,
  tellAll,
  TURN,
  worstAbsolute,
  worstRelative
} from '../compute-fixture';
import { readGolden, type Golden } from '../golden';
import { folderOnDisk, sha256 } from '../weights/folders';
import { buildWorker } from '../worker-bundle';

jest.setTimeout(120_000);

const STATE_TOLERANCE = 2e-5;
const NORM_TOLERANCE = 1e-4;
const KINDS = ['distilbert', 'electra', 'masked-lm', 'classifier'] as const;
const CASES = ['cat', 'pair'] as const;
const OPTIONS: readonly (readonly [string, Partial<MethodOptions>])[] = [
  ['frobenius', {}],
  ['projected', { target: 'projected' }],
  ['input_direction', { norm: 'input' }],
  ['embedding_frobenius', { source: 'embedding' }]
];

function checkpointOf(kind: string): Promise<Checkpoint> {
  const folder = join(__dirname, '..', 'fixtures', 'models', kind);
  return loadCheckpoint(folderOnDisk(folder), kind, sha256);
}

/** Largest error of the exact norms, relative and above the floor. */
async function worstOf(loaded: LoadedModel, golden: Golden, name: string, options: Partial<MethodOptions>): Promise<number> {
  const method = { ...DEFAULT_METHOD, ...options };
  const { updates, end } = await tellAll(loaded, requestFor(golden.pieces, { method }));
  expect(end.reason).toBe('exact');
  return worstRelative(updates.at(-1)?.norms ?? [], golden.array(name), golden.pieces.length);
}

describe.each(KINDS)('a checkpoint of the kind %s', kind => {
  let engine: Engine;
  let checkpoint: Checkpoint;
  let loaded: LoadedModel;
  beforeAll(async () => {
    engine = await openTestEngine();
    checkpoint = await checkpointOf(kind);
    loaded = await openOn(engine, checkpoint);
  });
  afterAll(() => loaded.dispose());

  describe.each(CASES)('%s', name => {
    const golden = readGolden(`golden-models/${kind}-${name}`);

    it('should have the tokens of the reference', () => {
      const { pieces } = checkpoint.tokenizer.encode(golden.text, golden.pair, checkpoint.config.maxTokens);
      const seen = pieces.map(({ text, id, start, end, segment }) => ({ text, id, start, end, segment }));
      expect(seen).toEqual(golden.pieces.map(({ text, id, start, end, segment }) => ({ text, id, start, end, segment })));
    });

    it('should have its attention and hidden states', async () => {
      const { ids, segments } = requestFor(golden.pieces);
      const executor = executorOn(engine, checkpoint);
      const { input } = embed(checkpoint.config, checkpoint.parameters, ids, segments);
      const { layers, output } = await executor.encode(input, TURN);
      const states = [...layers.map(layer => layer.input), output].flatMap(state => [...state]);
      expect(worstAbsolute(states, golden.array('hidden'))).toBeLessThan(STATE_TOLERANCE);
      const attention = layers.flatMap(layer => [...layer.attention]);
      expect(worstAbsolute(attention, golden.array('attention'))).toBeLessThan(STATE_TOLERANCE);
      await executor.dispose();
    });

    it.each(OPTIONS)('should have its norms: %s', async (array, options) => {
      expect(await worstOf(loaded, golden, array, options)).toBeLessThan(NORM_TOLERANCE);
    });
  });
});

describe('ELECTRA, whose embedding is narrower than its encoder,', () => {
  const golden = readGolden('golden-models/electra-cat');
  const method: MethodOptions = { ...DEFAULT_METHOD, source: 'embedding' };

  it('should be exact with as many directions as its embedding has coordinates', async () => {
    const loaded = await openOn(await openTestEngine(), await checkpointOf('electra'));
    const request = requestFor(golden.pieces, { method, stop: { rule: 'samples', samples: 32 } });
    const { updates, end } = await tellAll(loaded, request);
    expect(end.reason).toBe('exact');
    expect(updates.at(-1)).toMatchObject({ stage: 'exact', samples: 16 });
    await loaded.dispose();
  });

  it('should be estimated without bias from half of them', async () => {
    const loaded = await openOn(await openTestEngine(), await checkpointOf('electra'));
    const due = golden.array('embedding_frobenius');
    const squares = new Float64Array(due.length);
    const seeds = 40;
    for (let seed = 0; seed < seeds; seed++) {
      const request = requestFor(golden.pieces, { method, seed, stop: { rule: 'samples', samples: 8 } });
      const { updates } = await tellAll(loaded, request);
      updates.at(-1)?.norms.forEach((norm, i) => (squares[i] = (squares[i] ?? NaN) + norm ** 2 / seeds));
    }
    const ratios = squares.map((square, i) => square / (due[i] ?? NaN) ** 2).filter(ratio => !Number.isNaN(ratio));
    const mean = ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length;
    expect(Math.abs(mean - 1)).toBeLessThan(0.02);
    await loaded.dispose();
  });

  it('should be that of the reference on the portable engine', async () => {
    const compute = await openCompute('tfjs-wasm', { worker: buildWorker(), threads: 2 });
    const { config, parameters } = await checkpointOf('electra');
    const loaded = await compute.load(config, parameters);
    expect(await worstOf(loaded, golden, 'embedding_frobenius', { source: 'embedding' })).toBeLessThan(NORM_TOLERANCE);
    await loaded.dispose();
    await compute.dispose();
  });
});
