// The view and the page around it: text, theme, width, tables, files.
import assert from 'node:assert/strict';
import { viewTest, settle, lede, state, token, mapImage, cell } from './open.mjs';

viewTest('text of a sentence runs nothing and hides nothing', { story: 'html' }, async page => {
  assert.equal(await page.title(), 'bertstory view harness');
  assert.equal(await page.locator('.bs-root img, .bs-root script').count(), 0);
  const pieces = await page.locator('.bs-text').allTextContents();
  assert.ok(
    pieces.includes('<b>') && pieces.includes('<br>') && pieces.includes('&lt;') && pieces.includes('&')
  );
  const labels = await page.locator('.bs-triptych .ytick text').allTextContents();
  for (const label of ['<b>', '</b>', '&', '&lt;', '<br>', '$x^2$', '%{text}']) {
    assert.ok(labels.includes(label), `${label} among ${labels.join(' ')}`);
  }
});

viewTest('a sentence from right to left runs so, and its arrows too', { story: 'hebrew' }, async page => {
  const lefts = await page
    .locator('.bs-token')
    .evaluateAll(all => all.map(one => one.getBoundingClientRect().left));
  assert.deepEqual(
    lefts,
    [...lefts].sort((a, b) => b - a)
  );
  await token(page, 3).click();
  await page.keyboard.press('ArrowLeft');
  assert.deepEqual((await state(page)).queries, [4]);
});

viewTest('without a width nothing is drawn, with one everything', { w: '0' }, async page => {
  assert.equal(await page.locator('.bs-lede').textContent(), '');
  await page.evaluate(() => window.harness.width(900));
  await page.waitForSelector('.bs-triptych .main-svg');
  assert.match(await lede(page), /^In head 5\.0, /);
});

viewTest('widths: stacked, then side by side', {}, async page => {
  for (const [width, size] of [
    [600, 'S'],
    [900, 'M'],
    [1400, 'L']
  ]) {
    await page.evaluate(pixels => window.harness.width(pixels), width);
    await page.waitForFunction(wanted => document.querySelector('.bs-root').dataset.size === wanted, size);
    await settle(page);
    const overflow = await page.evaluate(() => {
      const root = document.querySelector('.bs-root');
      return root.scrollWidth - root.clientWidth;
    });
    assert.ok(overflow <= 0, `nothing sticks out at ${width} px (${overflow})`);
    const [left, right] = await page.evaluate(() =>
      ['.bs-overview .bs-figure', '.bs-triptych .bs-figure'].map(
        one => document.querySelector(one).getBoundingClientRect().y
      )
    );
    assert.equal(left === right, size === 'L');
  }
});

viewTest('the theme of the page is followed while it changes', {}, async page => {
  const before = await mapImage(page, 0);
  await page.evaluate(() => window.harness.theme('dark'));
  await page.waitForSelector('.bs-root[data-theme="dark"]');
  await settle(page);
  assert.notEqual(await mapImage(page, 0), before);
  await page.evaluate(() => window.harness.theme('light'));
  await page.waitForSelector('.bs-root[data-theme="light"]');
  await settle(page);
  assert.equal(await mapImage(page, 0), before);
});

viewTest('tables in the place of the figures, and copied', {}, async page => {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await token(page, 6).focus();
  await page.keyboard.press('t');
  await settle(page);
  assert.equal(await page.locator('.bs-body').isVisible(), false);
  assert.equal(await page.locator('.bs-table').first().locator('tbody tr').count(), 6);
  await page.getByRole('button', { name: 'Copy' }).first().click();
  await page.getByRole('button', { name: 'Copied' }).waitFor();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  assert.equal(copied.split('\n')[1].split('\t').length, 13);
  await page.getByRole('button', { name: 'Table' }).click();
  await settle(page);
  assert.equal(await page.locator('.bs-body').isVisible(), true);
});

const saved = page => page.evaluate(() => window.harness.saved);
const exported = async (page, item, count) => {
  await page.getByRole('button', { name: 'Export' }).click();
  await page.getByRole('menuitem', { name: item }).click();
  await page.waitForFunction(
    number => window.harness.saved.length === number && window.harness.saved.at(-1).text !== '',
    count
  );
  return (await saved(page)).at(-1);
};

