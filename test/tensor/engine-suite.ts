// What every engine must do, run on each of them.

import type { Engine, Tensor } from '../../src/tensor/engine';
import { evaluate } from '../../src/tensor/evaluate';

const ramp = (length: number, step = 1): Float32Array =>
  Float32Array.from({ length }, (_, i) => ((i * 7) % 11) * step - 3);

export function describeEngine(name: string, open: () => Promise<Engine>): void {
  describe(name, () => {
    let engine: Engine;
    beforeAll(async () => {
      engine = await open();
    });

    const values = (body: () => Tensor): number[] => [...evaluate(engine, body)];

    describe('#matMul', () => {
      it('should multiply rows by columns', () => {
        const left = (): Tensor => engine.upload(Float32Array.of(1, 2, 3, 4, 5, 6), [2, 3]);
        const right = (): Tensor => engine.upload(Float32Array.of(1, 0, -1, 2, 0.5, 1), [3, 2]);
        expect(values(() => engine.matMul(left(), right()))).toEqual([0.5, 7, 2, 16]);
      });

      it('should carry infinities and NaN on', () => {
        const product = values(() =>
          engine.matMul(
            engine.upload(Float32Array.of(Infinity, NaN), [2, 1]),
            engine.upload(Float32Array.of(2), [1, 1])
          )
        );
        expect(product).toEqual([Infinity, NaN]);
      });

      it('should refuse inner lengths that differ, and say which input', () => {
        const product = (): Tensor =>
          engine.matMul(engine.upload(ramp(6), [2, 3]), engine.upload(ramp(8), [4, 2]));
        expect(() => values(product)).toThrow(
          'matMul: the second input is [4, 2], needed is 3 rows, the columns of the first input [2, 3]'
        );
      });
    });

    describe('#batchMatMul', () => {
      it('should multiply matrix by matrix', () => {
        const [batch, rows, inner, columns] = [3, 2, 4, 5];
        const left = ramp(batch * rows * inner);
        const right = ramp(batch * inner * columns, 0.5);
        const together = values(() =>
          engine.batchMatMul(
            engine.upload(left, [batch, rows, inner]),
            engine.upload(right, [batch, inner, columns])
          )
        );
        const single = (b: number): number[] =>
          values(() =>
            engine.matMul(
              engine.upload(left.slice(b * rows * inner, (b + 1) * rows * inner), [rows, inner]),
              engine.upload(right.slice(b * inner * columns, (b + 1) * inner * columns), [inner, columns])
            )
          );
        expect(together).toEqual([0, 1, 2].flatMap(single));
      });

      it('should refuse batches that differ', () => {
        const product = (): Tensor =>
          engine.batchMatMul(engine.upload(ramp(4), [2, 1, 2]), engine.upload(ramp(6), [3, 2, 1]));
        expect(() => values(product)).toThrow(
          'batchMatMul: the second input is [3, 2, 1], needed is a batch of 2, as in the first input [2, 1, 2]'
        );
      });
    });

    describe('#matMulTransposed', () => {
      it('should multiply rows by rows', () => {
        const left = (): Tensor => engine.upload(Float32Array.of(1, 2, 3, 4, 5, 6), [2, 3]);
        const right = (): Tensor => engine.upload(Float32Array.of(1, -1, 0.5, 0, 2, 1), [2, 3]);
        expect(values(() => engine.matMulTransposed(left(), right()))).toEqual([0.5, 7, 2, 16]);
      });

      it('should refuse rows of other lengths', () => {
        const product = (): Tensor =>
          engine.matMulTransposed(engine.upload(ramp(6), [2, 3]), engine.upload(ramp(8), [4, 2]));
        expect(() => values(product)).toThrow(
          'matMulTransposed: the second input is [4, 2], needed is [columns, 3], the inner length of the first'
        );
      });
    });

    describe('#batchTransposedMatMul', () => {
      it('should be the product of the transposed matrices', () => {
        const left = ramp(3 * 4 * 2);
        const right = ramp(3 * 4 * 5, 0.5);
        const seen = values(() =>
          engine.batchTransposedMatMul(engine.upload(left, [3, 4, 2]), engine.upload(right, [3, 4, 5]))
        );
        const due = values(() =>
          engine.batchMatMul(
            engine.transpose(engine.upload(left, [3, 4, 2]), [0, 2, 1]),
            engine.upload(right, [3, 4, 5])
          )
        );
        expect(seen).toEqual(due);
      });

      it('should refuse inner lengths that differ', () => {
        const product = (): Tensor =>
          engine.batchTransposedMatMul(engine.upload(ramp(6), [1, 2, 3]), engine.upload(ramp(9), [1, 3, 3]));
        expect(() => values(product)).toThrow(
          'batchTransposedMatMul: the second input is [1, 3, 3], needed is [1, 2, columns], as the first begins'
        );
      });
    });

    describe('#concat', () => {
      it('should put one after the other', () => {
        const joined = values(() =>
          engine.concat([
            engine.upload(Float32Array.of(1, 2), [1, 2]),
            engine.upload(Float32Array.of(3, 4, 5, 6), [2, 2])
          ])
        );
        expect(joined).toEqual([1, 2, 3, 4, 5, 6]);
      });

      it('should refuse other lengths behind the first axis', () => {
        const joined = (): Tensor =>
          engine.concat([engine.upload(ramp(2), [1, 2]), engine.upload(ramp(3), [1, 3])]);
        expect(() => values(joined)).toThrow(
          'concat: input 1 is [1, 3], needed is [1, 2] behind the first axis'
        );
      });
    });

    describe('#add, #subtract', () => {
      it('should work cell by cell', () => {
        const left = (): Tensor => engine.upload(Float32Array.of(1, 2, 3), [3]);
        const right = (): Tensor => engine.upload(Float32Array.of(10, 20, 30), [3]);
        expect(values(() => engine.add(left(), right()))).toEqual([11, 22, 33]);
        expect(values(() => engine.subtract(left(), right()))).toEqual([-9, -18, -27]);
      });

      it('should refuse other shapes', () => {
        const sum = (): Tensor => engine.add(engine.upload(ramp(4), [4]), engine.upload(ramp(4), [2, 2]));
        expect(() => values(sum)).toThrow(
          'add: the second input is [2, 2], needed is [4], the shape of the first'
        );
      });
    });

    describe('#multiply', () => {
      it('should stretch axes of length 1', () => {
        const left = (): Tensor => engine.upload(Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8), [2, 2, 2]);
        const middle = (): Tensor => engine.upload(Float32Array.of(1, 10, 100, 1000), [2, 1, 2]);
        expect(values(() => engine.multiply(left(), middle()))).toEqual([1, 20, 3, 40, 500, 6000, 700, 8000]);
      });

      it('should stretch both inputs', () => {
        const column = (): Tensor => engine.upload(Float32Array.of(1, 10), [2, 1]);
        const row = (): Tensor => engine.upload(Float32Array.of(1, 2, 3), [1, 3]);
        expect(values(() => engine.multiply(column(), row()))).toEqual([1, 2, 3, 10, 20, 30]);
      });

      it('should refuse lengths that do not fit', () => {
        const product = (): Tensor =>
          engine.multiply(engine.upload(ramp(6), [3, 2]), engine.upload(ramp(4), [2, 2]));
        expect(() => values(product)).toThrow('multiply: the second input is [2, 2]');
      });
    });

    describe('#squaredNorm', () => {
      it('should add the squares of the last axis', () => {
        const sums = values(() => engine.squaredNorm(engine.upload(Float32Array.of(3, 4, 0, -2), [2, 2])));
        expect(sums).toEqual([25, 4]);
      });
    });

    describe('#transpose', () => {
      it('should put axis order[i] at place i', () => {
        const input = Float32Array.from({ length: 24 }, (_, i) => i);
        const turned = values(() => engine.transpose(engine.upload(input, [2, 3, 4]), [2, 0, 1]));
        const due = [0, 1, 2, 3].flatMap(k => [0, 1].flatMap(i => [0, 1, 2].map(j => (i * 3 + j) * 4 + k)));
        expect(turned).toEqual(due);
      });

      it('should refuse an axis twice', () => {
        expect(() => values(() => engine.transpose(engine.upload(ramp(4), [2, 2]), [0, 0]))).toThrow(
          'transpose: the order is [0, 0], needed is every axis of [2, 2] once'
        );
      });
    });

    describe('#reshape', () => {
      it('should keep the numbers in their order', () => {
        const input = ramp(6);
        expect(values(() => engine.reshape(engine.upload(input, [2, 3]), [3, 2]))).toEqual([...input]);
      });

      it('should refuse another count', () => {
        expect(() => values(() => engine.reshape(engine.upload(ramp(6), [6]), [4]))).toThrow(
          'reshape: the new shape is [4], needed is as many numbers as in [6]'
        );
      });
    });

    describe('#upload', () => {
      it('should refuse data that do not fill the shape', () => {
        expect(() => engine.upload(ramp(5), [2, 3])).toThrow('upload: the data is [5]');
      });
    });

    describe('#scope', () => {
      it('should free all but what it returns', () => {
        const before = engine.alive();
        const kept = engine.scope(() => {
          const one = engine.upload(ramp(4), [2, 2]);
          return [engine.matMul(engine.matMul(one, one), one)];
        });
        expect(engine.alive()).toBe(before + 1);
        engine.dispose(kept);
        engine.dispose(kept);
        expect(engine.alive()).toBe(before);
      });

      it('should free everything when its body throws', () => {
        const before = engine.alive();
        const broken = (): readonly Tensor[] => {
          engine.upload(ramp(4), [2, 2]);
          throw new RangeError('broken off');
        };
        expect(() => engine.scope(broken)).toThrow('broken off');
        expect(engine.alive()).toBe(before);
      });
    });
  });
}
