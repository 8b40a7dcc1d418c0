// How many tests passed and failed? Reads the reports of jest and pytest, and lines that read `N passed, N failed`.

/** @typedef {{passed: number, failed: number}} Counts */

/**
 * Counts of jest's JSON report; a file that could not run at all is one failure.
 * @param {string} json
 * @returns {Counts}
 */
function jestCounts(json) {
  const report = JSON.parse(json);
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + report.numRuntimeErrorTestSuites
  };
}

/**
 * Counts of a JUnit report as pytest writes it: the attributes of its `<testsuite>` elements, added up.
 * @param {string} xml
 * @returns {Counts}
 */
function junitCounts(xml) {
  const counts = { passed: 0, failed: 0 };
  for (const [element] of xml.matchAll(/<testsuite\s[^>]*>/g)) {
    /** @param {string} name */
    const attribute = name => Number(new RegExp(`\\s${name}="(\\d+)"`).exec(element)?.[1] ?? 0);
    const failed = attribute('failures') + attribute('errors');
    counts.failed += failed;
    counts.passed += attribute('tests') - failed - attribute('skipped');
  }
  return counts;
}

/**
 * Counts of the last line that reads `N passed, N failed`.
 * @param {string} output
 * @returns {Counts}
 * @throws {Error} where there is no such line
 */
function lineCounts(output) {
  const line = [...output.matchAll(/^(\d+) passed, (\d+) failed\r?$/gm)].at(-1);
  if (line === undefined) throw new Error('no line reads "N passed, N failed"');
  return { passed: Number(line[1]), failed: Number(line[2]) };
}

/**
 * What a suite counts for: its own counts, plus a failure where it left no report, ran nothing, or ended badly though none of its tests failed.
 * @param {Counts | null} counts null where it left no report
 * @param {boolean} succeeded whether its process ended with 0
 * @returns {Counts}
 */
function settle(counts, succeeded) {
  if (counts === null) return { passed: 0, failed: 1 };
  const honest = counts.failed > 0 || (succeeded && counts.passed > 0);
  return honest ? counts : { ...counts, failed: 1 };
}

/**
 * The sum of all counts.
 * @param {readonly Counts[]} all
 * @returns {Counts}
 */
function total(all) {
  return {
    passed: all.reduce((sum, counts) => sum + counts.passed, 0),
    failed: all.reduce((sum, counts) => sum + counts.failed, 0)
  };
}

module.exports = { jestCounts, junitCounts, lineCounts, settle, total };
