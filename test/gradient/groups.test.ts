import { GroupSums } from '../../src/gradient/groups';

/** One row, two sources, width 4: direction s at source i has ‖J u‖² = squares[s][i]. */
function sumsOf(
  squares: readonly (readonly [number, number])[],
  first = 0,
  sums = new GroupSums(1, 2, 4)
): GroupSums {
  squares.forEach((pair, s) => {
    sums.add(Float32Array.from(pair), Int32Array.of(0, 1), Int32Array.of(first + s, first + s));
  });
  return sums;
}

function meansOf(sums: GroupSums, samples: number): number[] {
  const means = new Float32Array(2 * Math.min(8, samples));
  sums.means(samples, 0, 1, means);
  return [...means];
}

describe('GroupSums', () => {
  const sixteen = Array.from({ length: 16 }, (_, s): [number, number] => [s, 100 + s]);

  describe('#means()', () => {
    it('should put direction s into group s mod 8, times the width', () => {
      const means = meansOf(sumsOf(sixteen), 16);
      // Group g has directions g and g + 8: mean g + 4, times 4.
      expect(means.slice(0, 4)).toEqual([16, 416, 20, 420]);
      expect(means).toHaveLength(16);
    });

    it('should have one group per direction where there are fewer than 8', () => {
      expect(meansOf(sumsOf(sixteen.slice(0, 3)), 3)).toEqual([0, 400, 4, 404, 8, 408]);
    });
  });

  describe('#norms()', () => {
    it('should be the root of the mean over all directions', () => {
      const into = new Float32Array(2);
      sumsOf(sixteen).norms(16, 0, 1, into);
      expect(into[0]).toBeCloseTo(Math.sqrt(4 * 7.5), 5);
      expect(into[1]).toBeCloseTo(Math.sqrt(4 * 107.5), 5);
    });
  });

  describe('#restore()', () => {
    it.each([3, 8])('should go on from the means of %d directions as if never stopped', samples => {
      const before = sumsOf(sixteen.slice(0, samples));
      const resumed = new GroupSums(1, 2, 4);
      resumed.restore(samples, Float32Array.from(meansOf(before, samples)));
      const after = sumsOf(sixteen.slice(samples), samples, resumed);
      expect(meansOf(after, 16)).toEqual(meansOf(sumsOf(sixteen), 16));
    });

    it('should refuse means of another shape', () => {
      expect(() => new GroupSums(1, 2, 4).restore(8, new Float32Array(6))).toThrow(
        '6 group means were given, 8 groups of 1 rows of 2 are needed'
      );
    });
  });
});
