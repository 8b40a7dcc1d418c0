import { jestCounts, junitCounts, lineCounts, settle, total } from '../../scripts/support/counts.cjs';

describe('jestCounts', () => {
  it('should count a file that could not run as a failure', () => {
    const report = { numPassedTests: 12, numFailedTests: 2, numRuntimeErrorTestSuites: 1 };
    expect(jestCounts(JSON.stringify(report))).toEqual({ passed: 12, failed: 3 });
  });
});

describe('junitCounts', () => {
  it('should take errors as failures and leave out what was skipped', () => {
    const xml =
      '<?xml version="1.0"?><testsuites name="pytest tests"><testsuite name="pytest" errors="1" failures="2" skipped="3" tests="20" time="1.5"><testcase name="a" tests="7"/></testsuite></testsuites>';
    expect(junitCounts(xml)).toEqual({ passed: 14, failed: 3 });
  });

  it('should add up several suites', () => {
    const suite = '<testsuite errors="0" failures="0" skipped="0" tests="4"></testsuite>';
    expect(junitCounts(suite + suite)).toEqual({ passed: 8, failed: 0 });
  });
});

describe('lineCounts', () => {
  it('should read the last line of its form', () => {
    expect(lineCounts('1 passed, 0 failed\n…\n31 passed, 2 failed\nbye\n')).toEqual({
      passed: 31,
      failed: 2
    });
  });

  it('should refuse output without such a line', () => {
    expect(() => lineCounts('it says 3 passed, 0 failed somewhere')).toThrow('no line');
  });
});

describe('settle', () => {
  it('should leave sound counts as they are', () => {
    expect(settle({ passed: 5, failed: 0 }, true)).toEqual({ passed: 5, failed: 0 });
    expect(settle({ passed: 5, failed: 2 }, false)).toEqual({ passed: 5, failed: 2 });
  });

  it('should find fault with a suite that left no report, ran nothing, or ended badly', () => {
    expect(settle(null, true)).toEqual({ passed: 0, failed: 1 });
    expect(settle({ passed: 0, failed: 0 }, true)).toEqual({ passed: 0, failed: 1 });
    expect(settle({ passed: 5, failed: 0 }, false)).toEqual({ passed: 5, failed: 1 });
  });
});

describe('total', () => {
  it('should add up, and be nothing for nothing', () => {
    expect(total([])).toEqual({ passed: 0, failed: 0 });
    expect(
      total([
        { passed: 1, failed: 2 },
        { passed: 3, failed: 4 }
      ])
    ).toEqual({ passed: 4, failed: 6 });
  });
});
