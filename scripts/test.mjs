// Runs every check there is: set-up, style, types, unit tests, Python tests against the real service, JupyterLab in a browser.
//
//   npm test                           everything
//   npm test -- --only unit,python     some checks: lint format types ruff ruff-format mypy unit python browser
//   npm test -- --no-setup             without the set-up
//
// Ends with one line `N passed, N failed`; a check without tests of its own counts as one.
import { parseArgs } from 'node:util';

import { CHECKS, LANES } from './checks.mjs';
import { setUpOrSay } from './setup.mjs';
import counts from './support/counts.cjs';
import { since } from './support/report.mjs';

/** Runs one check and says how it went; what it printed is shown only when something failed. */
async function perform(name) {
  const start = performance.now();
  const { passed, failed, output } = await CHECKS[name]();
  if (failed > 0) console.log(`\n----- ${name}\n${output.trim()}\n-----`);
  const mark = failed > 0 ? 'FAILED' : 'ok';
  console.log(`${mark.padEnd(6)} ${name.padEnd(12)} ${passed} passed, ${failed} failed, ${since(start)}`);
  return { passed, failed };
}

/** Lanes of one group run beside each other, the checks of a lane one after the other, the groups too. */
async function performAll(wanted) {
  const results = [];
  for (const group of LANES) {
    const lanes = group.map(async lane => {
      for (const name of lane.filter(check => wanted.has(check))) results.push(await perform(name));
    });
    await Promise.all(lanes);
  }
  return results;
}

/** The command line, or null (and a line about it) when it makes no sense. */
function options() {
  try {
    const { values } = parseArgs({
      options: { only: { type: 'string' }, 'no-setup': { type: 'boolean' } }
    });
    const names = Object.keys(CHECKS);
    const wanted = values.only?.split(',') ?? names;
    const unknown = wanted.find(name => !names.includes(name));
    if (unknown !== undefined) throw new Error(`--only takes ${names.join(', ')}; not ${unknown}`);
    return { wanted: new Set(wanted), prepare: values['no-setup'] !== true };
  } catch (error) {
    console.error(error.message);
    return null;
  }
}

async function main() {
  const chosen = options();
  if (chosen === null) return 2;
  const start = performance.now();
  const ready = !chosen.prepare || (await setUpOrSay({ tests: true }));
  const results = await performAll(chosen.wanted);
  if (!ready) results.push({ passed: 0, failed: 1 });
  const { passed, failed } = counts.total(results);
  console.log(`all checks: ${since(start)}${ready ? '' : '; the set-up is not complete'}`);
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

process.exitCode = await main();
