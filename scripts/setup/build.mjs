// Builds what is older than its sources: the library, the service's bundle, the JupyterLab extension.
import { inRoot, ROOT, stampFile } from '../support/places.mjs';
import { lastLines, run } from '../support/process.mjs';
import { say, SetupError, timed } from '../support/report.mjs';
import stamp from '../support/stamp.cjs';

const COMMON = ['src', 'package.json', 'package-lock.json', 'tsconfig.base.json'];

/** What is built: from which inputs, into what, by which Node program. */
const BUILDS = {
  library: {
    what: 'compiling TypeScript',
    inputs: [...COMMON, 'tsconfig.compute.json', 'tsconfig.service.json', 'tsconfig.browser.json'],
    output: inRoot('lib', 'index.js'),
    program: [
      inRoot('node_modules', 'typescript', 'bin', 'tsc'),
      '--build',
      'tsconfig.service.json',
      'tsconfig.browser.json'
    ],
    // Type errors are the type check's to report; what was emitted runs.
    tolerant: true
  },
  service: {
    what: 'bundling the compute service',
    inputs: [
      ...COMMON,
      'style',
      'scripts/build-service.mjs',
      'scripts/build-page.mjs',
      'scripts/engine.mjs',
      'scripts/engine-proof.cjs'
    ],
    output: inRoot('bertstory', 'service', 'main.cjs'),
    program: [inRoot('scripts', 'build-service.mjs')]
  },
  labextension: {
    what: 'building the JupyterLab extension',
    inputs: [...COMMON, 'style', 'install.json', 'scripts/build-labextension.mjs'],
    output: inRoot('bertstory', 'labextension', 'package.json'),
    program: [inRoot('scripts', 'build-labextension.mjs')]
  }
};

async function build(name) {
  const { what, inputs, output, program, tolerant = false } = BUILDS[name];
  const hash = stamp.hashInputs(ROOT, inputs, [process.version]);
  if (stamp.isCurrent(stampFile(name), hash, [output])) return;
  const { code, output: said } = await timed(what, () => run(process.execPath, program, { cwd: ROOT }));
  if (code !== 0 && !tolerant) {
    throw new SetupError(`${what} failed: ${lastLines(said, 12)}`, 'mend the sources named above');
  }
  if (code !== 0) say(`${what}: there are type errors (npx tsc --build lists them)`);
  stamp.writeStamp(stampFile(name), hash);
}

export async function buildAll() {
  await build('library');
  await build('service');
  await build('labextension');
}
