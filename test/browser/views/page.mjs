// The view and the page around it: text, theme, width, tables, files.
import assert from 'node:assert/strict';
import { viewTest, settle, lede, state, token, mapImage } from './open.mjs';

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

viewTest('export: three files, by mouse and by keyboard', {}, async page => {
  const saved = () => page.evaluate(() => window.harness.saved);
  await page.getByRole('button', { name: 'Export' }).click();
  await page.getByRole('menuitem', { name: 'Picture (PNG)' }).click();
  await page.waitForFunction(() => window.harness.saved.length === 1);
  await page.getByRole('button', { name: 'Export' }).focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => window.harness.saved.length === 2);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => window.harness.saved.length === 3);
  const files = await saved();
  assert.deepEqual(
    files.map(file => [file.name, file.type]),
    [
      ['bertstory-head-5.0.png', 'image/png'],
      ['bertstory-head-5.0.svg', 'image/svg+xml'],
      ['bertstory-head-5.0.csv', 'text/csv']
    ]
  );
  assert.ok(
    files.every(file => file.size > 5000),
    JSON.stringify(files)
  );
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Escape');
  assert.equal(await page.getByRole('menu').count(), 0);
});

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
