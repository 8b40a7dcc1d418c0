// The portable engine in several threads: weights shared, blocks of tangents handed out one to a thread.

import { Worker } from 'node:worker_threads';

import { StoryError } from '../core/errors';
import type { Ground } from '../gradient/compute-on';
import type { Executor, ReverseSentence, Sentence, Turn } from '../gradient/executor';
import { largestCall } from '../gradient/local';
import type { LayerParameters, ModelConfig } from '../model/parameters';
import { QUICK_RATE_SIZE, RATE_SIZE } from '../tensor/rate';
import { EngineThread } from './engine-thread';

/** Float32 operations of one call: about 0.1 s on one thread. */
const OPERATIONS_PER_CALL = 3e9;
const MOST_ROWS = 1024;
const LEAST_ROWS = 128;

export interface Pool {
  readonly version: string;
  readonly ground: Ground;
}

/**
 * @param worker the bundled worker file
 * @param wasmFolder where the engine's .wasm files lie
 */
export async function openPool(worker: string, wasmFolder: string, threads: number): Promise<Pool> {
  const lanes = Array.from({ length: threads }, () => new EngineThread(new Worker(worker)));
  const dispose = async (): Promise<void> => {
    await Promise.all(lanes.map(lane => lane.end()));
  };
  try {
    const [first] = await Promise.all(lanes.map(lane => lane.ask({ call: 'open', wasmFolder })));
    return { version: first?.version ?? '', ground: groundOf(lanes, dispose) };
  } catch (error) {
    await dispose();
    throw error;
  }
}

function groundOf(lanes: readonly EngineThread[], dispose: () => Promise<void>): Ground {
  let numbers = 0;
  const number = (): number => numbers++;
  let rate: number | null = null;
  const measureRate = async (size: number): Promise<number> => {
    const rates = await Promise.all(lanes.map(lane => lane.ask({ call: 'rate', size })));
    return (rate = rates.reduce((sum, each) => sum + each, 0));
  };
  return {
    measureRate: () => measureRate(RATE_SIZE),
    dispose,
    openModel: async (config, layers) => {
      const model = number();
      const shared = layers.map(shareLayer);
      await Promise.all(lanes.map(lane => lane.ask({ call: 'load', model, config, layers: shared })));
      return new PoolExecutor(lanes, config, model, rate ?? (await measureRate(QUICK_RATE_SIZE)), number);
    }
  };
}

interface SentenceOnThreads {
  readonly sentence: number;
  release(): Promise<void>;
  onIdle<T>(call: (thread: EngineThread) => Promise<T>): Promise<T>;
}

class PoolExecutor implements Executor {
  readonly lanes: number;
  readonly cheapBatches = false;

  constructor(
    private readonly threads: readonly EngineThread[],
    private readonly config: ModelConfig,
    private readonly model: number,
    readonly rate: number,
    private readonly number: () => number
  ) {
    this.lanes = threads.length;
  }

  /** The same at every speed, so that the numbers do not hang on it. */
  rowsPerBlock(tokens: number): number {
    const rows = OPERATIONS_PER_CALL / largestCall(this.config, tokens);
    return Math.min(MOST_ROWS, Math.max(LEAST_ROWS, 2 ** Math.floor(Math.log2(rows))));
  }

  encode(input: Float32Array, turn: Turn): ReturnType<Executor['encode']> {
    return this.thread(0).ask({ call: 'encode', model: this.model, input }, turn);
  }

  async prepare(...[primal, route, turn]: Parameters<Executor['prepare']>): Promise<Sentence> {
    const { model } = this;
    const { sentence, release, onIdle } = await this.onAll((thread, sentence) =>
      thread.ask({ call: 'prepare', model, sentence, primal, route }, turn)
    );
    const collapse = async (layers: number, collapseTurn: Turn): Promise<void> => {
      const ends = await Promise.allSettled(
        this.threads.map((thread, i) =>
          thread.ask(
            { call: 'collapse', sentence, layers },
            i === 0 ? collapseTurn : { ...collapseTurn, fraction: () => undefined }
          )
        )
      );
      const failed = ends.find(end => end.status === 'rejected');
      if (failed !== undefined) {
        throw failed.reason;
      }
    };
    return {
      dispose: release,
      collapse,
      run: (block, blockTurn) => onIdle(thread => thread.ask({ call: 'run', sentence, block }, blockTurn))
    };
  }

  async prepareReverse(
    ...[primal, descent, turn]: Parameters<Executor['prepareReverse']>
  ): Promise<ReverseSentence> {
    const { model } = this;
    const { sentence, release, onIdle } = await this.onAll((thread, sentence) =>
      thread.ask({ call: 'prepareReverse', model, sentence, primal, descent }, turn)
    );
    return {
      dispose: release,
      pull: (block, blockTurn) => onIdle(thread => thread.ask({ call: 'pull', sentence, block }, blockTurn))
    };
  }

  /** Makes one sentence ready on all threads; blocks then go to whichever is idle. */
  private async onAll(
    prepare: (thread: EngineThread, sentence: number) => Promise<null>
  ): Promise<SentenceOnThreads> {
    const sentence = this.number();
    const release = async (): Promise<void> => {
      await Promise.all(this.threads.map(thread => thread.ask({ call: 'release', sentence })));
    };
    const ready = await Promise.allSettled(this.threads.map(thread => prepare(thread, sentence)));
    const failed = ready.find(end => end.status === 'rejected');
    if (failed !== undefined) {
      await release();
      throw failed.reason;
    }
    const idle = [...this.threads];
    return {
      sentence,
      release,
      onIdle: async call => {
        const thread = idle.pop();
        if (thread === undefined) {
          throw new RangeError(`more than ${this.lanes} blocks were given to ${this.lanes} threads`);
        }
        try {
          return await call(thread);
        } finally {
          idle.push(thread);
        }
      }
    };
  }

  async dispose(): Promise<void> {
    await Promise.all(this.threads.map(thread => thread.ask({ call: 'unload', model: this.model })));
  }

  private thread(index: number): EngineThread {
    const thread = this.threads[index];
    if (thread === undefined) {
      throw new StoryError(
        'engine_missing',
        'the portable engine has no threads',
        'start it with at least one'
      );
    }
    return thread;
  }
}

/** A copy in memory that threads share, so that they do not each get their own. */
function shareLayer(layer: LayerParameters): LayerParameters {
  const share = (values: Float32Array): Float32Array => {
    const shared = new Float32Array(new SharedArrayBuffer(values.byteLength));
    shared.set(values);
    return shared;
  };
  const linear = ({ weight, bias }: LayerParameters['query']): LayerParameters['query'] => ({
    weight: share(weight),
    bias: share(bias)
  });
  const norm = ({ gain, bias }: LayerParameters['outputNorm']): LayerParameters['outputNorm'] => ({
    gain: share(gain),
    bias: share(bias)
  });
  return {
    query: linear(layer.query),
    key: linear(layer.key),
    value: linear(layer.value),
    output: linear(layer.output),
    attentionNorm: norm(layer.attentionNorm),
    up: linear(layer.up),
    down: linear(layer.down),
    outputNorm: norm(layer.outputNorm)
  };
}
