// Takes pictures of the view in every state that matters: node test/browser/harness/shots.mjs FOLDER [PART OF A NAME]
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { launchChromium } from '../chromium.mjs';
import { serveHarness } from './server.mjs';

const state = view => ({ state: JSON.stringify(view) });
const SHOTS = {
  'keys-light-600': { w: 600 },
  'keys-light-900': { w: 900 },
  'keys-dark-900': { w: 900, theme: 'dark' },
  'keys-light-1400': { w: 1400 },
  'keys-dark-1400': { w: 1400, theme: 'dark' },
  'keys-dark-600': { w: 600, theme: 'dark' },
  'keys-dejavu-600': { w: 600, font: 'DejaVu Sans' },
  'keys-dejavu-900': { w: 900, font: 'DejaVu Sans' },
  'bank-light-600': { story: 'bank', w: 600 },
  'bank-dark-1400': { story: 'bank', w: 1400, theme: 'dark' },
  'bank-group-words-900': {
    story: 'bank',
    w: 900,
    ...state({
      heads: [
        [0, 3],
        [3, 4],
        [3, 5]
      ],
      measure: 'jensen_shannon',
      order: 'mismatch',
      switches: { special: 'drop', own: 'keep', units: 'words' }
    })
  },
  'long-light-1400': { story: 'n45x6', w: 1400 },
  'long-dark-900': { story: 'n45x6', w: 900, theme: 'dark' },
  'n128-light-900': { story: 'n128', w: 900 },
  'n128-light-600': { story: 'n128', w: 600 },
  'n512-light-900': { story: 'n512', w: 900 },
  'n512-dark-1400': { story: 'n512', w: 1400, theme: 'dark' },
  'pending-900': { step: 'pending' },
  'pending-dark-1400': { step: 'pending', w: 1400, theme: 'dark' },
  'sampled-900': { step: 'sampled16' },
  'stopped-900': { step: 'stopped' },
  'failed-900': { step: 'failed' },
  'saved-900': { step: 'saved' },
  'sqrt-1400': { story: 'n45x6', w: 1400, ...state({ scale: 'sqrt' }) },
  'own-900': { w: 900, ...state({ switches: { own: 'drop' } }) },
  'hover-900': { hover: [2, 7] },
  'cell-hover-900': { point: [0.75, 0.3] },
  'table-900': { press: 'Table' },
  'export-900': { press: 'Export' },
  'html-900': { story: 'html' },
  'hebrew-900': { story: 'hebrew' },
  'mixed-900': { story: 'mixed' },
  'empty-900': { story: 'empty' },
  'word-600': { story: 'word', w: 600 }
};

const [folder = 'shots', only = ''] = process.argv.slice(2);
await mkdir(folder, { recursive: true });
const harness = await serveHarness();
console.log(harness.bytes);
const browser = await launchChromium();
for (const [name, shot] of Object.entries(SHOTS).filter(([key]) => key.includes(only))) {
  const { hover, point, press, ...query } = shot;
  const page = await browser.newPage({ viewport: { width: (query.w ?? 900) + 84, height: 800 } });
  page.on('pageerror', error => console.log(name, 'ERROR', error.message));
  page.on(
    'console',
    message => ['error', 'warning'].includes(message.type()) && console.log(name, message.text())
  );
  await page.goto(`${harness.url}?${new URLSearchParams(query)}`);
  await page.waitForSelector('body[data-ready]');
  await page
    .waitForFunction(() => document.querySelectorAll('.bs-plot svg').length > 0, null, { timeout: 10000 })
    .catch(() => {});
  await page.waitForTimeout(300);
  if (hover) {
    await page.hover(`[data-layer="${hover[0]}"][data-head="${hover[1]}"]`);
  }
  if (point) {
    const box = await page.locator('.bs-canvases').nth(1).boundingBox();
    await page.mouse.move(box.x + point[0] * box.width, box.y + point[1] * box.height);
  }
  if (press) {
    await page.getByRole('button', { name: press }).click();
  }
  await page.waitForTimeout(150);
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
  await page.close();
}
await browser.close();
await harness.close();
