// One engine in this thread, on which models are opened.

import { uploadWeightsInTurns } from '../model/weights';
import type { Engine } from '../tensor/engine';
import { measureRate, QUICK_RATE_SIZE, RATE_SIZE } from '../tensor/rate';
import type { Ground } from './compute-on';
import { LocalExecutor } from './local';

/**
 * @param now seconds from some fixed moment
 * @param pause awaited while a model is opened, so that others get their turn on this thread
 */
export function localGround(
  engine: Engine,
  now: () => number,
  pause: () => Promise<void> = () => Promise.resolve()
): Ground {
  let rate: number | null = null;
  const known = (): number => (rate ??= measureRate(engine, QUICK_RATE_SIZE, now));
  return {
    openModel: async (config, layers) => {
      const rate = known();
      await pause();
      const weights = await uploadWeightsInTurns(engine, layers, pause);
      return new LocalExecutor(engine, config, layers, rate, now, weights);
    },
    measureRate: async () => (rate = measureRate(engine, RATE_SIZE, now)),
    dispose: async () => undefined
  };
}
