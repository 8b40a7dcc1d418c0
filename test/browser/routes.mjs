// The same story by four routes: Python, the command line's file, the live view, the reopened notebook. Every measure is the same.
//
//   node test/browser/routes.mjs
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

import { build } from 'esbuild';

import { createRegistry, launchChromium } from './chromium.mjs';
import { openNotebook, startLab } from './lab.mjs';

const ROOT = resolve(import.meta.dirname, '../..');
const TINY = join(ROOT, 'test/fixtures/tiny-bert');
/** Numbers in files have six digits. */
const RELATIVE = 1e-5;
const ABSOLUTE = 2e-6;
/** The command line computes anew, in calls of another size: sums of float32 in another order. */
const COMPUTED = 2e-5;

const MEASURES = [
  'pearson',
  'spearman',
  'kendall',
  'cosine',
  'top1',
  'topk',
  'jensen_shannon',
  'kullback_leibler',
  'total_variation'
];
const SWITCHES = {
  everything: { special: 'keep', own: 'keep', units: 'pieces' },
  'words without special and own tokens': { special: 'drop', own: 'drop', units: 'words' }
};
/** Two texts: who asks for an estimate of what is known exactly gets the exact story. */
const STORIES = {
  exact: {
    text: 'the cat sat on the mat. the dog sat on the cat.',
    python: 'exact=True',
    flags: ['--exact']
  },
  estimate: {
    text: 'the dog sat on the mat. the cat sat on the dog.',
    python: 'samples=16',
    flags: ['--samples', '16']
  }
};

const { test, run } = createRegistry();
const folder = mkdtempSync(join(tmpdir(), 'bertstory-routes-'));
const browser = await launchChromium();
let lab;
let book;

/** Of one story under one setting: [measure][layer] → {mean, sd, error}, and [layer · heads + head] of Pearson's r. */
const fromPython = async (variable, switches) => {
  const printed = await book.run(`
import json
keep = ${JSON.stringify(switches)}
measures = {}
for name in ${JSON.stringify(MEASURES)}:
    curve = ${variable}.curve(name, **keep)
    measures[name] = [
        {"mean": float(v), "sd": float(s), "error": float(e)}
        for v, s, e in zip(curve["value"].values, curve["spread"].values, curve["error"].values)
    ]
heads = ${variable}.mismatch("pearson", **keep).mean("query").values.ravel().tolist()
print(json.dumps({"measures": measures, "heads": heads}))
`);
  return JSON.parse(printed);
};

/** The product's own reader, run here: a story file's measures without the service. */
async function fileReader() {
  const { outputFiles } = await build({
    absWorkingDir: ROOT,
    stdin: {
      resolveDir: join(ROOT, 'src'),
      contents:
        "export { readStory } from './story/file'; export { storyData } from './story/memory'; export { halfInterval } from './views/spec/overview';"
    },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    logLevel: 'error'
  });
  const file = join(folder, 'reader.mjs');
  writeFileSync(file, outputFiles[0].text);
  return import(file);
}

const column = (values, at) => Array.from(values).filter((_, i) => i % 3 === at);

function fromFile({ readStory, storyData }, path, switches) {
  const data = storyData(readStory(new Uint8Array(readFileSync(path))));
  const measures = Object.fromEntries(
    MEASURES.map(measure => {
      const { curve } = data.measure({ measure, ...switches });
      const [mean, sd, error] = [0, 1, 2].map(at => column(curve, at));
      return [measure, mean.map((value, layer) => ({ mean: value, sd: sd[layer], error: error[layer] }))];
    })
  );
  return { measures, heads: column(data.measure({ measure: 'pearson', ...switches }).heads, 0) };
}

