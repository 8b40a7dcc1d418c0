// Installs Debian packages where that is possible without asking: as root, with apt-get.
import { lastLines, onPath, run } from '../support/process.mjs';

const INSTALL = ['install', '-q', '-y', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=120'];

let updated = false;

/**
 * Installs packages with apt-get.
 * @param {readonly string[]} packages
 * @returns {Promise<string | null>} null when they are installed, else why not
 */
export async function aptInstall(packages) {
  if (onPath(['apt-get']) === null) return 'there is no apt-get';
  if (process.getuid?.() !== 0) return 'apt-get needs root';
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  if (!updated) {
    await run('apt-get', ['update', '-q'], { env });
    updated = true;
  }
  const { code, output } = await run('apt-get', [...INSTALL, ...packages], {
    env
  });
  return code === 0 ? null : lastLines(output);
}
