import { Basis } from '../../src/gradient/probes';

const IDS = Int32Array.of(101, 7, 102);
const SEGMENTS = Int32Array.of(0, 0, 0);
const basis = (width = 32, seed = 0, ids = IDS, segments = SEGMENTS): Basis =>
  new Basis(width, seed, ids, segments);

function product(rows: Float32Array, width: number, i: number, k: number): number {
  let sum = 0;
  for (let c = 0; c < width; c++) {
    sum += (rows[i * width + c] ?? NaN) * (rows[k * width + c] ?? NaN);
  }
  return sum;
}

describe('Basis', () => {
  describe('#directions()', () => {
    it.each([2, 32, 96])('should be orthonormal at width %d', width => {
      const rows = basis(width).directions(0, width);
      for (let i = 0; i < width; i++) {
        for (let k = 0; k <= i; k++) {
          expect(Math.abs(product(rows, width, i, k) - (i === k ? 1 : 0))).toBeLessThan(3e-7);
        }
      }
    });

    it('should be the same however many are asked for at a time, and in whatever order', () => {
      const whole = basis().directions(0, 32);
      const parts = basis();
      const late = parts.directions(17, 32);
      const early = parts.directions(0, 17);
      expect([...early, ...late]).toEqual([...whole]);
    });

    it('should be others for another seed, sentence or segmentation', () => {
      const first = basis().directions(0, 1);
      const others = [
        basis(32, 1),
        basis(32, 2 ** 32),
        basis(32, 0, Int32Array.of(101, 8, 102)),
        basis(32, 0, IDS, Int32Array.of(0, 1, 1))
      ];
      for (const other of others) {
        expect(other.directions(0, 1)).not.toEqual(first);
      }
    });

    it('should have no preferred axis', () => {
      // Each coordinate's square averages 1/width over many seeds; its standard error is about √(2/seeds)/width.
      const [width, seeds] = [8, 4000];
      const squares = new Float64Array(width);
      for (let seed = 0; seed < seeds; seed++) {
        basis(width, seed)
          .directions(1, 2)
          .forEach((value, c) => (squares[c] = (squares[c] ?? 0) + value ** 2 / seeds));
      }
      for (const square of squares) {
        expect(Math.abs(square - 1 / width)).toBeLessThan((5 * Math.sqrt(2 / seeds)) / width);
      }
    });

    it('should refuse more directions than there are', () => {
      expect(() => basis().directions(0, 33)).toThrow('directions 0 to 33 were asked of a basis of 32');
    });
  });
});
