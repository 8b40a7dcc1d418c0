// A job from attention to exact, what goes wrong, what is elsewhere: the states of the view.
import assert from 'node:assert/strict';
import { viewTest, settle, text, lede, title, state, sent, cell } from './open.mjs';

viewTest(
  'attention at once, estimates live: nothing moves but the numbers',
  { step: 'pending' },
  async page => {
    assert.match(await lede(page), /being computed\.$/);
    assert.match(
      await text(page, '.bs-status-text'),
      /^Attention ready\. Attribution: 0 of 384 directions …$/
    );
    const height = () => page.locator('.bs-root').evaluate(root => root.clientHeight);
    const before = await height();
    await page.evaluate(() => window.harness.go('sampled8'));
    await settle(page);
    assert.match(await lede(page), /depends most on/);
    assert.equal(await height(), before);
    const chosen = await state(page);
    await page.getByLabel('Order of heads').selectOption('mismatch');
    await cell(page, 1, 1).hover();
    const order = () =>
      page
        .locator('.bs-cell')
        .evaluateAll(cells => cells.map(one => `${one.dataset.layer}.${one.dataset.head}`));
    const held = await order();
    await page.evaluate(() => window.harness.go('sampled16'));
    await page.waitForTimeout(600);
    assert.match(await text(page, '.bs-status-text'), /16 of 384 directions, cells ±7.%\. Refining …$/);
    assert.deepEqual(await order(), held, 'the order is held under the pointer');
    const traces = () => page.locator('.bs-overview .scatterlayer .trace').count();
    assert.equal(await traces(), 6, 'whiskers while estimated');
    await page.mouse.move(5, 5);
    await page.evaluate(() => window.harness.go('exact'));
    await settle(page);
    assert.notDeepEqual(await order(), held);
    assert.equal(await traces(), 5, 'no whiskers when exact');
    assert.match(await text(page, '.bs-status-text'), /^Attribution exact/);
    const now = await state(page);
    assert.deepEqual([now.heads, now.queries], [chosen.heads, chosen.queries]);
    assert.equal(await height(), before);
    await page.waitForTimeout(500);
    assert.match(await text(page, '[role=status]'), /^Attribution exact\. In head /);
  }
);

viewTest('many estimates in a row redraw at most twice a second', { step: 'sampled8' }, async page => {
  const draws = await page.evaluate(async () => {
    let count = 0;
    const observer = new MutationObserver(() => count++);
    observer.observe(document.querySelector('.bs-status-text'), {
      childList: true,
      characterData: true,
      subtree: true
    });
    const end = performance.now() + 1400;
    for (let i = 0; performance.now() < end; i++) {
      window.harness.go(i % 2 ? 'sampled8' : 'sampled16');
      await new Promise(done => setTimeout(done, 40));
    }
    return count;
  });
  assert.ok(draws >= 1 && draws <= 4, `${draws} redraws in 1.4 s`);
});

viewTest('status actions send what they say', { step: 'sampled16' }, async page => {
  await page.getByRole('button', { name: 'Stop' }).click();
  await page.getByRole('button', { name: 'Make exact' }).waitFor();
  await page.getByRole('button', { name: 'Refine' }).click();
  await page.getByRole('button', { name: 'Stop' }).click();
  await page.getByRole('button', { name: 'Make exact' }).click();
  await page.waitForFunction(() => /exact/.test(document.querySelector('.bs-status-text').textContent));
  assert.deepEqual(await sent(page), [
    { kind: 'cancel' },
    { kind: 'refine', stop: { rule: 'error', error: 0.035 } },
    { kind: 'cancel' },
    { kind: 'refine', stop: { rule: 'exact' } }
  ]);
});

