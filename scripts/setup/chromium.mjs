// Finds a Chromium for the browser tests, or installs Debian's.
import { onPath } from '../support/process.mjs';
import { sayMissing, timed } from '../support/report.mjs';
import { aptInstall } from './apt.mjs';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];

export async function ensureChromium() {
  if (process.env.CHROMIUM || onPath(NAMES) !== null) return;
  const refusal = await timed('installing Chromium for the browser tests (apt-get)', () =>
    aptInstall(['chromium', 'fonts-dejavu-core'])
  );
  if (refusal === null) return;
  sayMissing({
    message: `no Chromium on PATH, and it could not be installed: ${refusal}`,
    hint: 'install Chromium or Chrome, or name one: CHROMIUM=/path/to/chromium npm test; without it the browser tests fail'
  });
}
