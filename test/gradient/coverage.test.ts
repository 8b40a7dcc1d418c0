// The errors shown are honest: over 3 sentences and 20 bases each, intervals hold the exact value as often as they say.

import type { LoadedModel } from '../../src/gradient/compute';
import { loadCheckpoint } from '../../src/model/checkpoint';
import { openOn, openTestEngine } from '../compute-fixture';
import { demoModelFolder } from '../demo-model';
import { folderOnDisk, sha256 } from '../weights/folders';
import { addSentence, Coverage, SAMPLES } from './coverage';

/** Seconds on a quiet machine; much longer beside others. */
jest.setTimeout(1_200_000);

const SENTENCES = ['Time flies like an arrow.', 'Dogs bark at cats.', 'Banks of rivers flood.'];
const SEEDS = 20;

describe('jackknife intervals on all-MiniLM-L6-v2', () => {
  const coverage = new Coverage();
  beforeAll(async () => {
    const model = await loadCheckpoint(folderOnDisk(demoModelFolder()), 'minilm', sha256);
    const loaded: LoadedModel = await openOn(await openTestEngine(), model);
    for (const sentence of SENTENCES) {
      const { pieces } = model.tokenizer.encode(sentence, null, model.config.maxTokens);
      await addSentence(coverage, loaded, pieces, SEEDS);
    }
    await loaded.dispose();
  });

  const between = (value: number, least: number, most: number): void => {
    expect(value).toBeGreaterThanOrEqual(least);
    expect(value).toBeLessThanOrEqual(most);
  };

  describe.each(SAMPLES)('at %d directions', samples => {
    it.each(['cells', 'heads'] as const)('should hold 68 %% and 95 %% of the %s', kind => {
      expect(coverage.seen(samples, kind)).toBeGreaterThan(1000);
      between(coverage.share(samples, kind, 68), 60, 76);
      between(coverage.share(samples, kind, 95), 89, 99);
    });

    it('should hold as many points of the curve, as far as so few can show', () => {
      expect(coverage.seen(samples, 'curve')).toBe(6 * SEEDS * SENTENCES.length);
      between(coverage.share(samples, 'curve', 68), 55, 80);
      between(coverage.share(samples, 'curve', 95), 85, 100);
    });
  });
});