viewTest('export: every figure as picture, drawing and numbers', { w: '800' }, async page => {
  const figures = await page.locator('[role=menuitemradio]:not([hidden])').allTextContents();
  assert.deepEqual(figures, [
    'Whole view',
    'Sentence and tokens',
    'All heads',
    'Curve by layer',
    'Maps of the head'
  ]);
  const lines = { csv: [14 * 14 + 1, 14 + 1, 72 + 1, 6 + 1, 14 * 14 + 1] };
  let count = 0;
  for (const [place, figure] of figures.entries()) {
    await page.getByRole('button', { name: 'Export' }).click();
    await page.getByRole('menuitemradio', { name: figure }).click();
    assert.equal(await page.getByRole('menuitemradio', { checked: true }).textContent(), figure);
    await page.keyboard.press('Escape');
    if (place < 2) {
      const png = await exported(page, 'PNG', ++count);
      assert.deepEqual([png.type, png.size > 5000], ['image/png', true]);
    }
    const svg = await exported(page, 'SVG', ++count);
    assert.equal(svg.type, 'image/svg+xml');
    assert.match(svg.text, /^<svg [^]*<text [^]*<\/svg>\s*$/);
    const csv = await exported(page, 'CSV', ++count);
    assert.equal(csv.text.trimEnd().split('\n').length, lines.csv[place], figure);
  }
  assert.deepEqual(
    (await saved(page)).map(file => file.name).filter(name => name.endsWith('.csv')),
    [
      'bertstory-head-5.0.csv',
      'bertstory-sentence-head-5.0.csv',
      'bertstory-all-heads-pearson.csv',
      'bertstory-curve-pearson.csv',
      'bertstory-maps-head-5.0.csv'
    ]
  );
});

viewTest('export: by keyboard, the page of the story and the view for Python', {}, async page => {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await cell(page, 2, 3).click();
  await page.getByRole('button', { name: 'Words' }).click();
  await page.getByRole('button', { name: 'Export' }).focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Copied' }).waitFor();
  assert.equal(
    await page.evaluate(() => navigator.clipboard.readText()),
    'story.view = {"heads": [[2, 3]], "queries": [6], "switches": {"special": "keep", "own": "keep", "units": "words"}}'
  );
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('End');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Saved' }).waitFor();
  const [file] = await saved(page);
  assert.deepEqual([file.name, file.type], ['bertstory-head-2.3.html', 'text/html']);
  assert.deepEqual(JSON.parse(file.text), await state(page));
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Escape');
  assert.equal(await page.getByRole('menu').count(), 0);
  assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Saved');
});

viewTest(
  'export: without a kernel there is no page, and the menu says why',
  { step: 'saved' },
  async page => {
    await page.getByRole('button', { name: 'Export' }).click();
    const item = page.getByRole('menuitem', { name: 'HTML page: needs the kernel' });
    assert.equal(await item.getAttribute('aria-disabled'), 'true');
    await item.click({ force: true });
    assert.equal(await page.getByRole('menu').count(), 1, 'it stays open');
    assert.deepEqual(await saved(page), []);
  }
);

viewTest(
  'long texts: profile, scrolling lines with the query in view, canvases',
  { story: 'n512' },
  async page => {
    assert.equal(await page.locator('.bs-canvases canvas').count(), 3);
    assert.equal(await page.locator('.bs-profile').isVisible(), true);
    const visible = async () => {
      const box = await page.locator('.bs-strip').boundingBox();
      const at = await page.locator('.bs-token.bs-selected').boundingBox();
      return at.y >= box.y - 1 && at.y + at.height <= box.y + box.height + 1;
    };
    assert.ok(await visible());
    const profile = await page.locator('.bs-profile').boundingBox();
    await page.mouse.click(profile.x + profile.width / 4, profile.y + 20);
    await page.mouse.move(5, 5);
    await settle(page);
    const [query] = (await state(page)).queries;
    assert.ok(Math.abs(query - 128) < 4, `query ${query}`);
    assert.ok(await visible());
  }
);
