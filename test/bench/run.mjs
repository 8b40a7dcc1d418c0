// Bundles and runs one of the benchmarks beside this file: node test/bench/run.mjs NAME [arguments]
import { spawnSync } from 'node:child_process';
import path from 'node:path';

import { build } from 'esbuild';

const ROOT = path.resolve(import.meta.dirname, '..', '..');
const FOLDER = path.join(ROOT, '.cache', 'bench');
const [name, ...rest] = process.argv.slice(2);

if (name === undefined) {
  console.error('node test/bench/run.mjs coverage | options | time-tell');
  process.exit(2);
}
await build({
  absWorkingDir: ROOT,
  entryPoints: [`test/bench/${name}.ts`, 'src/service/worker.ts'],
  outdir: FOLDER,
  entryNames: '[name]',
  outExtension: { '.js': '.cjs' },
  // Paths are found from the files' own places.
  define: { __dirname: JSON.stringify(path.join(ROOT, 'test')) },
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  external: ['@tensorflow/tfjs-node', 'esbuild'],
  logLevel: 'error'
});
const { status } = spawnSync(process.execPath, [path.join(FOLDER, `${name}.cjs`), ...rest], {
  stdio: 'inherit'
});
process.exit(status ?? 1);
