// The quick start in a real JupyterLab: run it, choose by mouse and keyboard, read the choice in Python, reopen it with and without a kernel.
//
//   node test/browser/notebook.mjs [--only PART OF A NAME] [--shots FOLDER]
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { createRegistry, launchChromium } from './chromium.mjs';
import { openNotebook, startLab } from './lab.mjs';

const NOTEBOOK = '01-quick-start.ipynb';
const { values: options } = parseArgs({
  options: { only: { type: 'string', default: '' }, shots: { type: 'string' } }
});
const SHOTS = resolve(options.shots ?? '.cache/screenshots');

const { test: register, run } = createRegistry();
const browser = await launchChromium();
let lab;
/** The notebook that the tests go on with, in their order. */
let book = null;

/** The first test opens the notebook; where it fails the others would only wait. */
let running = false;
const test = (name, body) =>
  register(name, () => {
    assert.ok(running || book === null, 'the quick start did not run');
    return body();
  });

/** The story of the cell that shows it (the first one in the notebook). */
const story = () => book.page.locator('.bs-root').first();
const lede = () => story().locator('.bs-lede').innerText();
const sectionNames = () => story().locator('.bs-section-name').allInnerTexts();
const selectedHead = () =>
  story().getByRole('gridcell', { selected: true }).first().getAttribute('aria-label');
const token = name =>
  story().getByRole('listbox', { name: 'Query token' }).getByRole('option', { name, exact: true });
const selectedToken = () =>
  story().getByRole('listbox', { name: 'Query token' }).getByRole('option', { selected: true }).innerText();
const inPython = async () => JSON.parse(await book.run('import json; print(json.dumps(story.selection))'));

/** Waits until `read` gives what `wanted` accepts; says what it gave last. */
async function eventually(read, wanted, what, milliseconds = 30_000) {
  let seen;
  const end = Date.now() + milliseconds;
  while (Date.now() < end) {
    seen = await read();
    if (wanted(seen)) return seen;
    await new Promise(done => setTimeout(done, 50));
  }
  throw new Error(`${what}; last seen: ${JSON.stringify(seen)}`);
}

async function drawn() {
  await eventually(
    () => story().locator('.bs-plot .heatmaplayer image, .bs-plot .heatmaplayer path').count(),
    count => count >= 4,
    'the grid and the three maps are drawn'
  );
}

/** Where the machine is slow the default rule stops at an estimate: then the view's own button goes on. */
async function madeExact() {
  const status = story().locator('.bs-status');
  const button = status.getByRole('button', { name: 'Make exact' });
  const exact = status.filter({ hasText: 'Attribution exact' });
  await exact.or(button).first().waitFor({ timeout: 200_000 });
  if (await button.isVisible()) {
    await button.click();
  }
  await exact.waitFor({ timeout: 200_000 });
}

/** Makes the widget that wide, in CSS pixels, and takes a picture of it. */
async function shoot(name, width) {
  mkdirSync(SHOTS, { recursive: true });
  const { page } = book;
  if (width !== null) {
    const box = await story().boundingBox();
    const { width: all, height } = page.viewportSize();
    await page.setViewportSize({ width: Math.round(all + width - box.width), height });
    await eventually(
      async () => (await story().boundingBox()).width,
      seen => Math.abs(seen - width) <= 1,
      `the view is ${width} px wide`
    );
  }
  await story().scrollIntoViewIfNeeded();
  await page.evaluate(() => document.activeElement?.blur());
  await page.mouse.move(0, 0);
  await page.waitForTimeout(500);
  const file = join(SHOTS, `${name}.png`);
  await story().screenshot({ path: file });
  return file;
}