viewTest(
  'a row is made exact when that is asked for, and not by looking at it',
  { step: 'stopped', state: { heads: [[2, 3]], queries: [4] } },
  async page => {
    const actions = () => page.locator('.bs-actions button').allTextContents();
    assert.deepEqual(await actions(), ['Refine', 'This row exact', 'Make exact']);
    await cell(page, 1, 9).hover();
    await settle(page);
    assert.deepEqual(await sent(page), []);
    await page.getByRole('button', { name: 'This row exact' }).click();
    assert.deepEqual(await sent(page), [{ kind: 'row', layer: 2, head: 3, query: 4 }]);
    await page.getByRole('button', { name: 'words' }).click();
    await settle(page);
    assert.deepEqual(await actions(), ['Refine', 'Make exact'], 'a row of words is a sum of several');
    await page.evaluate(() => window.harness.go('exact'));
    await page.waitForFunction(() => document.querySelectorAll('.bs-actions button').length === 0);
  }
);

viewTest(
  'failed: attention stays, the hint unfolds, heads can still be chosen',
  { step: 'failed' },
  async page => {
    assert.match(await lede(page), /is missing\.$/);
    assert.equal(await page.locator('.bs-details').isVisible(), false);
    await page.getByRole('button', { name: 'Details' }).click();
    assert.match(await text(page, '.bs-details'), /fewer samples/);
    await cell(page, 3, 2).click();
    await page.mouse.move(5, 5);
    await settle(page);
    assert.equal(await title(page), 'Head 3.2');
    await page.getByRole('button', { name: 'Try sampled' }).click();
    assert.equal((await sent(page)).at(-1).kind, 'refine');
  }
);

viewTest('saved: links work, nobody is asked', { step: 'saved' }, async page => {
  assert.match(await text(page, '.bs-status-text'), /^No kernel: showing what was saved \(exact\)\.$/);
  assert.equal(await page.locator('.bs-actions button').count(), 0);
  await cell(page, 1, 9).click();
  await settle(page);
  assert.equal(await title(page), 'Head 1.9');
  assert.deepEqual(await sent(page), []);
});

viewTest(
  'maps that are elsewhere are asked for once; the ring does not wait',
  { sparse: '1', state: { heads: [[0, 0]] } },
  async page => {
    await cell(page, 3, 3).hover();
    await page.evaluate(() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))));
    assert.equal(await page.locator('.bs-ring.bs-pointed').count(), 1);
    await page.waitForFunction(
      () => document.querySelector('.bs-triptych .bs-section-name').textContent === 'Head 3.3'
    );
    await cell(page, 3, 3).click();
    await cell(page, 4, 4).click();
    await page.mouse.move(5, 5);
    assert.notEqual(await title(page), '');
    await page.waitForFunction(
      () => document.querySelector('.bs-triptych .bs-section-name').textContent === 'Head 4.4'
    );
    const heads = (await sent(page))
      .filter(intent => intent.kind === 'fetch')
      .flatMap(intent => intent.heads);
    assert.deepEqual(heads, [
      [3, 3],
      [4, 4]
    ]);
  }
);

viewTest(
  'a measure that is elsewhere is asked for, the one before stays meanwhile',
  { sparse: '1', delay: '500', state: { heads: [[0, 0]] } },
  async page => {
    await page.getByLabel('Measure', { exact: true }).selectOption('cosine');
    await page.evaluate(() => new Promise(done => requestAnimationFrame(done)));
    assert.match(await cell(page, 0, 0).getAttribute('aria-label'), /Pearson r/);
    await page.waitForFunction(() => /Cosine/.test(document.querySelector('.bs-cell').ariaLabel));
    assert.deepEqual(
      (await sent(page)).filter(intent => intent.kind === 'measure').map(intent => intent.requests),
      [[{ measure: 'cosine', special: 'keep', own: 'keep', units: 'pieces' }]]
    );
  }
);

viewTest('empty text: one sentence', { story: 'empty' }, async page => {
  assert.equal(await lede(page), 'Nothing to show: no tokens besides [CLS] and [SEP].');
  assert.equal(await page.locator('.bs-body').isVisible(), false);
});

viewTest('the state set from outside is shown', {}, async page => {
  await page.evaluate(() => {
    const { store } = window.harness;
    store.set({ ...store.get(), heads: [[3, 3]], queries: [10] });
  });
  await settle(page);
  assert.equal(await title(page), 'Head 3.3');
  assert.match(await lede(page), /, kitchen /);
});
