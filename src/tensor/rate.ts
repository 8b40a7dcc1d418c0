// How fast an engine multiplies: the one figure that says what to expect of it.

import type { Engine } from './engine';

/** The size that is reported. */
export const RATE_SIZE = 1024;
/** A smaller one, good enough to guess from and quick everywhere. */
export const QUICK_RATE_SIZE = 384;
const TRIES = 3;

/**
 * Float32 operations a second of a size × size × size product, the best of three.
 *
 * @param now seconds from some fixed moment
 */
export function measureRate(engine: Engine, size: number, now: () => number): number {
  const values = Float32Array.from({ length: size * size }, (_, i) => (i % 17) / 17 - 0.5);
  const [left, right] = engine.scope(() => [
    engine.upload(values, [size, size]),
    engine.upload(values, [size, size])
  ]);
  if (left === undefined || right === undefined) {
    throw new RangeError('measureRate: the engine kept nothing');
  }
  let best = Infinity;
  // Once more than counted: the first product also brings the inputs to the engine.
  for (let run = 0; run <= TRIES; run++) {
    const began = now();
    engine.dispose([engine.matMul(left, right)]);
    best = run === 0 ? best : Math.min(best, now() - began);
  }
  engine.dispose([left, right]);
  return (2 * size ** 3) / Math.max(best, 1e-6);
}
