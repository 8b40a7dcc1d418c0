// One engine in this thread, on which models are opened.

import type { Engine } from '../tensor/engine';
import { measureRate, QUICK_RATE_SIZE, RATE_SIZE } from '../tensor/rate';
import type { Ground } from './compute-on';
import { LocalExecutor } from './local';

/** @param now seconds from some fixed moment */
export function localGround(engine: Engine, now: () => number): Ground {
  let rate: number | null = null;
  const known = (): number => (rate ??= measureRate(engine, QUICK_RATE_SIZE, now));
  return {
    openModel: async (config, layers) => new LocalExecutor(engine, config, layers, known(), now),
    measureRate: async () => (rate = measureRate(engine, RATE_SIZE, now)),
    dispose: async () => undefined
  };
}
