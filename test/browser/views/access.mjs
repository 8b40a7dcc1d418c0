// Nothing in the view keeps people with screen readers or weak eyes out.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { viewTest, settle } from './open.mjs';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

for (const [name, options, prepare] of [
  ['exact, light', {}],
  ['exact, dark', { theme: 'dark' }],
  ['pair in words', { story: 'bank', state: { switches: { units: 'words' } } }],
  ['pending', { step: 'pending' }],
  ['failed', { step: 'failed', theme: 'dark' }],
  ['sorted, narrow', { w: '600', state: { order: 'mismatch' } }],
  ['128 tokens', { story: 'n128' }],
  ['sections, dark', { theme: 'dark', state: { open: ['patterns', 'measures'] } }],
  ['sections of a pair', { story: 'bank', w: '600', state: { open: ['patterns', 'measures'], pair: 'A-B' } }],
  ['tables', {}, page => page.getByRole('button', { name: 'Table' }).click()],
  ['menu', { theme: 'dark' }, page => page.getByRole('button', { name: 'Export' }).click()]
]) {
  viewTest(`access: no violation, ${name}`, options, async page => {
    await prepare?.(page);
    await settle(page);
    await page.addScriptTag({ content: await readFile(AXE, 'utf8') });
    const { violations } = await page.evaluate(() => window.axe.run('.bs-root'));
    assert.deepEqual(
      violations.map(({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 120)} ${nodes[0].failureSummary}`),
      []
    );
  });
}
