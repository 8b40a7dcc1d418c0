// The guard itself: whatever a page asks of another machine fails its test, and what stays here does not.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';

import { createRegistry, launchChromium } from './chromium.mjs';
import { strangers } from './local.mjs';

/** What a page may try; each asks a host that does not exist, so that nothing is asked even where the guard is broken. */
const ATTEMPTS = {
  'an image': () => (document.body.innerHTML = '<img src="https://image.invalid/a.png">'),
  'a style sheet': () => (document.head.innerHTML = '<link rel="stylesheet" href="//style.invalid/a.css">'),
  'a script': () =>
    document.head.append(
      Object.assign(document.createElement('script'), { src: 'https://script.invalid/a.js' })
    ),
  'a frame': () => (document.body.innerHTML = '<iframe src="https://frame.invalid/"></iframe>'),
  'a font': () => new FontFace('a', 'url(https://font.invalid/a.woff)').load().catch(() => {}),
  'fetch()': () => fetch('https://fetch.invalid/').catch(() => {}),
  'a beacon': () => navigator.sendBeacon('https://beacon.invalid/', 'x'),
  'an event source': () => void new EventSource('https://events.invalid/'),
  'a web socket': () => void new WebSocket('wss://socket.invalid/'),
  'a web socket of another port of the network': () => void new WebSocket('ws://10.255.255.1:81/'),
  'fetch() in a worker': () =>
    void new Worker(URL.createObjectURL(new Blob(["fetch('https://worker.invalid/').catch(() => {})"]))),
  'a link that is followed': () => {
    location.href = 'https://link.invalid/';
  }
};

const { test, run } = createRegistry();
const browser = await launchChromium();
const server = createServer((_, response) => {
  response.writeHead(200, { 'content-type': 'text/html' });
  response.end('<link rel="icon" href="data:,"><p>here</p>');
});
await new Promise(done => server.listen(0, '127.0.0.1', done));
const here = `http://127.0.0.1:${server.address().port}/`;

/** Runs one test in a registry of its own; what that registry made of it. */
async function outcome(body) {
  const inner = createRegistry();
  inner.test('inner', async () => {
    const page = await browser.newPage();
    try {
      await page.goto(here);
      await body(page);
    } finally {
      await page.close();
    }
  });
  const lines = [];
  const passed = await inner.run({ log: line => lines.push(line) });
  return { passed, said: lines.join('\n') };
}

/** Until the attempt was seen, or half a second went by. */
const seen = async page => {
  for (let i = 0; i < 10 && strangers.length === 0; i++) await page.waitForTimeout(50);
};

for (const [what, attempt] of Object.entries(ATTEMPTS)) {
  test(`${what} fails a test`, async () => {
    const { passed, said } = await outcome(async page => {
      await page.evaluate(attempt).catch(() => {});
      await seen(page);
    });
    assert.equal(passed, false);
    assert.match(said, /asked of other machines: \w+:\/\/(\w+\.invalid|10\.255\.255\.1)/);
  });
}

test('what stays on this machine fails none', async () => {
  const { passed, said } = await outcome(page =>
    page.evaluate(async address => {
      await fetch(address);
      await fetch('data:,x');
      await fetch(URL.createObjectURL(new Blob(['x'])));
      const socket = new WebSocket(address.replace('http', 'ws'));
      await new Promise(done => socket.addEventListener('error', done));
    }, here)
  );
  assert.equal(passed, true, said);
});

let good = false;
try {
  good = await run();
} finally {
  await browser.close();
  server.close();
}
process.exitCode = good ? 0 : 1;
