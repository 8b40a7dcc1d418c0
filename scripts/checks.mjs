// The checks that `npm test` runs: each a program, and how its outcome is counted.
import fs from 'node:fs';
import path from 'node:path';

import counts from './support/counts.cjs';
import { CACHE, inRoot, ROOT, venvProgram } from './support/places.mjs';
import { run } from './support/process.mjs';

const REPORTS = path.join(CACHE, 'test');
const installed = (...names) => inRoot('node_modules', ...names);
const node = (...args) => [process.execPath, args];

/** A program that finds fault or does not: one check. */
const whole = (command, args) => async () => {
  const { code, output } = await run(command, args, { cwd: ROOT });
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, output };
};

/** A program that counts its own tests; `read` takes them from what it printed or from the report that it wrote. */
const suite = (command, args, read, report) => async () => {
  if (report !== undefined) {
    fs.mkdirSync(REPORTS, { recursive: true });
    fs.rmSync(report, { force: true });
  }
  const { code, output } = await run(command, args, {
    cwd: ROOT,
    env: { BERTSTORY_NODE: process.execPath, PYTHON: venvProgram('python') }
  });
  let seen = null;
  try {
    seen = read(report === undefined ? output : fs.readFileSync(report, 'utf8'));
  } catch {
    // No report: `settle` makes it a failure.
  }
  return { ...counts.settle(seen, code === 0), output };
};

const jestReport = path.join(REPORTS, 'jest.json');
const pytestReport = path.join(REPORTS, 'pytest.xml');

export const CHECKS = {
  lint: whole(...node(installed('eslint', 'bin', 'eslint.js'), '--max-warnings', '0', '.')),
  format: whole(...node(installed('prettier', 'bin', 'prettier.cjs'), '--check', '--log-level', 'warn', '.')),
  types: whole(...node(installed('typescript', 'bin', 'tsc'), '--build')),
  ruff: whole(venvProgram('ruff'), ['check', '--quiet']),
  'ruff-format': whole(venvProgram('ruff'), ['format', '--check', '--quiet']),
  mypy: whole(venvProgram('mypy'), []),
  unit: suite(
    ...node(installed('jest', 'bin', 'jest.js'), '--ci', '--json', `--outputFile=${jestReport}`),
    counts.jestCounts,
    jestReport
  ),
  python: suite(
    venvProgram('python'),
    ['-m', 'pytest', '-q', `--junitxml=${pytestReport}`],
    counts.junitCounts,
    pytestReport
  ),
  browser: suite(...node(inRoot('test', 'browser', 'run.mjs')), counts.lineCounts)
};

/** Groups of lanes: see `performAll`. Two lanes fill two cores; the browser tests keep time, so nothing runs beside them. */
export const LANES = [
  [['types', 'lint', 'format', 'ruff', 'ruff-format', 'mypy', 'python'], ['unit']],
  [['browser']]
];
