// What must be there before bertstory runs or is tested, and in which order is it made? `npm run setup` makes all of it.
import { pathToFileURL } from 'node:url';

import { buildAll } from './setup/build.mjs';
import { ensureChromium } from './setup/chromium.mjs';
import { ensureEngine } from './setup/native-engine.mjs';
import { ensureNodePackages } from './setup/node-packages.mjs';
import { ensureDemoModel, ensurePythonPackages, ensureVenv, linkLabextension } from './setup/python.mjs';
import { say, sayMissing, SetupError, since } from './support/report.mjs';

const OLDEST_NODE = 20;

/** Waits for all, so that nothing runs on behind a failure; then throws the first failure. */
async function together(...jobs) {
  const failed = (await Promise.allSettled(jobs)).find(({ status }) => status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

/**
 * Does every step that is not up to date.
 * @param {{tests?: boolean, retry?: boolean}} [options] with `tests` also what only the tests need; with `retry` tries again
 *   for the native engine where it was not to be had before
 * @throws {SetupError} when something is missing that nothing works without
 */
export async function setUp({ tests = false, retry = false } = {}) {
  if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE) {
    throw new SetupError(
      `bertstory needs Node ${OLDEST_NODE} or later, this is ${process.versions.node}`,
      'install a later Node, then run this again'
    );
  }
  const start = performance.now();
  await together(
    ensureNodePackages(),
    ensureVenv().then(ensureDemoModel),
    tests ? ensureChromium() : Promise.resolve()
  );
  const packages = async () => {
    await buildAll();
    await ensurePythonPackages({ tests });
    linkLabextension();
  };
  await together(ensureEngine({ retry }), packages());
  say(`ready, ${since(start)}`);
}

/** Does the set-up as a program's first part: what fails is said, not thrown. Whether all went well. */
export async function setUpOrSay(options) {
  try {
    await setUp(options);
    return true;
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    sayMissing(error);
    return false;
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  process.exitCode = (await setUpOrSay({ tests: true, retry: true })) ? 0 : 1;
}
