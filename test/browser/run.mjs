// All browser tests: the views on a page of their own, then the quick start in JupyterLab. Ends with `N passed, N failed`.
import { spawn } from 'node:child_process';
import { join } from 'node:path';

const SUITES = ['views.mjs', 'notebook.mjs'];

/** Runs one suite, shows what it prints, and reads the counts from its last line. */
function perform(suite) {
  return new Promise(done => {
    const program = spawn(process.execPath, [join(import.meta.dirname, suite)], {
      stdio: ['ignore', 'pipe', 'inherit']
    });
    let output = '';
    program.stdout.on('data', chunk => {
      output += chunk;
      process.stdout.write(chunk);
    });
    program.once('close', code => {
      const [, passed = 0, failed = 0] = /(\d+) passed, (\d+) failed\s*$/.exec(output) ?? [];
      const broken = code !== 0 && Number(failed) === 0 ? 1 : 0;
      done({ passed: Number(passed), failed: Number(failed) + broken });
    });
  });
}

const total = { passed: 0, failed: 0 };
for (const suite of SUITES) {
  console.log(suite);
  const { passed, failed } = await perform(suite);
  total.passed += passed;
  total.failed += failed;
}
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 ? 0 : 1;
