// Shows bertstory: sets up, tells the story of one sentence in the terminal, opens JupyterLab on the first example.
//
//   npm start                      everything
//   npm start -- --no-lab          the terminal only
//   npm start -- --port 8890       JupyterLab's port
import os from 'node:os';
import { parseArgs } from 'node:util';

import { setUpOrSay } from './setup.mjs';
import { ROOT, venvProgram } from './support/places.mjs';
import { onPath, run } from './support/process.mjs';

const SENTENCE = 'The keys to the old cabinet are on the kitchen table.';
/** Seconds instead of minutes on a slow machine: it stops at this error and does not go on to exact. */
const ERROR = '0.05';
const NOTEBOOK = 'examples/01-quick-start.ipynb';
const USAGE = 'usage: npm start -- [--no-lab] [--port NUMBER]';

/** The command line, or null (and a line about it) when it makes no sense. */
function options() {
  try {
    const { values } = parseArgs({ options: { 'no-lab': { type: 'boolean' }, port: { type: 'string' } } });
    if (values.port !== undefined && !/^\d{1,5}$/.test(values.port)) {
      throw new Error(`--port takes a number, not ${values.port}`);
    }
    return { lab: values['no-lab'] !== true, port: values.port };
  } catch (error) {
    console.error(`${error.message}\n${USAGE}`);
    return null;
  }
}

/** Whether a browser window could open here at all. */
function hasDesktop() {
  if (process.platform !== 'linux') return true;
  const display = process.env.DISPLAY || process.env.WAYLAND_DISPLAY;
  return Boolean(display) && onPath(['xdg-open']) !== null;
}

function labArguments(port) {
  return [
    'lab',
    `--LabApp.default_url=/lab/tree/${NOTEBOOK}`,
    // The address is printed all the same.
    '--ServerApp.log_level=WARN',
    '--LabApp.log_level=WARN',
    ...(port === undefined ? [] : [`--port=${port}`]),
    ...(os.userInfo().uid === 0 ? ['--allow-root'] : []),
    ...(hasDesktop() ? [] : ['--no-browser'])
  ];
}

async function main() {
  const chosen = options();
  if (chosen === null) return 2;
  if (!(await setUpOrSay())) return 1;
  const env = { BERTSTORY_NODE: process.execPath };
  const show = { cwd: ROOT, env, show: true };
  console.log(`\n$ bertstory tell "${SENTENCE}" --model minilm --error ${ERROR}\n`);
  const tell = ['tell', SENTENCE, '--model', 'minilm', '--error', ERROR];
  const told = await run(venvProgram('bertstory'), tell, show);
  if (told.code !== 0 || !chosen.lab) return told.code;
  console.log(`\nOpening ${NOTEBOOK} in JupyterLab; Ctrl+C twice ends it.\n`);
  return (await run(venvProgram('jupyter'), labArguments(chosen.port), show)).code;
}

process.exitCode = await main();
