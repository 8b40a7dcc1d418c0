// A thread of the portable engine: its own WebAssembly backend, doing what the main thread asks, one call after the other.

import { parentPort } from 'node:worker_threads';

import { errorData, StoryError } from '../core/errors';
import type { ReverseSentence, Sentence, Turn } from '../gradient/executor';
import { LocalExecutor } from '../gradient/local';
import type { TfjsEngine } from '../tensor/tfjs';
import { measureRate } from '../tensor/rate';
import { openWasm } from '../tensor/wasm';
import type { Call, Order, Reply, Returns } from './worker-messages';

const now = (): number => performance.now() / 1000;

let engine: TfjsEngine | null = null;
const models = new Map<number, LocalExecutor>();
const sentences = new Map<number, Sentence>();
const reversed = new Map<number, ReverseSentence>();

async function perform(body: Call, turn: Turn): Promise<Returns[Call['call']]> {
  switch (body.call) {
    case 'open':
      engine = await openWasm(body.wasmFolder);
      return { version: engine.version };
    case 'rate':
      return measureRate(opened(engine), body.size, now);
    case 'load':
      models.set(body.model, new LocalExecutor(opened(engine), body.config, body.layers, 0, now));
      return null;
    case 'unload':
      await models.get(body.model)?.dispose();
      models.delete(body.model);
      return null;
    case 'encode':
      return opened(models.get(body.model)).encode(body.input, turn);
    case 'prepare':
      sentences.set(
        body.sentence,
        await opened(models.get(body.model)).prepare(body.primal, body.route, turn)
      );
      return null;
    case 'run':
      return opened(sentences.get(body.sentence)).run(body.block, turn);
    case 'prepareReverse':
      reversed.set(
        body.sentence,
        await opened(models.get(body.model)).prepareReverse(body.primal, body.descent, turn)
      );
      return null;
    case 'pull':
      return opened(reversed.get(body.sentence)).pull(body.block, turn);
    case 'collapse':
      await opened(sentences.get(body.sentence)).collapse(body.layers, turn);
      return null;
    case 'release':
      await reversed.get(body.sentence)?.dispose();
      reversed.delete(body.sentence);
      await sentences.get(body.sentence)?.dispose();
      sentences.delete(body.sentence);
      return null;
  }
}

function opened<T>(thing: T | null | undefined): T {
  if (thing === null || thing === undefined) {
    throw new RangeError('the engine thread was asked for something that it does not have');
  }
  return thing;
}

function turnOf(stop: Int32Array, fraction: Turn['fraction']): Turn {
  const controller = new AbortController();
  return {
    signal: controller.signal,
    fraction,
    pause: async () => {
      if (Atomics.load(stop, 0) !== 0) {
        throw new StoryError('cancelled', 'the job was stopped', 'ask again to go on');
      }
    }
  };
}

function send(reply: Reply): void {
  parentPort?.postMessage(reply);
}

let last = Promise.resolve();
parentPort?.on('message', ({ id, stop, body }: Order) => {
  last = last.then(async () => {
    try {
      const value = await perform(
        body,
        turnOf(stop, done => send({ id, kind: 'fraction', done }))
      );
      send({ id, kind: 'value', value });
    } catch (error) {
      send({ id, kind: 'error', error: errorData(error) });
    }
  });
});