/** One file out of the export menu of a view. */
async function exported(root, figure) {
  await root.getByRole('button', { name: /^(Export|Saved)$/ }).click();
  await root.getByRole('menuitemradio', { name: figure }).click();
  const [download] = await Promise.all([
    book.page.waitForEvent('download'),
    root.getByRole('menuitem', { name: 'CSV' }).click()
  ]);
  const [header, ...lines] = readFileSync(await download.path(), 'utf8')
    .trimEnd()
    .split('\n');
  const names = header.split(',');
  return lines.map(line => Object.fromEntries(line.split(',').map((cell, i) => [names[i], cell])));
}

/** Presses what is not as it should be. */
async function switchTo(root, { special, own, units }) {
  for (const [name, on] of [
    ['Special tokens', special === 'keep'],
    ['Own token', own === 'keep'],
    ['Words', units === 'words']
  ]) {
    const button = root.getByRole('button', { name });
    if ((await button.getAttribute('aria-pressed')) !== String(on)) await button.click();
  }
}

/** What a view says, out of the files that it exports. @param layers of the model */
async function fromView(root, switches, halfOf, layers) {
  await switchTo(root, switches);
  let rows = [];
  // What only the kernel can measure is on its way.
  for (let tries = 0; tries < 40 && rows.length < MEASURES.length * layers; tries++) {
    await book.page.waitForTimeout(100);
    rows = await exported(root, 'All measures');
  }
  const number = text => (text === '' ? NaN : Number(text));
  const measures = Object.fromEntries(
    MEASURES.map(name => [
      name,
      rows
        .filter(row => row.measure === name)
        .map(row => ({
          mean: number(row.mean),
          sd: number(row.standard_deviation),
          error: number(row.error_95) / halfOf(1)
        }))
    ])
  );
  const heads = (await exported(root, 'All heads')).map(row => number(row.value));
  return { measures, heads };
}

function near(a, b, absolute) {
  return (Number.isNaN(a) && Number.isNaN(b)) || Math.abs(a - b) <= absolute + RELATIVE * Math.abs(b);
}

/** Every number that is another than the first route's, in words. */
function differences(seen, wanted, absolute) {
  const all = MEASURES.flatMap(name =>
    wanted.measures[name].flatMap((point, layer) =>
      ['mean', 'sd', 'error'].map(what => [
        `${what} of ${name} in layer ${layer}`,
        seen.measures[name]?.[layer]?.[what] ?? null,
        point[what]
      ])
    )
  );
  const heads = wanted.heads.map((value, place) => [`head ${place}`, seen.heads[place] ?? null, value]);
  assert.equal(seen.heads.length, wanted.heads.length);
  assert.ok(wanted.heads.filter(value => !Number.isNaN(value)).length > 5);
  return [...all, ...heads]
    .filter(([, a, b]) => a === null || !near(a, b, absolute))
    .map(([what, a, b]) => `${what}: ${a}, in Python ${b}`);
}

const cell = source => ({
  cell_type: 'code',
  execution_count: null,
  id: `cell-${source.length}`,
  metadata: {},
  outputs: [],
  source
});
const notebook = {
  cells: [
    cell(`import bertstory as bs\nmodel = bs.load(${JSON.stringify(TINY)})`),
    ...Object.entries(STORIES).map(([name, { text, python }]) =>
      cell(
        `${name} = model.tell(${JSON.stringify(text)}, ${python}).wait()\n${name}.view = {"open": ["measures"]}\n${name}`
      )
    )
  ],
  metadata: { kernelspec: { name: 'python3', display_name: 'Python 3', language: 'python' } },
  nbformat: 4,
  nbformat_minor: 5
};

const roots = () => book.page.locator('.bs-root');
const known = {};

test('the notebook runs, and both stories show', async () => {
  writeFileSync(join(lab.folder, 'routes.ipynb'), JSON.stringify(notebook));
  book = await openNotebook(browser, lab, 'routes.ipynb', { width: 1100, height: 3000 });
  await book.command('notebook:run-all-cells');
  await roots().nth(1).waitFor({ timeout: 60_000 });
  for (const name of Object.keys(STORIES)) {
    for (const [setting, switches] of Object.entries(SWITCHES)) {
      known[`${name} ${setting}`] = await fromPython(name, switches);
    }
  }
});

