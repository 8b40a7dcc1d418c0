// Opens the view in a browser for a test, and reads what it shows.
import assert from 'node:assert/strict';
import { createRegistry, launchChromium } from '../chromium.mjs';
import { serveHarness } from '../harness/server.mjs';

const registry = createRegistry();
const { test } = registry;
let harness;
let browser;

/** Runs what the other files have registered. @returns whether all passed; `only` is a part of a name */
export async function runRegistered(only) {
  harness = await serveHarness();
  browser = await launchChromium();
  try {
    return await registry.run({ only });
  } finally {
    await browser.close();
    await harness.close();
  }
}

/** Opens the harness, runs the body, and fails on any error of the page; the registry fails on requests to other machines. */
export function viewTest(name, options, body) {
  test(name, async () => {
    const context = await browser.newContext({ viewport: { width: 1500, height: 1000 } });
    const page = await context.newPage();
    const faults = [];
    page.on('pageerror', error => faults.push(`page error: ${error.message}`));
    page.on('console', message => {
      if (['error', 'warning'].includes(message.type())) {
        faults.push(`console: ${message.text()}`);
      }
    });
    try {
      await open(page, options);
      await body(page);
      assert.deepEqual(faults, []);
    } finally {
      await context.close();
    }
  });
}

async function open(page, { state, ...options } = {}) {
  const query = new URLSearchParams({ ...options, ...(state && { state: JSON.stringify(state) }) });
  await page.goto(`${harness.url}?${query}`);
  await page.waitForSelector('body[data-ready="1"]');
  if (options.w !== '0' && options.story !== 'empty') {
    await page.waitForSelector('.bs-triptych .main-svg');
  }
  await settle(page);
}

/** Two frames: what was marked is painted. */
export const settle = page =>
  page.evaluate(() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))));
export const text = (page, selector) => page.locator(selector).first().textContent();
export const lede = page => text(page, '.bs-lede');
export const title = page => text(page, '.bs-triptych .bs-section-name');
export const selectedCells = page =>
  page
    .locator('.bs-cell[aria-selected="true"]')
    .evaluateAll(cells => cells.map(cell => `${cell.dataset.layer}.${cell.dataset.head}`));
export const selectedTokens = page =>
  page
    .locator('.bs-token[aria-selected="true"]')
    .evaluateAll(all => all.map(one => one.querySelector('.bs-text').textContent));
export const state = page => page.evaluate(() => window.harness.store.get());
export const sent = page => page.evaluate(() => window.harness.sent);
export const cell = (page, layer, head) =>
  page.locator(`.bs-cell[data-layer="${layer}"][data-head="${head}"]`);
export const token = (page, item) => page.locator(`.bs-token[data-item="${item}"]`);
/** Drawn colours of a map, as far as they show: the image of its heat map. */
export const mapImage = (page, index) =>
  page.evaluate(
    at => document.querySelectorAll('.bs-triptych .heatmaplayer image')[at]?.getAttribute('href'),
    index
  );
