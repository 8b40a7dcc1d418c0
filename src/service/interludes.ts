// Short computations while a job runs: the job waits for them between two of its engine's calls, they wait for each other.

import { throwIfCancelled } from '../core/errors';

export class Interludes {
  readonly #open = new Map<number, AbortController>();
  #last: Promise<unknown> = Promise.resolve();

  /** Settles as `work` does, or throws `cancelled`. */
  async run<T>(id: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const controller = new AbortController();
    this.#open.set(id, controller);
    const before = this.#last;
    const own = (async () => {
      await before;
      throwIfCancelled(controller.signal);
      const result = await work(controller.signal);
      throwIfCancelled(controller.signal);
      return result;
    })().finally(() => this.#open.delete(id));
    this.#last = own.catch(() => undefined);
    return own;
  }

  /** False when no such one is open. */
  cancel(id: number): boolean {
    const controller = this.#open.get(id);
    controller?.abort();
    return controller !== undefined;
  }

  /** Returns when none is open any more, or the signal is set. */
  async over(signal: AbortSignal): Promise<void> {
    if (this.#open.size === 0 || signal.aborted) {
      return;
    }
    await new Promise<void>(resolve => {
      const wake = (): void => resolve();
      signal.addEventListener('abort', wake, { once: true });
      void this.#allEnded().then(() => {
        signal.removeEventListener('abort', wake);
        resolve();
      });
    });
  }

  async #allEnded(): Promise<void> {
    while (this.#open.size > 0) {
      await this.#last;
    }
  }
}
