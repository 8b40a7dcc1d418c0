import { Pace } from '../../src/gradient/pace';

describe('Pace', () => {
  it('should be the guess until something was done', () => {
    const pace = new Pace(3);
    expect(pace.secondsPerOperation).toBe(3);
    pace.mark(0, 100);
    expect(pace.secondsPerOperation).toBe(3);
    expect(pace.measured).toBe(false);
    pace.mark(4, 102);
    expect(pace.measured).toBe(true);
    expect(pace.secondsPerOperation).toBe(0.5);
  });

  it('should not be confused by reports of the same standing', () => {
    const pace = new Pace(3);
    pace.mark(0, 0);
    pace.mark(4, 100);
    pace.mark(4, 101);
    expect(pace.secondsPerOperation).toBe(25);
  });

  it('should forget what is more than ten seconds old', () => {
    const pace = new Pace(3);
    pace.mark(0, 0);
    pace.mark(100, 1);
    for (let second = 2; second <= 20; second++) {
      pace.mark(100 + (second - 1) * 2, second);
    }
    expect(pace.secondsPerOperation).toBeCloseTo(0.5, 6);
  });
});
