// What tests read out of the service's answers.
import type { PartialAnswer, Results } from '../../src/protocol/answers';
import type { Conversation, Reply } from '../../src/protocol/client';
import type { Arrays } from '../../src/protocol/frames';

export interface Told {
  readonly partials: readonly { readonly answer: PartialAnswer; readonly arrays: Arrays }[];
  readonly stages: readonly string[];
  readonly result: Results['tell'];
}

/** A tell or refine to its end. */
export async function told(conversation: Conversation): Promise<Told> {
  const partials: { answer: PartialAnswer; arrays: Arrays }[] = [];
  const stages: string[] = [];
  for await (const { answer, arrays } of conversation) {
    switch (answer.kind) {
      case 'partial':
        partials.push({ answer, arrays });
        break;
      case 'progress':
        stages.push(answer.stage);
        break;
      case 'result':
        return { partials, stages, result: resultOf<'tell'>({ answer, arrays }) };
      case 'welcome':
        throw new Error('a welcome is no answer to tell');
    }
  }
  throw new Error('tell ended without a result');
}

/** The fields of the result of a request of that kind. */
export function resultOf<K extends keyof Results>({ answer }: Reply): Results[K] {
  if (answer.kind !== 'result') {
    throw new Error(`answered by ${answer.kind}`);
  }
  return answer as unknown as Results[K];
}

export function floats(arrays: Arrays, name: string): Float32Array {
  const data = arrays[name]?.data;
  if (!(data instanceof Float32Array)) {
    throw new Error(`there is no float32 array ${name}`);
  }
  return data;
}

/** The last partial's arrays. */
export function last({ partials }: Told) {
  const partial = partials.at(-1);
  if (!partial) {
    throw new Error('there was no partial');
  }
  return partial;
}

/** Largest |a − b| relative to b's own size, cells below 1e-5 of their row's largest aside. */
export function relativeDifference(a: Float32Array, b: Float32Array | Float64Array, row: number): number {
  let worst = a.length === b.length ? 0 : Infinity;
  for (let start = 0; start < b.length; start += row) {
    const floor = 1e-5 * Math.max(...b.subarray(start, start + row));
    for (let cell = start; cell < start + row; cell++) {
      const expected = b[cell] ?? NaN;
      const scale = Math.max(Math.abs(expected), floor);
      worst = Math.max(worst, scale === 0 ? 0 : Math.abs((a[cell] ?? NaN) - expected) / scale);
    }
  }
  return worst;
}
