// Bundles the compute service into bertstory/service, with all that it needs beside it, so that the Python wheel carries a working one.
//
// @tensorflow/tfjs-node stays outside: its library is half a gigabyte, and the service looks for it when it starts.
import fs from 'node:fs';
import path from 'node:path';

import { build } from 'esbuild';

import { buildPage } from './build-page.mjs';
import { inRoot, ROOT } from './support/places.mjs';
import { printSizes } from './support/sizes.mjs';

const OUTPUT = inRoot('bertstory', 'service');
const ENTRIES = ['src/service/main.ts', 'src/service/worker.ts'];
const packageFolder = name => inRoot('node_modules', ...name.split('/'));

/** What lies beside the bundles: target folder, source folder, files. */
const BESIDE = [
  [
    'wasm',
    path.join(packageFolder('@tensorflow/tfjs-backend-wasm'), 'dist'),
    ['tfjs-backend-wasm.wasm', 'tfjs-backend-wasm-simd.wasm']
  ],
  ['wasm', packageFolder('@resvg/resvg-wasm'), ['index_bg.wasm']],
  ['fonts', path.join(packageFolder('dejavu-fonts-ttf'), 'ttf'), ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf']],
  // `bertstory engine install`
  ['.', inRoot('scripts'), ['engine.mjs', 'engine-proof.cjs']]
];

/** Names of the packages that went into the bundles, besides those whose files lie beside them. */
function packagesOf(inputs) {
  const names = Object.keys(inputs).flatMap(file => {
    const inside = file.split('node_modules/').at(-1);
    if (inside === file || inside === undefined) return [];
    return [inside.split('/', inside.startsWith('@') ? 2 : 1).join('/')];
  });
  return [
    ...new Set([...names, '@tensorflow/tfjs-backend-wasm', '@resvg/resvg-wasm', 'dejavu-fonts-ttf'])
  ].sort();
}

/** Name, version and licence of every package, with the text of the licence where the package has one. */
function licences(packages) {
  return packages
    .map(name => {
      const folder = packageFolder(name);
      const { version, license } = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));
      const file = fs.readdirSync(folder).find(entry => /^licen[sc]e/i.test(entry));
      const text = file === undefined ? '' : `\n${fs.readFileSync(path.join(folder, file), 'utf8').trim()}\n`;
      return `${name} ${version} (${license})\n${text}`;
    })
    .join(`\n${'-'.repeat(80)}\n\n`);
}

/** Bundles into `folder`; exits with esbuild's complaints on stderr when the sources do not fit together. */
async function bundle(folder) {
  const options = {
    absWorkingDir: ROOT,
    entryPoints: ENTRIES,
    outdir: folder,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: ['@tensorflow/tfjs-node'],
    sourcemap: true,
    sourcesContent: false,
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
    // Packages that are asked for by path are those that a checkout has and an installation does not.
    logOverride: { 'require-resolve-not-external': 'silent' }
  };
  try {
    return (await build(options)).metafile;
  } catch {
    process.exit(1);
  }
}

// Made aside, then put in place: a build that fails leaves the last one as it was.
const aside = inRoot('.cache', 'service');
fs.rmSync(aside, { recursive: true, force: true });
const { inputs } = await bundle(aside);
for (const [target, source, files] of BESIDE) {
  fs.mkdirSync(path.join(aside, target), { recursive: true });
  for (const file of files) fs.copyFileSync(path.join(source, file), path.join(aside, target, file));
}
const page = await buildPage();
fs.writeFileSync(path.join(aside, 'page.html'), page.html);
fs.writeFileSync(path.join(aside, 'LICENSES.txt'), licences(packagesOf({ ...inputs, ...page.inputs })));
fs.rmSync(OUTPUT, { recursive: true, force: true });
fs.renameSync(aside, OUTPUT);
printSizes(OUTPUT, name => !name.endsWith('.map'));
