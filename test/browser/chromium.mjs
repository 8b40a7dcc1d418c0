// Chromium for the browser tests: found on the machine, told to ask nothing of the network, and a registry of tests.
import { execFileSync } from 'node:child_process';
import { chromium } from 'playwright-core';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--force-color-profile=srgb',
  '--font-render-hinting=none'
];

/** Path of a Chromium: CHROMIUM, or what is on PATH; null if there is none. */
export function findChromium() {
  if (process.env.CHROMIUM) {
    return process.env.CHROMIUM;
  }
  for (const name of ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']) {
    try {
      return execFileSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim();
    } catch {
      // The next name.
    }
  }
  return null;
}

export async function launchChromium(options = {}) {
  const executablePath = findChromium();
  if (executablePath === null) {
    throw new Error('no Chromium found; install one (Debian: apt-get install chromium) or set CHROMIUM');
  }
  return chromium.launch({
    executablePath,
    headless: true,
    ...options,
    args: [...FLAGS, ...(options.args ?? [])]
  });
}

/** Tests in the order they are registered; `run` prints one line each and `N passed, N failed`. */
export function createRegistry() {
  const tests = [];
  return {
    test(name, body) {
      tests.push({ name, body });
    },
    /** @returns true if all passed; `only` is a part of a name */
    async run({ deadline = 60_000, only = '', log = console.log } = {}) {
      let passed = 0;
      let failed = 0;
      for (const { name, body } of tests.filter(test => test.name.includes(only))) {
        const start = performance.now();
        try {
          await within(deadline, body());
          passed++;
          log(`  ok    ${name} (${Math.round(performance.now() - start)} ms)`);
        } catch (error) {
          failed++;
          log(`  FAIL  ${name}\n        ${String(error?.stack ?? error).replaceAll('\n', '\n        ')}`);
        }
      }
      log(`${passed} passed, ${failed} failed`);
      return failed === 0;
    }
  };
}

function within(milliseconds, promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`took over ${milliseconds} ms`)), milliseconds);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