/** A point inside a head's dot of the curve, in pixels of the page; the ring tells where it is drawn. */
async function dotOf(layer, head) {
  const cell = story().getByRole('gridcell', { name: `Head ${layer}.${head},` });
  await cell.hover();
  const ring = story().locator('.bs-dot.bs-pointed');
  await ring.waitFor();
  const box = await ring.boundingBox();
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

test('the quick start runs without an error and draws the linked view', async () => {
  book = await openNotebook(browser, lab, NOTEBOOK);
  await book.command('notebook:run-all-cells');
  await story().waitFor({ timeout: 60_000 });
  await drawn();
  await madeExact();
  // After a run the notebook is scrolled to its end, and hides what is far from there.
  await story().scrollIntoViewIfNeeded();
  await eventually(
    lede,
    text => /^In head \d\.\d+, \S.* attends? most to .*\s%/.test(text),
    'the lede says what the head does'
  );
  assert.equal((await story().getByRole('gridcell').count()) > 0, true);
  const state = await eventually(
    () => book.run('print(story.state, story.running)'),
    text => text === 'exact False',
    'the story is exact'
  );
  assert.equal(state, 'exact False');
  assert.equal(await book.page.locator('.jp-OutputArea-output[data-mime-type*="error"]').count(), 0);
  running = true;
});

test('Python selects: the view follows', async () => {
  await book.run('story.selection = {"layer": 4, "head": 7, "query": 2}');
  await eventually(lede, text => text.startsWith('In head 4.7, keys '), 'the lede follows Python');
  assert.match(await selectedHead(), /^Head 4\.7,/);
});

test('a click on a point of the curve: grid, headline and maps follow, Python too', async () => {
  const { x, y } = await dotOf(2, 3);
  await book.page.mouse.click(x, y);
  await eventually(lede, text => text.startsWith('In head 2.3, keys '), 'the lede follows the click');
  assert.match(await selectedHead(), /^Head 2\.3,/);
  assert.ok((await sectionNames()).includes('Head 2.3'), 'the maps are titled by the head');
  await eventually(inPython, seen => seen.layer === 2 && seen.head === 3, 'Python sees the choice');
});

test('pointing previews a head and lets go of it', async () => {
  const before = await lede();
  await story().getByRole('gridcell', { name: 'Head 5.0,' }).hover();
  await eventually(lede, text => text.startsWith('In head 5.0'), 'the preview shows');
  await book.page.mouse.move(0, 0);
  await eventually(lede, text => text === before, 'the choice is back');
  assert.deepEqual(await inPython().then(({ layer, head }) => [layer, head]), [2, 3]);
});

test('the arrows walk the tokens, and Python sees where they are', async () => {
  await token('cabinet').click();
  await eventually(selectedToken, text => text.includes('cabinet'), 'a click chooses a token');
  await book.page.keyboard.press('ArrowRight');
  await eventually(selectedToken, text => text.includes('are'), 'right goes on');
  await book.page.keyboard.press('ArrowLeft');
  await book.page.keyboard.press('ArrowLeft');
  await eventually(selectedToken, text => text.includes('old'), 'left goes back');
  assert.match(await lede(), /^In head 2\.3, old /);
  await eventually(inPython, seen => seen.query === 5, 'Python sees the token');
});

test('the arrows walk the heads in the grid', async () => {
  await story().getByRole('gridcell', { selected: true }).first().focus();
  await book.page.keyboard.press('ArrowDown');
  await eventually(selectedHead, name => name?.startsWith('Head 3.3,'), 'down is the next layer');
  await book.page.keyboard.press('ArrowRight');
  await eventually(selectedHead, name => name?.startsWith('Head 3.4,'), 'right is the next head');
});

test('another measure is fetched from the kernel and drawn', async () => {
  await story().getByLabel('Measure', { exact: true }).selectOption('jensen_shannon');
  await eventually(
    () => story().innerText(),
    text => text.includes('Mismatch by layer') && /Jensen/.test(text),
    'the curve shows divergences'
  );
  await story().getByLabel('Measure', { exact: true }).selectOption('pearson');
  await eventually(
    () => story().innerText(),
    text => text.includes('Agreement by layer'),
    'and back'
  );
});

for (const theme of ['Light', 'Dark']) {
  test(`pictures, ${theme.toLowerCase()}: 600, 900 and 1400 px`, async () => {
    await book.command('apputils:change-theme', { theme: `JupyterLab ${theme}` });
    await eventually(
      () => story().getAttribute('data-theme'),
      seen => (seen === 'dark') === (theme === 'Dark'),
      'the view follows the theme'
    );
    await book.run('story.selection = {"layer": 5, "head": 0, "query": 6}');
    await eventually(lede, text => text.startsWith('In head 5.0, cabinet '), 'the head of the pictures');
    for (const width of [600, 900, 1400]) {
      await shoot(`live-${theme.toLowerCase()}-${width}`, width);
    }
  });
}

test('reloaded with the kernel alive, the view is live again', async () => {
  await book.command('apputils:change-theme', { theme: 'JupyterLab Light' });
  await book.page.setViewportSize({ width: 1280, height: 1600 });
  await book.command('docmanager:save');
  await book.page.reload();
  await story().waitFor();
  await drawn();
  // The saved view may be there before the kernel is.
  await book.kernelReady();
  // A saved view has nobody to ask; a live one takes what Python says.
  await eventually(
    async () => {
      await book.run('story.selection = {"layer": 1, "head": 1, "query": 2}');
      return lede();
    },
    text => text.startsWith('In head 1.1, keys '),
    'the view follows Python again'
  );
});

test('reopened without a kernel, it still shows and links the views', async () => {
  const text = readFileSync(join(lab.folder, NOTEBOOK), 'utf8');
  const saved = JSON.parse(text);
  saved.metadata.kernelspec = { name: 'not-here', display_name: 'Not here', language: 'python' };
  writeFileSync(join(lab.folder, 'reopened.ipynb'), JSON.stringify(saved));
  const live = book;
  book = await openNotebook(browser, lab, 'reopened.ipynb', { kernel: false });
  try {
    await story().locator('.bs-status', { hasText: 'No kernel: showing what was saved' }).waitFor();
    const { x, y } = await dotOf(4, 6);
    await book.page.mouse.click(x, y);
    await eventually(lede, seen => seen.startsWith('In head 4.6, '), 'the lede follows a click');
    assert.match(await selectedHead(), /^Head 4\.6,/);
    await token('kitchen').click();
    await eventually(lede, seen => seen.startsWith('In head 4.6, kitchen '), 'the query follows');
    await book.page.keyboard.press('ArrowRight');
    await eventually(lede, seen => seen.startsWith('In head 4.6, table '), 'by keyboard too');
    await shoot('reopened-light-900', 900);
    assert.deepEqual(book.failures, [], 'no script failed');
  } finally {
    await book.close();
    book = live;
  }
});

test('the notebook holds the story, its picture and a line of text, and stays small', () => {
  const saved = JSON.parse(readFileSync(join(lab.folder, NOTEBOOK), 'utf8'));
  const outputs = saved.cells.flatMap(cell => cell.outputs ?? []);
  const bundles = outputs
    .map(output => output.data ?? {})
    .filter(data => 'application/vnd.bertstory.v1+json' in data);
  assert.equal(bundles.length, 3, 'the story, the one read from a file, the one of the magic');
  for (const bundle of bundles) {
    assert.ok(bundle['image/png'].length > 10_000, 'a picture for where the extension is missing');
    assert.match([bundle['text/plain']].flat().join(''), /^<Story all-MiniLM-L6-v2: /);
    assert.ok(!('text/html' in bundle) && !('application/vnd.jupyter.widget-view+json' in bundle));
    const bytes = JSON.stringify(bundle).length;
    assert.ok(bytes < 2 * 2 ** 20, `${bytes} bytes`);
    console.log(`        ${bytes} bytes in the notebook`);
  }
});

test('no script failed', () => {
  assert.deepEqual(book.failures, []);
});

let good = false;
try {
  lab = await startLab();
  good = await run({ only: options.only, deadline: 300_000 });
} finally {
  await browser.close();
  await lab?.stop();
}
process.exitCode = good ? 0 : 1;
