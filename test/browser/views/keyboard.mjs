// The view by keyboard alone.
import assert from 'node:assert/strict';
import { viewTest, settle, lede, title, selectedTokens, state, cell, token } from './open.mjs';

viewTest('keyboard: one stop each, and a walk through tokens, heads and maps', {}, async page => {
  await page.mouse.click(2, 2);
  const stops = [];
  for (let i = 0; i < 12; i++) {
    await page.keyboard.press('Tab');
    stops.push(
      await page.evaluate(() => {
        const { activeElement: at } = document;
        return at.getAttribute('aria-label') ?? (at.querySelector('.bs-text') ?? at).textContent;
      })
    );
  }
  assert.deepEqual(stops.slice(0, 11), [
    'Special tokens',
    'Own token',
    'Words',
    'Table',
    'Export',
    'cabinet',
    'Measure',
    'Order of heads',
    'Head 5.0, Pearson r 0.09, rank 1 of 72 by mismatch',
    'Colour scale',
    'Maps: attention, attribution, difference'
  ]);
  await token(page, 6).focus();
  await page.keyboard.press('ArrowRight');
  await settle(page);
  assert.match(await lede(page), /^In head 5\.0, are /);
  assert.equal(
    await page.evaluate(() => document.activeElement.querySelector('.bs-text').textContent),
    'are'
  );
  await page.keyboard.press('Home');
  await settle(page);
  assert.match(await lede(page), /^In head 5\.0, \[CLS\] /);
  await page.keyboard.press('End');
  await page.keyboard.press('Shift+ArrowLeft');
  await settle(page);
  assert.deepEqual(await selectedTokens(page), ['.', '[SEP]']);

  await cell(page, 5, 0).focus();
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowRight');
  await settle(page);
  assert.equal(await title(page), 'Head 4.1');
  await page.keyboard.press('End');
  await settle(page);
  assert.equal(await title(page), 'Head 4.11');

  await page.locator('.bs-maps').focus();
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowLeft');
  await settle(page);
  const { queries, pin } = await state(page);
  assert.deepEqual(queries, [11]);
  assert.equal(pin, 10);
  const active = await page.evaluate(
    () =>
      document.getElementById(document.querySelector('.bs-maps').getAttribute('aria-activedescendant'))
        .textContent
  );
  assert.match(
    active,
    /^table to kitchen: attention [\d.]+.%, attribution [\d.]+.%, difference [+−][\d.]+.pts\.$/
  );
  await page.keyboard.press('Escape');
  await settle(page);
  assert.equal((await state(page)).pin, null);
});

viewTest('arrow down in a strip of several lines goes to the token below', { w: '420' }, async page => {
  const tops = await page.locator('.bs-token').evaluateAll(all => all.map(one => one.offsetTop));
  assert.ok(new Set(tops).size > 1, 'the strip has lines');
  await token(page, 1).click();
  await page.keyboard.press('ArrowDown');
  await settle(page);
  const [query] = (await state(page)).queries;
  assert.ok(tops[query] > tops[1]);
});

viewTest('keys of the view are kept from the shortcuts of the page, others are not', {}, async page => {
  await token(page, 6).focus();
  const suppressed = key =>
    page.evaluate(async pressed => {
      let found = null;
      const listen = () => {
        found = document.querySelector('[data-lm-suppress-shortcuts]') !== null;
      };
      document.addEventListener('keydown', listen, { capture: true, once: true });
      document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { bubbles: true, ...pressed }));
      return found;
    }, key);
  assert.equal(await suppressed({ key: 'ArrowDown' }), true);
  assert.equal(await suppressed({ key: 'Enter', shiftKey: true }), false);
  assert.equal(await suppressed({ key: 's', ctrlKey: true }), false);
  assert.equal(await suppressed({ key: 'Escape' }), false);
});
