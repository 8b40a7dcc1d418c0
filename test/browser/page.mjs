// A story as an HTML page, opened from the disk as somebody does who got it by mail: node test/browser/page.mjs [--only PART] [--shots FOLDER]
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

import { createRegistry, launchChromium } from './chromium.mjs';

const ROOT = resolve(import.meta.dirname, '../..');
const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const TINY = join(ROOT, 'test/fixtures/tiny-bert');
const KEYS = 'The keys to the old cabinet are on the kitchen table.';
const LONG =
  'The keys to the old cabinet are on the kitchen table, and she did not know that the door behind it had been open since the early morning.';
const HOSTILE = '</script><script>window.hit=1</script><img src=x onerror="window.hit=1"> \u2028 <b>cat</b>';
const { values: options } = parseArgs({
  options: { only: { type: 'string', default: '' }, shots: { type: 'string' } }
});
const SHOTS = options.shots === undefined ? null : resolve(options.shots);

const { test, run } = createRegistry();
const folder = mkdtempSync(join(tmpdir(), 'bertstory-page-'));
const browser = await launchChromium();

/** Has the command line write a page. */
function made(name, text, ...args) {
  const file = join(folder, `${name}.html`);
  execFileSync(join(ROOT, '.venv/bin/bertstory'), ['tell', text, ...args, '--out', file], { stdio: 'pipe' });
  return file;
}

/** Opens a page from the disk, runs the body, and fails on anything that it asks for or complains of. */
function pageTest(name, file, body, context = {}) {
  test(name, async () => {
    const own = await browser.newContext({ viewport: { width: 1000, height: 900 }, ...context });
    const page = await own.newPage();
    const asked = [];
    const faults = [];
    page.on('request', request => asked.push(request.url()));
    page.on('pageerror', error => faults.push(error.message));
    page.on('console', message => faults.push(message.text()));
    try {
      await page.goto(pathToFileURL(file()).href);
      if (context.javaScriptEnabled !== false) {
        await page.waitForSelector('.bs-triptych .main-svg');
        await settle(page);
      }
      await body(page);
      assert.deepEqual(faults, []);
      const others = asked.filter(url => !url.startsWith('data:') && !url.startsWith('blob:'));
      assert.deepEqual(others, [pathToFileURL(file()).href], 'the page asks for itself alone');
    } finally {
      await own.close();
    }
  });
}

const settle = page =>
  page.evaluate(() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))));
const lede = page => page.locator('.bs-lede').textContent();
const title = page => page.locator('.bs-triptych .bs-section-name').textContent();
const image = (page, index) =>
  page.evaluate(
    at => document.querySelectorAll('.bs-triptych .heatmaplayer image')[at]?.getAttribute('href'),
    index
  );
