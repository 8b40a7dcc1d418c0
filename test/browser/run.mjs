// Every browser test: node test/browser/run.mjs. Each suite is a program of its own; ends with the sum, `N passed, N failed`.
import path from 'node:path';

import counts from '../../scripts/support/counts.cjs';
import { run } from '../../scripts/support/process.mjs';

const SUITES = ['guard.mjs', 'views.mjs', 'page.mjs', 'routes.mjs', 'notebook.mjs'];

async function perform(suite) {
  const { code, output } = await run(process.execPath, [path.join(import.meta.dirname, suite)]);
  console.log(`${suite}\n${output.trimEnd()}`);
  return counts.settle(countsOf(output), code === 0);
}

/** Null where the suite broke off before its last line. */
function countsOf(output) {
  try {
    return counts.lineCounts(output);
  } catch {
    return null;
  }
}

const results = [];
for (const suite of SUITES) results.push(await perform(suite));
const { passed, failed } = counts.total(results);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
