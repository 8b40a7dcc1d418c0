// The squared norm of a head's tangent, before W_O (target `head`) or after it (target `projected`).

import type { LayerParameters, ModelConfig } from '../model/parameters';
import type { Engine, Tensor } from '../tensor/engine';
import { evaluate } from '../tensor/evaluate';
import type { Route, Turn } from './executor';

export class Measuring {
  /** C with C C' = W_O^h' W_O^h, so that ‖W_O^h z‖ = ‖z' C‖; [head, headWidth, headWidth] per layer. */
  private readonly factors: Tensor[] = [];

  constructor(
    private readonly engine: Engine,
    private readonly config: ModelConfig,
    private readonly route: Route
  ) {}

  async prepare(parameters: readonly LayerParameters[], turn: Turn): Promise<void> {
    if (this.route.target === 'head') {
      return;
    }
    const { engine } = this;
    const { heads, width } = this.config;
    const headWidth = width / heads;
    for (const { output } of parameters) {
      const gram = evaluate(engine, () => {
        const byHead = engine.transpose(engine.upload(output.weight, [width, heads, headWidth]), [1, 0, 2]);
        return engine.batchMatMul(engine.transpose(byHead, [0, 2, 1]), byHead);
      });
      this.factors.push(engine.upload(choleskyOf(gram, heads, headWidth), [heads, headWidth, headWidth]));
      await turn.pause();
    }
  }

  /** @param heads returns dz, [head, token, column, headWidth]; the result is [head, token, column] */
  squares(layer: number, heads: () => Tensor): Float32Array {
    const { engine } = this;
    return evaluate(engine, () => {
      const tangents = heads();
      const factor = this.factors[layer];
      if (factor === undefined) {
        return engine.squaredNorm(tangents);
      }
      const [count, tokens, columns, headWidth] = tangents.shape as [number, number, number, number];
      const rows = engine.reshape(tangents, [count, tokens * columns, headWidth]);
      return engine.squaredNorm(engine.batchMatMul(rows, factor));
    });
  }

  dispose(): void {
    this.engine.dispose(this.factors);
    this.factors.length = 0;
  }
}

/** Lower triangular factors C with C C' = G of a stack of symmetric positive matrices, [matrix, row, column]. */
export function choleskyOf(grams: Float32Array, matrices: number, size: number): Float32Array {
  const factors = new Float32Array(grams.length);
  const factor = new Float64Array(size * size);
  for (let matrix = 0; matrix < matrices; matrix++) {
    factor.fill(0);
    for (let row = 0; row < size; row++) {
      for (let column = 0; column <= row; column++) {
        let rest = grams[(matrix * size + row) * size + column] as number;
        for (let k = 0; k < column; k++) {
          rest -= (factor[row * size + k] as number) * (factor[column * size + k] as number);
        }
        const pivot = factor[column * size + column] as number;
        factor[row * size + column] =
          row === column ? Math.sqrt(Math.max(0, rest)) : pivot === 0 ? 0 : rest / pivot;
      }
    }
    factors.set(factor, matrix * size * size);
  }
  return factors;
}
