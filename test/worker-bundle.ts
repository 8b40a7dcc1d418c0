// The thread of the portable engine as a file that Node can start, bundled as scripts/build-service.mjs does it.

import path from 'node:path';

import { buildSync } from 'esbuild';

const ROOT = path.resolve(__dirname, '..');

/** Bundled anew by every test file that asks, apart for each worker of the test run. */
export function buildWorker(): string {
  const outfile = path.join(
    ROOT,
    '.cache',
    `test-worker-${process.env['JEST_WORKER_ID'] ?? 0}`,
    'worker.cjs'
  );
  buildSync({
    absWorkingDir: ROOT,
    entryPoints: ['src/service/worker.ts'],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    logLevel: 'error'
  });
  return outfile;
}
