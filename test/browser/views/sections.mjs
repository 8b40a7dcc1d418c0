// What the reader opens and chooses beside the first look: patterns, all measures, colours and orders of heads, groups, pairs.
import assert from 'node:assert/strict';
import { viewTest, settle, state, title, lede, cell, token } from './open.mjs';

const section = (page, name) => page.locator(`.bs-${name}`);
const disclosure = (page, name) => page.getByRole('button', { name, exact: true });

viewTest(
  'sections: patterns: closed at first and drawn only when opened, by mouse and by keyboard',
  {},
  async page => {
    assert.equal(await section(page, 'patterns').locator('.bs-plot').count(), 0);
    const button = disclosure(page, 'Patterns');
    assert.equal(await button.getAttribute('aria-expanded'), 'false');
    await button.click();
    await page.waitForSelector('.bs-patterns .bs-plot svg');
    await settle(page);
    assert.equal(await button.getAttribute('aria-expanded'), 'true');
    assert.deepEqual((await state(page)).open, ['patterns']);
    const titles = await section(page, 'patterns').locator('.annotation-text').allTextContents();
    assert.ok(titles.includes('Next token') && titles.includes('[CLS]'), titles.join());
    await disclosure(page, 'All measures').focus();
    await page.keyboard.press('Enter');
    await page.waitForSelector('.bs-measures .bs-plot svg');
    assert.deepEqual((await state(page)).open, ['patterns', 'measures']);
    await button.click();
    await settle(page);
    assert.equal(await section(page, 'patterns').locator('.bs-figure').isVisible(), false);
    assert.deepEqual((await state(page)).open, ['measures']);
  }
);

viewTest(
  'sections: patterns: a layer is previewed, selected and added to',
  { state: { open: ['patterns'] } },
  async page => {
    await page.waitForSelector('.bs-patterns .bs-plot svg');
    const rows = section(page, 'patterns').locator('.bs-layers .bs-layer');
    assert.equal(await rows.count(), 6);
    await rows.nth(2).hover();
    await settle(page);
    assert.equal(await page.locator('.bs-overview .bs-ring.bs-pointed').count(), 12);
    assert.equal(await title(page), 'Head 5.0');
    await rows.nth(2).click();
    await settle(page);
    assert.deepEqual(
      (await state(page)).heads.map(([layer]) => layer),
      Array(12).fill(2)
    );
    assert.match(await title(page), /^Heads 2\.0, 2\.1, 2\.2, 2\.3 … · mean$/);
    await rows.nth(4).click({ modifiers: ['Shift'] });
    await settle(page);
    assert.equal((await state(page)).heads.length, 24);
    await rows.nth(4).focus();
    await page.keyboard.press('ArrowUp');
    await settle(page);
    assert.deepEqual(
      (await state(page)).heads.map(([layer]) => layer),
      Array(12).fill(3)
    );
    assert.match(
      await rows.nth(3).getAttribute('aria-label'),
      /^Layer 3; Own token attention [\d.]+.%, attribution [\d.]+.%; /
    );
    assert.equal(await rows.nth(3).getAttribute('aria-selected'), 'true');
  }
);

viewTest('sections: heads are coloured and sorted by what is chosen', {}, async page => {
  const measure = page.getByLabel('Measure', { exact: true });
  assert.deepEqual(await measure.locator('optgroup').evaluateAll(all => all.map(one => one.label)), [
    'Mismatch',
    'Attention',
    'Attribution'
  ]);
  await measure.selectOption('attention.next');
  await settle(page);
  assert.match(
    await cell(page, 1, 8).getAttribute('aria-label'),
    /^Head 1\.8, Attention on the next token \d+.%, rank 1 of 72$/
  );
  assert.equal(await page.locator('.bs-overview .bs-column-name').first().textContent(), 'Next token');
  await page.getByLabel('Order of heads').selectOption('value');
  await settle(page);
  const first = () =>
    page.locator('.bs-heads [role=row]').nth(1).locator('button').first().getAttribute('data-head');
  assert.equal(await first(), '8');
  await page.getByLabel('Order of heads').selectOption('spread');
  await settle(page);
  assert.equal((await state(page)).order, 'spread');
  await measure.selectOption('pearson');
  await settle(page);
  assert.deepEqual(await page.getByLabel('Order of heads').locator('option').allTextContents(), [
    'heads in order',
    'heads by mismatch',
    'heads by spread'
  ]);
});

viewTest(
  'sections: what is asked for panels goes in one question',
  { sparse: '1', state: { open: ['patterns'] } },
  async page => {
    await page.waitForFunction(() =>
      document
        .querySelectorAll('.bs-patterns .bs-layers .bs-layer')[0]
        ?.ariaLabel?.includes('Next token attention')
    );
    const asked = await page.evaluate(() => window.harness.sent.filter(({ kind }) => kind === 'measure'));
    assert.equal(asked.length, 1);
    assert.equal(asked[0].requests.length, 16);
  }
);

viewTest('sections: a group of heads as mean or maximum', {}, async page => {
  const group = page.getByLabel('Heads as one map');
  assert.equal(await group.isVisible(), false);
  await cell(page, 2, 7).click({ modifiers: ['Shift'] });
  await settle(page);
  assert.match(await lede(page), /^In the mean of 2 heads, /);
  await group.selectOption('maximum');
  await settle(page);
  assert.match(await lede(page), /^In the maximum of 2 heads, /);
  assert.equal(await title(page), 'Heads 5.0, 2.7 · maximum');
});

viewTest('sections: the texts of a pair one by one', { story: 'bank' }, async page => {
  const filter = page.getByLabel('Texts of queries and sources');
  await filter.selectOption('A-B');
  await settle(page);
  const maps = page.locator('.bs-maps');
  assert.deepEqual(
    [await maps.getAttribute('aria-rowcount'), await maps.getAttribute('aria-colcount')],
    ['10', '7']
  );
  // A token of B is a source now, and no query.
  const before = (await state(page)).queries;
  await token(page, 11).click();
  await settle(page);
  assert.deepEqual((await state(page)).queries, before);
  await token(page, 2).click();
  await settle(page);
  assert.deepEqual((await state(page)).queries, [2]);
  assert.match(await lede(page), /attends most to .* \(B\) /);
  await filter.selectOption('all');
  await settle(page);
  assert.equal(await maps.getAttribute('aria-colcount'), '17');
});

viewTest('sections: a single text has no filter of pairs', {}, async page => {
  assert.equal(await page.getByLabel('Texts of queries and sources').isVisible(), false);
});

viewTest('sections: tables follow the open sections', { state: { open: ['patterns'] } }, async page => {
  await page.getByRole('button', { name: 'Table' }).click();
  await settle(page);
  const captions = await page.locator('.bs-table-frame:visible caption').allTextContents();
  assert.equal(captions.length, 4);
  assert.equal(captions[3], 'Patterns by layer, means over heads');
});
