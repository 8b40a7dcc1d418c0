// One thread of the portable engine, seen from the main thread: a call is a promise, cancelled through shared memory.

import type { Worker } from 'node:worker_threads';

import { StoryError } from '../core/errors';
import type { Turn } from '../gradient/executor';
import type { Call, Order, Reply, Returns } from './worker-messages';

interface Waiting {
  resolve(value: Returns[Call['call']]): void;
  reject(error: unknown): void;
  fraction(done: number): void;
}

export class EngineThread {
  private readonly waiting = new Map<number, Waiting>();
  private next = 0;
  private failure: StoryError | null = null;

  constructor(private readonly worker: Worker) {
    worker.on('message', (reply: Reply) => this.receive(reply));
    worker.on('error', error => this.fail(error.message));
    worker.on('exit', code => this.fail(`it ended with code ${code}`));
  }

  /** Does one call after those asked before; ends early, as `cancelled`, when the turn's signal is set. */
  async ask<C extends Call>(body: C, turn?: Pick<Turn, 'signal' | 'fraction'>): Promise<Returns[C['call']]> {
    if (this.failure !== null) {
      throw this.failure;
    }
    const id = this.next++;
    const stop = new Int32Array(new SharedArrayBuffer(4));
    const cancel = (): void => void Atomics.store(stop, 0, 1);
    if (turn?.signal.aborted === true) {
      cancel();
    }
    turn?.signal.addEventListener('abort', cancel, { once: true });
    try {
      const value = await new Promise<Returns[Call['call']]>((resolve, reject) => {
        this.waiting.set(id, { resolve, reject, fraction: done => turn?.fraction(done) });
        const order: Order = { id, stop, body };
        this.worker.postMessage(order);
      });
      return value as Returns[C['call']];
    } finally {
      turn?.signal.removeEventListener('abort', cancel);
    }
  }

  async end(): Promise<void> {
    await this.worker.terminate();
  }

  private receive(reply: Reply): void {
    const waiting = this.waiting.get(reply.id);
    switch (reply.kind) {
      case 'fraction':
        waiting?.fraction(reply.done);
        return;
      case 'value':
        this.waiting.delete(reply.id);
        waiting?.resolve(reply.value);
        return;
      case 'error': {
        this.waiting.delete(reply.id);
        const { code, message, hint, values } = reply.error;
        waiting?.reject(new StoryError(code, message, hint, values));
        return;
      }
    }
  }

  private fail(reason: string): void {
    this.failure ??= new StoryError(
      'internal',
      `a thread of the portable engine broke down: ${reason}`,
      'try again; if it comes back, report it with the text and the model'
    );
    for (const { reject } of this.waiting.values()) {
      reject(this.failure);
    }
    this.waiting.clear();
  }
}
