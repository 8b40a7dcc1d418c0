// How precisely an engine multiplies: one product against the same in float64.

import type { Engine } from './engine';
import { evaluate } from './evaluate';

const ROWS = 24;
const INNER = 512;
const COLUMNS = 160;

/** Above this relative error a product was not computed in float32: bfloat16 gives about 2e-3, float32 about 2e-7. */
export const FLOAT32_PRODUCT_ERROR = 1e-4;

/** ‖C − C₆₄‖ / ‖C₆₄‖ of a product [24, 512] · [512, 160] of numbers in (−½, ½) that fill float32's digits. */
export function productError(engine: Engine): number {
  const left = numbers(ROWS * INNER, 1);
  const right = numbers(INNER * COLUMNS, 2);
  const seen = evaluate(engine, () =>
    engine.matMul(engine.upload(left, [ROWS, INNER]), engine.upload(right, [INNER, COLUMNS]))
  );
  let off = 0;
  let whole = 0;
  for (let row = 0; row < ROWS; row++) {
    for (let column = 0; column < COLUMNS; column++) {
      let due = 0;
      for (let k = 0; k < INNER; k++) {
        due += (left[row * INNER + k] as number) * (right[k * COLUMNS + column] as number);
      }
      off += ((seen[row * COLUMNS + column] as number) - due) ** 2;
      whole += due * due;
    }
  }
  return Math.sqrt(off / whole);
}

/** Multiples of the golden ratio, less their whole parts. */
function numbers(length: number, seed: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => ((i + seed * 7919) * 0.6180339887498949) % 1).map(
    x => x - 0.5
  );
}
