// Chromium for the browser tests: found on the machine, kept from the network, with a registry of tests that fail on any request to it.
import { execFileSync } from 'node:child_process';
import { chromium } from 'playwright-core';

import { keepLocal, strangers } from './local.mjs';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--force-color-profile=srgb',
  '--font-render-hinting=none',
  // Also what no event tells of finds no other machine.
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost'
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

/** Every context of it is watched: what it asks of other machines is in `strangers`, and fails the test. */
export async function launchChromium(options = {}) {
  const executablePath = findChromium();
  if (executablePath === null) {
    throw new Error('no Chromium found; install one (Debian: apt-get install chromium) or set CHROMIUM');
  }
  const browser = await chromium.launch({
    executablePath,
    headless: true,
    ...options,
    args: [...FLAGS, ...(options.args ?? [])]
  });
  return keepLocal(browser);
}

/** Tests in the order they are registered; `run` prints one line each and `N passed, N failed`. A request to another machine fails the test. */
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
          // What was asked between two tests counts for the second.
          if (strangers.length > 0) throw new Error(`asked of other machines: ${strangers.join(', ')}`);
          passed++;
          log(`  ok    ${name} (${Math.round(performance.now() - start)} ms)`);
        } catch (error) {
          failed++;
          strangers.length = 0;
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
