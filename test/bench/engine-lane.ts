// Our side of the speed comparison: a process with one engine and one model, timed through `LoadedModel.tell`.
//
// Orders: open {engine, folder, text, tokens, threads}, rate, attention, sampled {samples}, exact {fraction}.

import path from 'node:path';
import { createInterface } from 'node:readline';

import { StoryError } from '../../src/core/errors';
import type { AtlasRequest, Compute, LoadedModel } from '../../src/gradient/compute';
import { loadCheckpoint } from '../../src/model/checkpoint';
import { openCompute, type EngineChoice } from '../../src/service/engines';
import { RATE_SIZE } from '../../src/tensor/rate';
import { hooksWith, requestFor } from '../compute-fixture';
import { folderOnDisk, sha256 } from '../weights/folders';
import type { Timing } from './lane';
import { peakOf, resetPeak } from './peak';

const BUNDLES = path.resolve(__dirname, '..', '.cache', 'bench');

interface Order {
  readonly do: string;
  readonly engine: EngineChoice;
  readonly folder: string;
  readonly text: string;
  readonly tokens: number;
  readonly threads: number;
  readonly samples: number;
  readonly fraction: number;
}

let compute: Compute;
let loaded: LoadedModel;
let request: AtlasRequest;

async function open({ engine, folder, text, tokens, threads }: Order): Promise<object> {
  const model = await loadCheckpoint(folderOnDisk(folder), path.basename(folder), sha256);
  compute = await openCompute(engine, { folder: BUNDLES, threads });
  loaded = await compute.load(model.config, model.parameters);
  const { pieces } = model.tokenizer.encode(text, null, tokens);
  request = requestFor(pieces);
  const { ids, segments } = request;
  const { layers, width } = model.config;
  return { ids: [...ids], segments: [...segments], layers, width, ...compute.info };
}

const now = (): number => performance.now() / 1000;

async function finish(told: AsyncIterator<unknown>): Promise<void> {
  while ((await told.next()).done !== true);
}

async function attention(): Promise<number> {
  const began = now();
  const told = loaded.tell(request, hooksWith());
  await told.next();
  const seconds = now() - began;
  await told.return({ reason: 'samples', secondsLeft: null });
  return seconds;
}

async function sampled(samples: number): Promise<number> {
  const began = now();
  await finish(loaded.tell({ ...request, stop: { rule: 'samples', samples } }, hooksWith()));
  return now() - began;
}

/** Runs on to a share of the directions; the pace of its second half is taken for the rest. */
async function exact(fraction: number): Promise<number> {
  const controller = new AbortController();
  const began = now();
  const seen: { readonly share: number; readonly at: number }[] = [];
  const progress = (done: number, total: number): void => {
    seen.push({ share: done / total, at: now() - began });
    if (fraction < 1 && done / total >= fraction) {
      controller.abort();
    }
  };
  try {
    await finish(loaded.tell(request, hooksWith({ signal: controller.signal, progress })));
    return now() - began;
  } catch (error) {
    if (!(error instanceof StoryError && error.code === 'cancelled')) {
      throw error;
    }
  }
  const end = seen.at(-1);
  const middle = seen.find(({ share }) => share >= (end?.share ?? 0) / 2);
  if (end === undefined || middle === undefined || middle.share >= end.share) {
    throw new Error('there was no progress to take a pace from');
  }
  return end.at + ((1 - end.share) * (end.at - middle.at)) / (end.share - middle.share);
}

async function perform(order: Order): Promise<object> {
  resetPeak();
  const timing = (seconds: number): Timing => ({ seconds, peak: peakOf() });
  switch (order.do) {
    case 'open':
      return open(order);
    case 'rate':
      return timing((2 * RATE_SIZE ** 3) / ((await compute.productRate()) * 1e9));
    case 'attention':
      return timing(await attention());
    case 'sampled':
      return timing(await sampled(order.samples));
    case 'exact':
      return timing(await exact(order.fraction));
    default:
      throw new Error(`the engine was asked to ${order.do}`);
  }
}

async function main(): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    process.stdout.write(`${JSON.stringify(await perform(JSON.parse(line) as Order))}\n`);
  }
  process.exit(0);
}

void main();
