// Does an engine compute? One small product, transposed and summed, against numbers worked out here.

import { StoryError } from '../core/errors';
import type { Engine } from './engine';

const ROWS = 5;
const INNER = 7;

/** @throws StoryError `engine_missing` with the value seen and the value due */
export function proofOf(engine: Engine): void {
  const left = Float32Array.from({ length: ROWS * INNER }, (_, i) => (i % 11) - 5);
  const right = Float32Array.from({ length: INNER * ROWS }, (_, i) => (i % 13) - 6);
  const [result] = engine.scope(() => {
    const product = engine.matMul(engine.upload(left, [ROWS, INNER]), engine.upload(right, [INNER, ROWS]));
    return [engine.squaredNorm(engine.transpose(product, [1, 0]))];
  });
  const seen = result === undefined ? new Float32Array(ROWS) : engine.download(result);
  engine.dispose(result === undefined ? [] : [result]);
  for (let column = 0; column < ROWS; column++) {
    let due = 0;
    for (let row = 0; row < ROWS; row++) {
      let cell = 0;
      for (let k = 0; k < INNER; k++) {
        cell += (left[row * INNER + k] ?? 0) * (right[k * ROWS + column] ?? 0);
      }
      due += cell * cell;
    }
    if (seen[column] !== due) {
      throw new StoryError(
        'engine_missing',
        `the engine gives ${seen[column]} for a sum of products that is ${due}`,
        'install it anew with `bertstory engine install`'
      );
    }
  }
}
