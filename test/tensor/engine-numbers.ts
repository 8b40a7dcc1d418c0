// What every engine's numbers must be, run on each of them: shapes at the edge, infinities, precision against float64, memory.

import type { Engine, Tensor } from '../../src/tensor/engine';
import { evaluate } from '../../src/tensor/evaluate';

/** Of one rounding in float32. */
const EPSILON = 2 ** -24;

/** Numbers in (−1, 1) with all of float32's digits. */
function spread(length: number, seed: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => 2 * (((i + 7919 * seed) * 0.6180339887498949) % 1) - 1);
}

interface Reference {
  readonly product: Float64Array;
  /** Σ |a| |b| of each cell, by which its error is measured. */
  readonly size: Float64Array;
}

function multiplied(
  left: Float32Array,
  right: Float32Array,
  rows: number,
  inner: number,
  columns: number
): Reference {
  const product = new Float64Array(rows * columns);
  const size = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let k = 0; k < inner; k++) {
      const factor = left[row * inner + k] ?? NaN;
      for (let column = 0; column < columns; column++) {
        const term = factor * (right[k * columns + column] ?? NaN);
        const cell = row * columns + column;
        product[cell] = (product[cell] ?? NaN) + term;
        size[cell] = (size[cell] ?? NaN) + Math.abs(term);
      }
    }
  }
  return { product, size };
}

/** The worst error in units of one rounding of the cell's size. */
function worstRounding(seen: Float32Array, { product, size }: Reference): number {
  expect(seen.length).toBe(product.length);
  return seen.reduce(
    (worst, value, i) =>
      Math.max(worst, Math.abs(value - (product[i] ?? NaN)) / ((size[i] ?? NaN) * EPSILON)),
    0
  );
}

