// What the largest jobs take: time, memory, and whether the time left was told truly.

import type { Options } from './bench';
import { peakOf } from './peak';
import { machine, table } from './report';
import { openService, textOf } from './service';

type Stop = { readonly rule: 'samples'; readonly samples: number } | { readonly rule: 'exact' };

interface Job {
  readonly tokens: number;
  readonly stop: Stop;
}

const JOBS: readonly Job[] = [
  { tokens: 32, stop: { rule: 'exact' } },
  { tokens: 512, stop: { rule: 'samples', samples: 2 } }
];
const QUICK: readonly Job[] = [{ tokens: 32, stop: { rule: 'samples', samples: 2 } }];
const MEMORY = '6GB';
/** Share of the work after which the time that was said to be left is taken down. */
const FORETOLD_AT = 0.05;

export async function limitsSection({ root, threads, quick, say }: Options): Promise<string> {
  const rows: string[][] = [];
  for (const { tokens, stop } of quick ? QUICK : JOBS) {
    const { service, model } = await openService(root, { BERTSTORY_MEMORY: MEMORY });
    const began = performance.now();
    const elapsed = (): number => (performance.now() - began) / 1000;
    let foretold: number | null = null;
    let peak = 0;
    try {
      for await (const { answer } of service.client.request('tell', { model, text: textOf(tokens), stop })) {
        peak = Math.max(peak, peakOf(service.child.pid ?? 'self'));
        if (answer.kind !== 'progress' || answer.secondsLeft === null) {
          continue;
        }
        const share = elapsed() / (elapsed() + answer.secondsLeft);
        foretold ??=
          answer.stage === 'attribution' && share >= FORETOLD_AT ? elapsed() + answer.secondsLeft : null;
        say(`${tokens} tokens: ${answer.done.toFixed(2)} done, ${answer.secondsLeft.toFixed(0)} s left`);
      }
      const seconds = elapsed();
      const task = stop.rule === 'exact' ? 'exact' : `samples=${stop.samples}`;
      const told = foretold === null ? '' : (foretold / seconds).toFixed(2);
      rows.push([String(tokens), task, seconds.toFixed(0), `${(peak / 1e9).toFixed(2)} GB`, told]);
    } finally {
      await service.stop();
    }
  }
  return [
    '## The largest jobs',
    `\`npm run bench -- limits\` on ${machine(threads)}: BERT-base shape, the service process with BERTSTORY_MEMORY=${MEMORY}, weights included. ` +
      '`foretold` is the time that was expected after a twentieth of the work over the time it took.',
    table(['tokens', 'task', 'seconds', 'peak memory', 'foretold'], [0, 2, 3, 4], rows)
  ].join('\n\n');
}
