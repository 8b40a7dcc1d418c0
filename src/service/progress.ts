// How often does a job say where it is? At most ten times a second, and at least every five seconds as a sign of life.

import { MAX_PROGRESS_PER_SECOND, SIGN_OF_LIFE_SECONDS } from '../core/limits';
import type { Progress } from '../protocol/answers';

export interface Clock {
  /** Seconds from some fixed moment. */
  now(): number;
  /** Calls back every so many seconds until the returned function is called. */
  every(seconds: number, call: () => void): () => void;
}

export class ProgressReporter {
  readonly #send: (progress: Progress) => void;
  readonly #clock: Clock;
  readonly #stop: () => void;
  #latest: Progress;
  #sentAt: number;

  /** Says the first at once. */
  constructor(first: Progress, clock: Clock, send: (progress: Progress) => void) {
    this.#latest = first;
    this.#clock = clock;
    this.#send = send;
    this.#sentAt = clock.now();
    send(first);
    this.#stop = clock.every(SIGN_OF_LIFE_SECONDS / 4, () => this.#signOfLife());
  }

  update(progress: Omit<Progress, 'kind'>): void {
    const changed = progress.stage !== this.#latest.stage;
    this.#latest = { kind: 'progress', ...progress };
    if (changed || this.#clock.now() - this.#sentAt >= 1 / MAX_PROGRESS_PER_SECOND) {
      this.#say();
    }
  }

  dispose(): void {
    this.#stop();
  }

  /** Early, since the timer has to wait for the engine call that is under way. */
  #signOfLife(): void {
    if (this.#clock.now() - this.#sentAt >= SIGN_OF_LIFE_SECONDS / 2) {
      this.#say();
    }
  }

  #say(): void {
    this.#sentAt = this.#clock.now();
    this.#send(this.#latest);
  }
}