const shoot = async (page, name) => {
  if (SHOTS !== null) {
    mkdirSync(SHOTS, { recursive: true });
    await page.screenshot({ path: join(SHOTS, `${name}.png`), fullPage: true });
  }
};
const violations = async page => {
  // As the test's own script, which the page's policy does not let in by an element.
  await page.evaluate(await readFile(AXE, 'utf8'));
  const found = await page.evaluate(() => window.axe.run());
  return found.violations.map(
    ({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 160)} ${nodes[0].failureSummary}`
  );
};

const lazily = make => {
  let file;
  return () => (file ??= make());
};
const keys = lazily(() => made('keys', KEYS, '--samples', '16'));
const hostile = lazily(() => made('hostile', HOSTILE, '--model', TINY, '--exact'));

test('the command line writes pages', () => {
  const long = made('long', LONG, '--samples', '16');
  console.log(`        ${statSync(keys()).size} bytes for 14 tokens, ${statSync(long).size} for 32 tokens`);
  assert.ok(statSync(long).size < 4e6);
});

pageTest('opened from the disk it draws the linked view', keys, async page => {
  assert.equal(await page.title(), `${KEYS} · all-MiniLM-L6-v2 · bertstory`);
  assert.match(await lede(page), /^In head \d\.\d+, \S+ attends most to .*depends most on/);
  assert.match(
    await page.locator('.bs-status-text').textContent(),
    /^No kernel: .*16 of 384 directions, cells ±/
  );
  assert.equal(await page.getByRole('gridcell', { name: /^Head / }).count(), 72);
  assert.match(
    await page.locator('body > footer').textContent(),
    /all-MiniLM-L6-v2 · BertModel · 6 layers × 12 heads/
  );
  await shoot(page, 'page-light');
});

pageTest('a click on a head changes title, sentence and maps; pointing previews', keys, async page => {
  const before = [await image(page, 0), await image(page, 1)];
  await page.getByRole('gridcell', { name: 'Head 2.3,' }).click();
  await page.mouse.move(5, 5);
  await settle(page);
  assert.equal(await title(page), 'Head 2.3');
  assert.match(await lede(page), /^In head 2\.3, /);
  assert.notEqual(await image(page, 0), before[0]);
  assert.notEqual(await image(page, 1), before[1]);
  await page.getByRole('gridcell', { name: 'Head 4.7,' }).hover();
  await settle(page);
  assert.equal(await title(page), 'Head 4.7');
  await page.mouse.move(5, 5);
  await settle(page);
  assert.equal(await title(page), 'Head 2.3');
});

pageTest('by keyboard alone: a token, a head, a measure', keys, async page => {
  const focused = () => page.evaluate(() => document.activeElement.getAttribute('role'));
  for (let i = 0; i < 12 && (await focused()) !== 'option'; i++) await page.keyboard.press('Tab');
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await settle(page);
  assert.match(await lede(page), /^In head \d\.\d+, keys /);
  for (let i = 0; i < 12 && (await focused()) !== 'gridcell'; i++) await page.keyboard.press('Tab');
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowRight');
  await settle(page);
  assert.match(await title(page), /^Head \d\.1$/);
  await page.getByLabel('Measure', { exact: true }).selectOption('cosine');
  await settle(page);
  assert.match(
    await page.getByRole('gridcell', { name: /^Head 0\.0,/ }).getAttribute('aria-label'),
    /Cosine/
  );
});

pageTest('switches: words, without special tokens', keys, async page => {
  await page.getByRole('button', { name: 'Special tokens' }).click();
  await settle(page);
  assert.equal(await page.locator('.bs-token.bs-off').count(), 2);
  assert.doesNotMatch(await lede(page), /\[CLS\]|\[SEP\]/);
});

pageTest('light and dark as the system has it, also while it is open', keys, async page => {
  const theme = () => page.locator('.bs-root').getAttribute('data-theme');
  assert.equal(await theme(), 'light');
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.waitForFunction(() => document.querySelector('.bs-root').dataset.theme === 'dark');
  await settle(page);
  await shoot(page, 'page-dark');
  await page.setViewportSize({ width: 1500, height: 900 });
  await settle(page);
  await shoot(page, 'page-dark-1500');
  await page.setViewportSize({ width: 620, height: 900 });
  await page.emulateMedia({ colorScheme: 'light' });
  await page.waitForFunction(() => document.querySelector('.bs-root').dataset.theme === 'light');
  await settle(page);
  await shoot(page, 'page-light-620');
});

for (const colorScheme of ['light', 'dark']) {
  pageTest(
    `access: no violation, ${colorScheme}`,
    keys,
    async page => assert.deepEqual(await violations(page), []),
    { colorScheme }
  );
}

pageTest(
  'without scripts it shows the sentence and the picture',
  keys,
  async page => {
    assert.match(await page.locator('noscript p').first().innerText(), /^In head \d\.\d+, /);
    assert.ok((await page.locator('noscript figure > svg').boundingBox()).width > 600);
    await shoot(page, 'page-no-scripts');
  },
  { javaScriptEnabled: false }
);

pageTest(
  'printed it shows the head that is selected, in the colours of paper',
  keys,
  async page => {
    await page.getByRole('gridcell', { name: 'Head 2.3,' }).click();
    await settle(page);
    const pdf = await page.pdf();
    assert.equal(pdf.subarray(0, 4).toString(), '%PDF');
    await page.emulateMedia({ media: 'print' });
    assert.equal(await page.locator('.bs-root').isVisible(), false);
    assert.match(await page.locator('.bs-paper svg > title').textContent(), /^In head 2\.3, /);
    assert.equal(await page.locator('.bs-paper svg > rect').first().getAttribute('fill'), '#ffffff');
    await shoot(page, 'page-printed');
  },
  { colorScheme: 'dark' }
);

pageTest('a text that would be markup stays text', hostile, async page => {
  assert.equal(await page.evaluate(() => window.hit), undefined);
  assert.equal(await page.locator('body img, body b').count(), 0);
  assert.match(await page.locator('h1').textContent(), /<script>window\.hit=1<\/script>/);
  await shoot(page, 'page-hostile');
});

test('its policy keeps everything from the network, and other scripts from running', async () => {
  const page = await browser.newPage();
  await page.goto(pathToFileURL(keys()).href);
  const refused = await page.evaluate(async () => {
    const violated = [];
    document.addEventListener('securitypolicyviolation', event => violated.push(event.effectiveDirective));
    await fetch('http://127.0.0.1:9/').catch(() => {});
    document.body.append(Object.assign(document.createElement('img'), { src: 'http://127.0.0.1:9/a.png' }));
    document.body.append(Object.assign(document.createElement('script'), { textContent: 'window.hit = 1' }));
    document.body.append(Object.assign(document.createElement('iframe'), { src: 'http://127.0.0.1:9/' }));
    try {
      new WebSocket('ws://127.0.0.1:9/');
    } catch {
      // Some browsers throw.
    }
    await new Promise(done => setTimeout(done, 100));
    return { violated: violated.sort(), ran: 'hit' in window };
  });
  assert.deepEqual(refused, {
    violated: ['connect-src', 'connect-src', 'frame-src', 'img-src', 'script-src-elem'],
    ran: false
  });
  await page.close();
});

let good = false;
try {
  good = await run({ only: options.only });
} finally {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = good ? 0 : 1;
