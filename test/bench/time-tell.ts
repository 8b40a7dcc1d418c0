// Prints the time to attention, to the first attribution picture and to exact, beside PyTorch's on the same cores.
//
//   node test/bench/run.mjs time-tell [runs] [python with torch and transformers, else .cache/oracle-venv]

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cpus } from 'node:os';
import path from 'node:path';

import type { LoadedModel } from '../../src/gradient/compute';
import { loadCheckpoint } from '../../src/model/checkpoint';
import { openCompute } from '../../src/service/engines';
import { hooksWith, requestFor } from '../compute-fixture';
import { demoModelFolder } from '../demo-model';
import { folderOnDisk, sha256 } from '../weights/folders';

const ROOT = path.resolve(__dirname, '..');
const FIRST = 8;
/** 14 and 30 tokens. */
const TEXTS = [
  'The keys to the old cabinet are on the kitchen table.',
  'The committee that had rejected the first proposal signed the new agreement before anyone could object, ' +
    'and the market reacted within a few minutes of it.'
];

type Pieces = Parameters<typeof requestFor>[0];
type Times = Record<string, number>;

/** Seconds from the call to each stage. */
async function ours(loaded: LoadedModel, pieces: Pieces): Promise<Times> {
  const began = performance.now();
  const told = loaded.tell(requestFor(pieces), hooksWith());
  const times: Times = {};
  for (let step = await told.next(); step.done !== true; step = await told.next()) {
    const stage = step.value.stage === 'sampled' ? `S = ${step.value.samples}` : step.value.stage;
    times[stage] = (performance.now() - began) / 1000;
  }
  return times;
}

/** Seconds that the baselines report of themselves; nothing where there is no PyTorch. */
function torch(python: string, text: string): Times {
  if (!existsSync(python)) {
    return {};
  }
  const script = path.join(ROOT, 'test', 'bench', 'torch_baselines.py');
  const run = spawnSync(python, [script, demoModelFolder(), text, '--samples', String(FIRST)], {
    encoding: 'utf8',
    env: { ...process.env, HF_HUB_OFFLINE: '1' }
  });
  if (run.status !== 0) {
    throw new Error(run.stderr);
  }
  const lines = run.stdout.matchAll(/^(.+?) +n=\d+ +([\d.]+) s/gm);
  return Object.fromEntries([...lines].map(([, name, seconds]) => [`torch ${name}`, Number(seconds)]));
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? NaN)
    : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
}

function print(title: string, runs: readonly Times[]): void {
  const names = [...new Set(runs.flatMap(times => Object.keys(times)))];
  const value = (name: string): number => median(runs.flatMap(times => times[name] ?? []));
  const shown = names.filter(name => !name.startsWith('S = ') || name === `S = ${FIRST}`);
  console.log(`\n${title}`);
  for (const name of shown) {
    const all = runs.flatMap(times => times[name] ?? []).map(seconds => seconds.toFixed(2));
    console.log(`  ${name.padEnd(24)} ${value(name).toFixed(2).padStart(8)} s   of ${all.join(' ')}`);
  }
  const ratio = value('torch exact, plain') / (value('exact') - value('attention'));
  const sampled = value('torch sampled') / (value(`S = ${FIRST}`) - value('attention'));
  if (!Number.isNaN(ratio)) {
    console.log(
      `  PyTorch by hand takes ${ratio.toFixed(2)} times as long for exact, ${sampled.toFixed(2)} for S = ${FIRST}`
    );
  }
}

async function main(count: number, python: string): Promise<void> {
  const model = await loadCheckpoint(folderOnDisk(demoModelFolder()), 'minilm', sha256);
  const compute = await openCompute('auto', { folder: path.join(ROOT, '.cache', 'bench') });
  const loaded = await compute.load(model.config, model.parameters);
  const rate = await compute.productRate();
  console.log(
    `${cpus()[0]?.model}, ${compute.info.threads} threads, ${compute.info.name}, ${rate.toFixed(0)} GFLOP/s`
  );
  for (const text of TEXTS) {
    const { pieces } = model.tokenizer.encode(text, null, model.config.maxTokens);
    const runs: Times[] = [];
    for (let run = 0; run < count; run++) {
      runs.push({ ...(await ours(loaded, pieces)), ...torch(python, text) });
    }
    print(`${pieces.length} tokens, median of ${count}`, runs);
  }
  await compute.dispose();
}

const [, , count, python] = process.argv;
void main(Number(count ?? 3), python ?? path.join(ROOT, '.cache', 'oracle-venv', 'bin', 'python'));
