// Selecting, previewing and switching: what is chosen in one place shows in all.
import assert from 'node:assert/strict';
import {
  viewTest,
  settle,
  text,
  lede,
  title,
  selectedCells,
  selectedTokens,
  state,
  cell,
  token,
  mapImage
} from './open.mjs';

viewTest('click on a dot: grid, headline and triptych follow', {}, async page => {
  const before = await mapImage(page, 0);
  const dots = page.locator('.bs-overview .scatterlayer .trace').nth(1).locator('.point');
  const box = await dots.nth(30).boundingBox();
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.move(5, 5);
  await settle(page);
  const [head] = await selectedCells(page);
  assert.match(head, /^2\.\d+$/, 'the 30th of 12 dots a layer lies in layer 2');
  assert.equal(await title(page), `Head ${head}`);
  assert.match(
    await lede(page),
    new RegExp(`^In head ${head.replace('.', '\\.')}, cabinet attends most to `)
  );
  assert.notEqual(await mapImage(page, 0), before);
  assert.deepEqual((await state(page)).heads, [head.split('.').map(Number)]);
});

viewTest(
  'start: head of most mismatch, token of largest difference, both written to the state',
  {},
  async page => {
    assert.deepEqual((await state(page)).heads, [[5, 0]]);
    assert.deepEqual((await state(page)).queries, [6]);
    assert.match(
      await lede(page),
      /^In head 5\.0, cabinet attends most to \[CLS\] 39.% but its output depends most on cabinet 23.%\.$/
    );
  }
);

viewTest('hover on a head previews and restores', {}, async page => {
  const before = [await lede(page), await mapImage(page, 1), await title(page)];
  await cell(page, 2, 7).hover();
  await settle(page);
  assert.equal(await title(page), 'Head 2.7');
  assert.match(await text(page, '.bs-triptych .bs-section-note'), / · preview$/);
  assert.match(await lede(page), /^In head 2\.7, cabinet /);
  assert.equal(await page.locator('.bs-ring.bs-pointed').count(), 1);
  assert.equal(await page.locator('.bs-dot.bs-pointed').count(), 1);
  assert.notEqual(await mapImage(page, 1), before[1]);
  assert.deepEqual(await selectedCells(page), ['5.0'], 'a preview selects nothing');
  await page.mouse.move(5, 5);
  await settle(page);
  assert.deepEqual([await lede(page), await mapImage(page, 1), await title(page)], before);
});

viewTest(
  'hover on a cell of a map reads it; a click selects the query and pins the source',
  {},
  async page => {
    const grid = await page.locator('.bs-maps').boundingBox();
    const label = await page.evaluate(() => {
      const frame = document.querySelector('.bs-row-mark').getBoundingClientRect();
      return { x: frame.x, width: frame.width, height: frame.height };
    });
    const x = label.x + (10.5 * label.width) / 14;
    const y = grid.y + 6 + 2.5 * label.height;
    await page.mouse.move(x, y);
    await settle(page);
    assert.match(await lede(page), /^In head 5\.0, keys /);
    const values = await page.locator('.bs-triptych .bs-value').allTextContents();
    assert.match(values[0], /^[\d.]+.%$/);
    assert.match(values[2], /^[+−][\d.]+.pts$/);
    assert.equal(await page.locator('.bs-cross:visible').count(), 6, 'a crosshair in every map');
    await page.mouse.click(x, y);
    await page.mouse.move(5, 5);
    await settle(page);
    assert.deepEqual((await state(page)).queries, [2]);
    assert.equal((await state(page)).pin, 10);
    assert.deepEqual(await selectedTokens(page), ['keys']);
  }
);

viewTest(
  'shift + click: means of heads and of tokens; Escape lets go, then goes on to the page',
  {},
  async page => {
    await cell(page, 3, 4).click({ modifiers: ['Shift'] });
    await page.mouse.move(5, 5);
    await settle(page);
    assert.deepEqual(await selectedCells(page), ['3.4', '5.0']);
    assert.equal(await title(page), 'Heads 5.0, 3.4 · mean');
    assert.match(await lede(page), /^In the mean of 2 heads, cabinet /);
    await token(page, 2).click({ modifiers: ['Shift'] });
    await page.mouse.move(5, 5);
    await settle(page);
    assert.deepEqual(await selectedTokens(page), ['keys', 'cabinet']);
    assert.match(await lede(page), /, 2 tokens attend most to .* their output .* \(mean\)\.$/);
    await page.evaluate(() => {
      window.escapes = 0;
      document.body.addEventListener('keydown', event => {
        window.escapes += event.key === 'Escape' ? 1 : 0;
      });
    });
    await page.keyboard.press('Escape');
    await settle(page);
    assert.deepEqual(await selectedTokens(page), ['keys']);
    assert.deepEqual(await selectedCells(page), ['3.4']);
    assert.equal(await page.evaluate(() => window.escapes), 0);
    await page.keyboard.press('Escape');
    assert.equal(await page.evaluate(() => window.escapes), 1);
  }
);

viewTest('a layer number selects its row, a head number its column', {}, async page => {
  const zero = await cell(page, 0, 0).boundingBox();
  await page.mouse.click(zero.x - 12, zero.y + 1.5 * zero.height);
  await settle(page);
  assert.deepEqual((await selectedCells(page)).length, 12);
  assert.match(await lede(page), /^In the mean of 12 heads, /);
  const last = await cell(page, 5, 3).boundingBox();
  await page.mouse.click(last.x + last.width / 2, last.y + last.height + 12);
  await settle(page);
  assert.deepEqual(await selectedCells(page), ['0.3', '1.3', '2.3', '3.3', '4.3', '5.3']);
});

viewTest('switches keep the query and change the figures', { story: 'n45x6' }, async page => {
  const words = page.getByRole('button', { name: 'Words' });
  await token(page, 14).click();
  assert.equal(await token(page, 14).getAttribute('title'), '##ly');
  await words.click();
  await settle(page);
  assert.deepEqual(await selectedTokens(page), ['precisely']);
  assert.match(await text(page, '.bs-info'), /44 words/);
  await page.getByRole('button', { name: 'Special tokens' }).click();
  await settle(page);
  assert.deepEqual(await selectedTokens(page), ['precisely']);
  assert.equal(await page.locator('.bs-token.bs-off').count(), 2);
  assert.equal(
    await page.getByRole('button', { name: 'Special tokens' }).getAttribute('aria-pressed'),
    'false'
  );
  await page.getByRole('button', { name: 'Own token' }).click();
  await settle(page);
  assert.deepEqual((await state(page)).switches, { special: 'drop', own: 'drop', units: 'words' });
  assert.doesNotMatch(await lede(page), /precisely attends most to precisely/);
  await words.click();
  await settle(page);
  assert.deepEqual((await state(page)).queries, [13], 'the first piece of the word');
});

viewTest('measure and order', {}, async page => {
  await page.getByLabel('Measure', { exact: true }).selectOption('jensen_shannon');
  await settle(page);
  assert.equal(await text(page, '.bs-overview .bs-column:nth-child(2) .bs-column-name'), 'Mismatch by layer');
  await page.getByLabel('Order of heads').selectOption('mismatch');
  await settle(page);
  const ranks = await page
    .locator('.bs-heads [role=row]')
    .first()
    .locator('.bs-cell')
    .evaluateAll(cells => cells.map(one => Number(/rank (\d+)/.exec(one.ariaLabel)[1])));
  assert.deepEqual(
    ranks,
    [...ranks].sort((a, b) => a - b)
  );
});
