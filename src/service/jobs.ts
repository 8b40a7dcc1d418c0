// Whose turn is it? One job runs at a time, the others wait in order; the newest job of a slot drives out the one before.

import { StoryError, throwIfCancelled } from '../core/errors';
import { MAX_QUEUED_JOBS } from '../core/limits';

interface Entry {
  readonly id: number;
  readonly slot: string | null;
  readonly controller: AbortController;
  /** Its turn has come, or it was cancelled while it waited. */
  readonly wake: () => void;
}

export class JobQueue {
  readonly #limit: number;
  readonly #waiting: Entry[] = [];
  #running: Entry | null = null;

  constructor(limit = MAX_QUEUED_JOBS) {
    this.#limit = limit;
  }

  get running(): number | null {
    return this.#running?.id ?? null;
  }

  get queued(): number[] {
    return this.#waiting.map(({ id }) => id);
  }

  /**
   * To be called before `run`: cancels the jobs that the slot still has.
   *
   * @throws StoryError busy when the queue is full
   */
  admit(slot: string | null): void {
    if (slot !== null) {
      const older = [this.#running, ...this.#waiting].filter(entry => entry?.slot === slot);
      older.forEach(entry => entry && this.cancel(entry.id));
    }
    if (this.#waiting.length >= this.#limit) {
      throw new StoryError(
        'busy',
        `${this.#waiting.length} jobs are waiting already, at most ${this.#limit} may`,
        'wait for some of them, or cancel them',
        { waiting: this.#waiting.length, limit: this.#limit }
      );
    }
  }

  /** Settles as `work` does, or throws `cancelled`: at once while the job waits, else when `work` has noticed the signal. */
  async run<T>(id: number, slot: string | null, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const controller = new AbortController();
    await new Promise<void>(wake => {
      this.#waiting.push({ id, slot, controller, wake });
      this.#next();
    });
    try {
      throwIfCancelled(controller.signal);
      const result = await work(controller.signal);
      throwIfCancelled(controller.signal);
      return result;
    } finally {
      if (this.#running?.id === id) {
        this.#running = null;
      }
      this.#next();
    }
  }

  /** False when no such job runs or waits. */
  cancel(id: number): boolean {
    const waiting = this.#waiting.find(entry => entry.id === id);
    if (waiting) {
      this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
      waiting.controller.abort();
      waiting.wake();
      return true;
    }
    if (this.#running?.id === id) {
      this.#running.controller.abort();
      return true;
    }
    return false;
  }

  #next(): void {
    if (!this.#running) {
      this.#running = this.#waiting.shift() ?? null;
      this.#running?.wake();
    }
  }
}