for (const [name, { text, flags }] of Object.entries(STORIES)) {
  test(`${name}: the command line's file says what Python says`, async () => {
    const file = join(folder, `${name}.safetensors`);
    execFileSync(
      join(ROOT, '.venv/bin/bertstory'),
      ['tell', text, '--model', TINY, ...flags, '--out', file],
      { stdio: 'pipe' }
    );
    const reader = await fileReader();
    for (const [setting, switches] of Object.entries(SWITCHES)) {
      const seen = fromFile(reader, file, switches);
      assert.deepEqual(differences(seen, known[`${name} ${setting}`], COMPUTED), [], setting);
    }
  });
}

const viewsAgree = async () => {
  const { halfInterval } = await fileReader();
  for (const [place, name] of Object.keys(STORIES).entries()) {
    for (const [setting, switches] of Object.entries(SWITCHES)) {
      const wanted = known[`${name} ${setting}`];
      const layers = wanted.measures.pearson.length;
      const seen = await fromView(roots().nth(place), switches, error => halfInterval(error, 16), layers);
      assert.deepEqual(differences(seen, wanted, ABSOLUTE), [], `${name}, ${setting}`);
    }
  }
};

test('the live view says what Python says', viewsAgree);

test('the live view gives the page of its story, which opens as the view was', async () => {
  const root = roots().first();
  await root.getByRole('gridcell', { name: 'Head 1.2,' }).click();
  await root.getByRole('button', { name: /^(Export|Saved)$/ }).click();
  const [download] = await Promise.all([
    book.page.waitForEvent('download'),
    root.getByRole('menuitem', { name: 'HTML page' }).click()
  ]);
  const file = join(folder, 'from-view.html');
  await download.saveAs(file);
  const page = await browser.newPage();
  await page.goto(pathToFileURL(file).href);
  await page.locator('.bs-triptych .main-svg').first().waitFor();
  assert.equal(await page.locator('h1').textContent(), STORIES.exact.text);
  assert.equal(await page.locator('.bs-triptych .bs-section-name').textContent(), 'Head 1.2');
  assert.equal(await page.locator('.bs-lede').textContent(), await root.locator('.bs-lede').textContent());
  await page.context().close();
});

test('what is copied for Python brings the view back', async () => {
  const root = roots().first();
  await book.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await root.getByRole('button', { name: /^(Export|Saved)$/ }).click();
  await root.getByRole('menuitem', { name: 'Copy for Python' }).click();
  await root.getByRole('button', { name: 'Copied' }).waitFor();
  const line = await book.page.evaluate(() => navigator.clipboard.readText());
  assert.match(line, /^story\.view = \{"heads": \[\[1, 2\]\]/);
  const same = await book.run(
    `story = exact; before = story.view; story.view = {}; ${line}; print(story.view == before, before["heads"])`
  );
  assert.equal(same, 'True [[1, 2]]');
});

test('the reopened notebook says what Python says', async () => {
  await book.command('docmanager:save');
  await book.page.waitForTimeout(500);
  await book.close();
  const saved = JSON.parse(readFileSync(join(lab.folder, 'routes.ipynb'), 'utf8'));
  saved.metadata.kernelspec = { name: 'not-here', display_name: 'Not here', language: 'python' };
  writeFileSync(join(lab.folder, 'reopened.ipynb'), JSON.stringify(saved));
  book = await openNotebook(browser, lab, 'reopened.ipynb', { kernel: false, width: 1100, height: 3000 });
  await roots().nth(1).waitFor();
  assert.equal(await roots().locator('.bs-status', { hasText: 'No kernel' }).count(), 2);
  await viewsAgree();
  assert.deepEqual(book.failures, []);
});

let good = false;
try {
  lab = await startLab();
  good = await run({ deadline: 240_000 });
} finally {
  await browser.close();
  await lab?.stop();
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = good ? 0 : 1;
