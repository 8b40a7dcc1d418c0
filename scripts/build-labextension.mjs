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

// Names of bundles carry hashes: those of earlier builds would stay beside the new ones.
fs.rmSync(OUTPUT, { recursive: true, force: true });
const { status } = spawnSync(process.execPath, [builder, '--core-package-file', core, '.'], {
  cwd: ROOT,
  stdio: 'inherit'
});
if (status !== 0) process.exit(status ?? 1);
// JupyterLab reads it to say how to uninstall.
fs.copyFileSync(inRoot('install.json'), path.join(OUTPUT, 'install.json'));
printSizes(path.join(OUTPUT, 'static'), name => name.endsWith('.js'));
