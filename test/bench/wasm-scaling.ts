// What several threads of the portable engine bring: the same estimate on one and on more, taking turns.

import path from 'node:path';

import { demoModelFolder } from '../demo-model';
import type { Options } from './bench';
import { CASES } from './cases';
import { Lane, type Timing } from './lane';
import { machine, median, table } from './report';

const SAMPLES = 16;
const TOKENS = 16;

export async function scalingSection({ root, threads, runs, say }: Options): Promise<string> {
  const counts = [...new Set([1, 2, 4, threads])].filter(count => count <= threads).sort((a, b) => a - b);
  const text = CASES[0]?.text ?? '';
  const lanes: {
    readonly count: number;
    readonly lane: Lane;
    readonly product: number[];
    readonly tell: number[];
  }[] = [];
  try {
    for (const count of counts) {
      const lane = new Lane(process.execPath, [path.join(root, '.cache', 'bench', 'engine-lane.cjs')], {});
      lanes.push({ count, lane, product: [], tell: [] });
      const order = { do: 'open', engine: 'tfjs-wasm', folder: demoModelFolder(), text, tokens: TOKENS };
      await lane.ask({ ...order, threads: count });
    }
    for (let run = 0; run < runs; run++) {
      for (const { count, lane, product, tell } of lanes) {
        product.push((await lane.ask<Timing>({ do: 'rate' })).seconds);
        tell.push((await lane.ask<Timing>({ do: 'sampled', samples: SAMPLES })).seconds);
        say(`${count} threads: ${(tell.at(-1) ?? NaN).toFixed(2)} s`);
      }
    }
  } finally {
    await Promise.all(lanes.map(({ lane }) => lane.end()));
  }
  const [single] = lanes;
  const share = (own: readonly number[], one: readonly number[], count: number): string =>
    (median(one) / median(own) / count).toFixed(2);
  const rows = lanes.map(({ count, product, tell }) => [
    String(count),
    ((2 * 1024 ** 3) / median(product) / 1e9).toFixed(0),
    share(product, single?.product ?? [], count),
    median(tell).toFixed(2),
    share(tell, single?.tell ?? [], count)
  ]);
  return [
    '## Threads of the portable engine',
    `\`npm run bench -- wasm-scaling\` on ${machine(threads)}; median of ${runs}. all-MiniLM-L6-v2, ${TOKENS} tokens, \`samples=${SAMPLES}\`; ` +
      '`of ideal` is the speed over that of one thread times the number of threads.',
    table(['threads', '1024³ product, GFLOP/s', 'of ideal', 'estimate, s', 'of ideal'], [0, 1, 2, 3, 4], rows)
  ].join('\n\n');
}
