// Prints how often the jackknife's intervals hold the exact value: node test/bench/run.mjs coverage [seeds]

import { readFileSync } from 'node:fs';
import path from 'node:path';

import { loadCheckpoint } from '../../src/model/checkpoint';
import { openCompute } from '../../src/service/engines';
import { demoModelFolder } from '../demo-model';
import { addSentence, Coverage, KINDS, SAMPLES } from '../gradient/coverage';
import { folderOnDisk, sha256 } from '../weights/folders';

interface Case {
  readonly text: string;
  readonly pair: string | null;
}

const ROOT = path.resolve(__dirname, '..');
const THIRD: Case = { text: 'Time flies like an arrow, but fruit flies like a banana.', pair: null };

function golden(name: string): Case {
  return JSON.parse(
    readFileSync(path.join(ROOT, 'test', 'oracle', 'golden-minilm', `${name}.json`), 'utf8')
  ) as Case;
}

async function main(seeds: number): Promise<void> {
  const model = await loadCheckpoint(folderOnDisk(demoModelFolder()), 'minilm', sha256);
  const compute = await openCompute('auto', { folder: path.join(ROOT, '.cache', 'bench') });
  const loaded = await compute.load(model.config, model.parameters);
  const coverage = new Coverage();
  for (const { text, pair } of [golden('keys'), golden('bank'), THIRD]) {
    const { pieces } = model.tokenizer.encode(text, pair, model.config.maxTokens);
    await addSentence(coverage, loaded, pieces, seeds, line => process.stderr.write(`\r${line}   `));
  }
  process.stderr.write('\n');
  console.log(
    `${compute.info.name}, 3 sentences × ${seeds} seeds; per cent of intervals that hold the exact value`
  );
  console.log('           S      seen   68 %   95 %');
  for (const kind of KINDS) {
    for (const samples of SAMPLES) {
      const [near, far] = [coverage.share(samples, kind, 68), coverage.share(samples, kind, 95)];
      const numbers = [samples, coverage.seen(samples, kind), near.toFixed(1), far.toFixed(1)];
      console.log(
        kind.padEnd(6) + numbers.map((value, i) => String(value).padStart(i === 1 ? 10 : 6)).join(' ')
      );
    }
  }
  await compute.dispose();
}

void main(Number(process.argv[2] ?? 20));
