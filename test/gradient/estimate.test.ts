import { groupsOf, jackknife, type ErrorTally } from '../../src/gradient/estimate';

function errorsOf(means: number[][], share: number): { errors: number[]; tally: ErrorTally } {
  const groups = means.length;
  const sources = means[0]?.length ?? 0;
  const into = new Float32Array(sources);
  const tally = { squares: 0, cells: 0 };
  jackknife(Float32Array.from(means.flat()), { groups, rows: 1, sources, share }, 0, 1, into, tally);
  return { errors: [...into], tally };
}

describe('groupsOf', () => {
  it('should be one group per direction up to 8', () => {
    expect([2, 5, 8, 16, 384].map(groupsOf)).toEqual([2, 5, 8, 8, 8]);
  });
});

describe('jackknife', () => {
  it('should find no error where all groups agree', () => {
    const { errors } = errorsOf(new Array(8).fill([1, 4, 9]), 0.1);
    errors.forEach(error => expect(error).toBeCloseTo(0, 6));
  });

  it('should agree with two groups worked by hand', () => {
    // Without group 0: norms 1, 2; without group 1: norms 3, 1. G: 1/3 and 3/4. SE² = ½ Σ (G − mean)² = (5/12)²/4.
    const { errors } = errorsOf(
      [
        [9, 1],
        [1, 4]
      ],
      0
    );
    const norms = [Math.sqrt(5), Math.sqrt(2.5)];
    const share = (norms[0] ?? NaN) / ((norms[0] ?? NaN) + (norms[1] ?? NaN));
    expect(errors[0]).toBeCloseTo(5 / 24 / share, 6);
    expect(errors[1]).toBeCloseTo(5 / 24 / (1 - share), 6);
  });

  it('should shrink with the share of directions that were seen', () => {
    const means = [
      [9, 1],
      [1, 4]
    ];
    const [all = NaN] = errorsOf(means, 0).errors;
    expect(errorsOf(means, 0.75).errors[0]).toBeCloseTo(all / 2, 6);
    expect(errorsOf(means, 1).errors[0]).toBe(0);
  });

  it('should not depend on the scale of the norms', () => {
    const means = [
      [1, 2, 3],
      [3, 1, 2],
      [2, 2, 5]
    ];
    const { errors } = errorsOf(means, 0.2);
    const scaled = errorsOf(
      means.map(row => row.map(value => value * 1e-6)),
      0.2
    );
    scaled.errors.forEach((error, i) => expect(error).toBeCloseTo(errors[i] ?? NaN, 5));
  });

  it('should count live cells alone: dead ones have errors that mean nothing', () => {
    const { errors, tally } = errorsOf(
      [
        [1, 1, 1e-13, 0],
        [1, 1.2, 2e-13, 0]
      ],
      0
    );
    expect(tally.cells).toBe(2);
    expect(tally.squares).toBeCloseTo((errors[0] ?? NaN) ** 2 + (errors[1] ?? NaN) ** 2, 6);
    expect(errors[3]).toBe(0);
  });

  it('should carry missing rows on and leave them out of the count', () => {
    const { errors, tally } = errorsOf(
      [
        [NaN, NaN],
        [NaN, NaN]
      ],
      0
    );
    expect(errors).toEqual([NaN, NaN]);
    expect(tally.cells).toBe(0);
  });
});
