// How fast an engine multiplies: the one figure that says what to expect of it.

import type { Engine } from './engine';

const SIZE = 1024;
const TRIES = 3;

/**
 * Float32 operations a second of a 1024 × 1024 × 1024 product, the best of three.
 *
 * @param now seconds from some fixed moment
 */
export function measureRate(engine: Engine, now: () => number): number {
  const values = Float32Array.from({ length: SIZE * SIZE }, (_, i) => (i % 17) / 17 - 0.5);
  const [left, right] = engine.scope(() => [
    engine.upload(values, [SIZE, SIZE]),
    engine.upload(values, [SIZE, SIZE])
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
  return (2 * SIZE ** 3) / Math.max(best, 1e-6);
}
