// Installs the npm packages of the lock file, where node_modules holds something else.
import fs from 'node:fs';

import lockfile from '../support/lockfile.cjs';
import { inRoot, ROOT } from '../support/places.mjs';
import { lastLines, npmCommand, run } from '../support/process.mjs';
import { SetupError, timed } from '../support/report.mjs';

const readJson = file => JSON.parse(fs.readFileSync(file, 'utf8'));

function installed() {
  const own = inRoot('node_modules', '.package-lock.json');
  return (
    fs.existsSync(own) &&
    lockfile.lockDifference(readJson(inRoot('package-lock.json')), readJson(own)) === null
  );
}

export async function ensureNodePackages() {
  if (installed()) return;
  await timed('installing the Node packages (npm ci, some 500)', async () => {
    const [command, ...args] = npmCommand();
    const { code, output } = await run(command, [...args, 'ci', '--no-progress'], { cwd: ROOT });
    if (code !== 0) {
      throw new SetupError(
        `npm ci failed: ${lastLines(output, 4)}`,
        'check the network and the registry that npm uses (npm config get registry), then run this again'
      );
    }
  });
}
