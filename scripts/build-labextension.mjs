// Bundles lib/ into the prebuilt JupyterLab extension bertstory/labextension and says how large it is.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

import { inRoot, ROOT } from './support/places.mjs';
import { printSizes } from './support/sizes.mjs';

const OUTPUT = inRoot('bertstory', 'labextension');
const require = createRequire(import.meta.url);
const builder = path.join(path.dirname(require.resolve('@jupyter/builder')), 'build-labextension.js');
const core = inRoot('node_modules', '@jupyterlab', 'core-meta', 'core.package.json');

// Names of bundles carry hashes: those of earlier builds would stay beside the new ones. A build that fails leaves the last one.
const before = inRoot('.cache', 'labextension-before');
fs.rmSync(before, { recursive: true, force: true });
if (fs.existsSync(OUTPUT)) {
  fs.mkdirSync(path.dirname(before), { recursive: true });
  fs.renameSync(OUTPUT, before);
}
const { status } = spawnSync(process.execPath, [builder, '--core-package-file', core, '.'], {
  cwd: ROOT,
  stdio: 'inherit'
});
if (status !== 0) {
  fs.rmSync(OUTPUT, { recursive: true, force: true });
  if (fs.existsSync(before)) fs.renameSync(before, OUTPUT);
  process.exit(status ?? 1);
}
fs.rmSync(before, { recursive: true, force: true });
// JupyterLab reads it to say how to uninstall.
fs.copyFileSync(inRoot('install.json'), path.join(OUTPUT, 'install.json'));
printSizes(path.join(OUTPUT, 'static'), name => name.endsWith('.js'));