export function describeEngineNumbers(name: string, open: () => Promise<Engine>): void {
  describe(name, () => {
    let engine: Engine;
    beforeAll(async () => {
      engine = await open();
    });

    const product = (left: Float32Array, right: Float32Array, [m, k, n]: readonly [number, number, number]) =>
      evaluate(engine, () => engine.matMul(engine.upload(left, [m, k]), engine.upload(right, [k, n])));

    describe('products', () => {
      it.each([
        [1, 1, 1],
        [1, 4099, 1],
        [513, 1, 257],
        [1, 384, 1536],
        [37, 1031, 5],
        [130, 768, 201]
      ] as const)('should be right to a few roundings: [%d, %d] · [, %d]', (m, k, n) => {
        const [left, right] = [spread(m * k, 1), spread(k * n, 2)];
        // Sums in any order and blocking are off by far less than one rounding per term.
        expect(worstRounding(product(left, right, [m, k, n]), multiplied(left, right, m, k, n))).toBeLessThan(
          4 + Math.sqrt(k)
        );
      });

      it('should be right in large batches of small matrices and small batches of large ones', () => {
        for (const [batch, m, k, n] of [
          [301, 3, 7, 2],
          [2, 65, 130, 66],
          [1, 1, 1, 1]
        ] as const) {
          const [left, right] = [spread(batch * m * k, 3), spread(batch * k * n, 4)];
          const seen = evaluate(engine, () =>
            engine.batchMatMul(engine.upload(left, [batch, m, k]), engine.upload(right, [batch, k, n]))
          );
          for (let b = 0; b < batch; b++) {
            const due = multiplied(
              left.subarray(b * m * k, (b + 1) * m * k),
              right.subarray(b * k * n, (b + 1) * k * n),
              m,
              k,
              n
            );
            expect(worstRounding(seen.subarray(b * m * n, (b + 1) * m * n), due)).toBeLessThan(
              4 + Math.sqrt(k)
            );
          }
        }
      });

      it('should refuse sums of nothing, and be empty where there are no rows', () => {
        const nothing = new Float32Array(0);
        expect(() => product(nothing, nothing, [2, 0, 3])).toThrow(
          'matMul: the first input is [2, 0], needed is at least one column'
        );
        expect([...product(nothing, Float32Array.of(1, 2), [0, 1, 2])]).toEqual([]);
      });

      it('should give the same numbers every time', () => {
        const [left, right] = [spread(90 * 333, 5), spread(333 * 70, 6)];
        const once = product(left, right, [90, 333, 70]);
        expect(product(left, right, [90, 333, 70])).toEqual(once);
      });

      it('should keep large and small numbers apart', () => {
        const seen = product(Float32Array.of(1e30, 1, 1e-30, 0), Float32Array.of(1e-30, 1e-6), [4, 1, 2]);
        [1, 1e24, 1e-30, 1e-6, 0, 1e-36, 0, 0].forEach((due, i) => {
          expect(Math.abs((seen[i] ?? NaN) - Math.fround(due))).toBeLessThanOrEqual(1e-6 * due);
        });
      });

      it('should overflow to infinity', () => {
        expect([...product(Float32Array.of(1e30, -1e30), Float32Array.of(1e30), [2, 1, 1])]).toEqual([
          Infinity,
          -Infinity
        ]);
      });

      it('should keep NaN and 0 · ∞ in the rows, columns and matrices that they belong to', () => {
        const left = new Float32Array(2 * 3 * 4).fill(1);
        left[4] = NaN;
        const right = new Float32Array(2 * 4 * 2).fill(1);
        right[8] = Infinity;
        left[12] = 0;
        const seen = evaluate(engine, () =>
          engine.batchMatMul(engine.upload(left, [2, 3, 4]), engine.upload(right, [2, 4, 2]))
        );
        expect([...seen]).toEqual([4, 4, NaN, NaN, 4, 4, NaN, 3, Infinity, 4, Infinity, 4]);
      });
    });

    describe('what is done cell by cell', () => {
      it('should carry infinities and NaN on', () => {
        const odd = (): Tensor => engine.upload(Float32Array.of(Infinity, -Infinity, NaN, 0), [4]);
        const infinite = (): Tensor => engine.upload(new Float32Array(4).fill(Infinity), [4]);
        expect([...evaluate(engine, () => engine.add(odd(), infinite()))]).toEqual([
          Infinity,
          NaN,
          NaN,
          Infinity
        ]);
        expect([...evaluate(engine, () => engine.subtract(odd(), infinite()))]).toEqual([
          NaN,
          -Infinity,
          NaN,
          -Infinity
        ]);
        expect([...evaluate(engine, () => engine.multiply(odd(), infinite()))]).toEqual([
          Infinity,
          -Infinity,
          NaN,
          NaN
        ]);
        const rows = (): Tensor => engine.reshape(odd(), [2, 2]);
        expect([...evaluate(engine, () => engine.squaredNorm(rows()))]).toEqual([Infinity, NaN]);
      });

      it('should add many squares to a few roundings', () => {
        const values = spread(3 * 3001, 7);
        const seen = evaluate(engine, () => engine.squaredNorm(engine.upload(values, [3, 3001])));
        seen.forEach((sum, row) => {
          const due = values
            .subarray(row * 3001, (row + 1) * 3001)
            .reduce((total, value) => total + value * value, 0);
          expect(Math.abs(sum / due - 1)).toBeLessThan(1e-5);
        });
      });

      it('should turn arrays of four axes and of length 1', () => {
        const shape = [3, 1, 5, 2];
        const values = spread(30, 8);
        const there = (tensor: Tensor): Tensor => engine.transpose(tensor, [2, 0, 3, 1]);
        const back = (tensor: Tensor): Tensor => engine.transpose(tensor, [1, 3, 0, 2]);
        expect(evaluate(engine, () => back(there(engine.upload(values, shape))))).toEqual(values);
        const turned = evaluate(engine, () => there(engine.upload(values, shape)));
        // [c, a, d, b] at c = 4, a = 2, d = 1.
        expect(turned[(4 * 3 + 2) * 2 + 1]).toBe(values[(2 * 5 + 4) * 2 + 1]);
      });
    });

    describe('memory', () => {
      it('should keep what an inner scope returns until the outer one ends', () => {
        const before = engine.alive();
        const [kept] = engine.scope(() => {
          const [inner] = engine.scope(() => {
            const one = engine.upload(Float32Array.of(1, 2), [2]);
            return [engine.add(one, one)];
          });
          return [engine.add(inner as Tensor, inner as Tensor)];
        });
        expect(engine.alive()).toBe(before + 1);
        expect([...engine.download(kept as Tensor)]).toEqual([4, 8]);
        engine.dispose([kept as Tensor]);
        expect(engine.alive()).toBe(before);
      });

      it('should keep the numbers of another shape when the first is freed', () => {
        const [first] = engine.scope(() => [engine.upload(Float32Array.of(1, 2, 3, 4), [4])]);
        const [second] = engine.scope(() => [engine.reshape(first as Tensor, [2, 2])]);
        engine.dispose([first as Tensor]);
        expect([...engine.download(second as Tensor)]).toEqual([1, 2, 3, 4]);
        engine.dispose([second as Tensor]);
      });

      it('should not hang on the array it was given, nor give its own away', () => {
        const values = Float32Array.of(1, 2, 3, 4);
        const [product_] = engine.scope(() => {
          const square = engine.upload(values, [2, 2]);
          return [engine.matMul(square, square)];
        });
        values.fill(0);
        engine.download(product_ as Tensor).fill(-1);
        expect([...engine.download(product_ as Tensor)]).toEqual([7, 10, 15, 22]);
        engine.dispose([product_ as Tensor]);
      });
    });
  });
}
