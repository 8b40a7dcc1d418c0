// How long a cancel takes at random moments of an exact run, through the real service process.

import { setTimeout as sleep } from 'node:timers/promises';

import { uniformFrom } from '../../src/core/random';
import type { Options } from './bench';
import { machine, median } from './report';
import { openService, textOf } from './service';

const TOKENS = 32;
const MOMENTS = 20;
/** Seconds after the start: loading, attention, the first estimate and the exact sweep all lie in it. */
const WITHIN = 20;

export async function cancelSection({ root, threads, quick, say }: Options): Promise<string> {
  const { service, model } = await openService(root);
  const uniform = uniformFrom([7]);
  const answers: number[] = [];
  try {
    for (let moment = 0; moment < (quick ? 3 : MOMENTS); moment++) {
      const after = WITHIN * uniform();
      const job = service.client.request('tell', {
        model,
        text: textOf(TOKENS),
        seed: moment,
        stop: { rule: 'exact' }
      });
      const ended = drained(job);
      await sleep(after * 1000);
      const began = performance.now();
      await service.client.ask('cancel', { target: job.id });
      const how = await ended;
      answers.push(performance.now() - began);
      say(`cancelled after ${after.toFixed(1)} s: ${how} in ${(answers.at(-1) ?? NaN).toFixed(0)} ms`);
    }
  } finally {
    await service.stop();
  }
  return [
    '## Cancelling',
    `\`npm run bench -- cancel\` on ${machine(threads)}: BERT-base shape, ${TOKENS} tokens, exact, cancelled at ${answers.length} random moments ` +
      `of its first ${WITHIN} s through the service process. Until the job has ended: slowest ${Math.max(...answers).toFixed(0)} ms, ` +
      `median ${median(answers).toFixed(0)} ms.`
  ].join('\n\n');
}

async function drained(job: AsyncIterable<unknown>): Promise<string> {
  try {
    const answers = job[Symbol.asyncIterator]();
    while ((await answers.next()).done !== true);
    return 'finished before';
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
}
