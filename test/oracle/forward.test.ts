// The forward pass against the reference: attention and hidden states of every layer.

import { embed } from '../../src/model/embed';
import { encode } from '../../src/model/forward';
import type { Primal } from '../../src/model/primal';
import { disposeWeights, uploadWeights } from '../../src/model/weights';
import type { Engine } from '../../src/tensor/engine';
import { demoModel, openTestEngine, requestFor, tinyModel, worstAbsolute, type Model } from '../compute-fixture';
import { readGolden, type Golden } from '../golden';

/** Hidden states have entries up to a few units. */
const HIDDEN_TOLERANCE = 2e-5;
const ATTENTION_TOLERANCE = 2e-5;

describe('encode', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openTestEngine();
  });

  const run = async ({ config, parameters }: Model, golden: Golden): Promise<Primal> => {
    const { ids, segments } = requestFor(golden.pieces);
    const weights = uploadWeights(engine, parameters.layers);
    const { input } = embed(config, parameters, ids, segments);
    try {
      return await encode(engine, config, parameters.layers, weights, input, () => Promise.resolve());
    } finally {
      disposeWeights(engine, weights);
    }
  };

  const compare = (primal: Primal, golden: Golden): void => {
    const attention = golden.array('attention');
    const size = attention.length / primal.layers.length;
    const hidden = golden.array('hidden');
    const states = [...primal.layers.map(layer => layer.input), primal.output];
    primal.layers.forEach((layer, l) => {
      expect(worstAbsolute(layer.attention, attention.subarray(l * size, (l + 1) * size))).toBeLessThan(
        ATTENTION_TOLERANCE
      );
    });
    states.forEach((state, l) => {
      const due = hidden.subarray(l * state.length, (l + 1) * state.length);
      expect(worstAbsolute(state, due)).toBeLessThan(HIDDEN_TOLERANCE);
    });
  };

  describe('on tiny-bert', () => {
    let model: Model;
    beforeAll(async () => {
      model = await tinyModel();
    });

    it.each(['cat', 'pair', 'empty', 'unknown'])('should give the hidden states and attention of %s', async name => {
      const golden = readGolden(`golden-tiny/${name}`);
      compare(await run(model, golden), golden);
    });

    it('should free all but the weights it was given', async () => {
      const before = engine.alive();
      await run(model, readGolden('golden-tiny/cat'));
      expect(engine.alive()).toBe(before);
    });
  });

  describe('on all-MiniLM-L6-v2', () => {
    let model: Model;
    beforeAll(async () => {
      model = await demoModel();
    });

    it.each(['keys', 'bank', 'long'])('should give the hidden states and attention of %s', async name => {
      const golden = readGolden(`golden-minilm/${name}`);
      compare(await run(model, golden), golden);
    });
  });
});
