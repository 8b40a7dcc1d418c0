// Bundles and runs one of the benchmarks beside this file: node test/bench/run.mjs NAME [arguments]
import { spawnSync } from 'node:child_process';
import path from 'node:path';

import { build } from 'esbuild';

const ROOT = path.resolve(import.meta.dirname, '..', '..');
const FOLDER = path.join(ROOT, '.cache', 'bench');
const [name, ...rest] = process.argv.slice(2);

if (name === undefined) {
  console.error('node test/bench/run.mjs bench | coverage');
  process.exit(2);
}
const options = {
  absWorkingDir: ROOT,
  outdir: FOLDER,
  entryNames: '[name]',
  outExtension: { '.js': '.cjs' },
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  external: ['@tensorflow/tfjs-node', 'esbuild'],
  logLevel: 'error'
};
await build({ ...options, entryPoints: ['src/service/main.ts', 'src/service/worker.ts'] });
await build({
  ...options,
  entryPoints: [`test/bench/${name}.ts`, 'test/bench/engine-lane.ts'],
  // Paths are found from the files' own places.
  define: { __dirname: JSON.stringify(path.join(ROOT, 'test')) }
});
const { status } = spawnSync(process.execPath, [path.join(FOLDER, `${name}.cjs`), ...rest], {
  stdio: 'inherit'
});
process.exit(status ?? 1);
