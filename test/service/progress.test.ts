import type { Progress } from '../../src/protocol/answers';
import { type Clock, ProgressReporter } from '../../src/service/progress';

/** Time that passes when it is told to. */
class Time implements Clock {
  private seconds = 0;
  private readonly timers = new Map<() => void, { readonly period: number; next: number }>();

  now(): number {
    return this.seconds;
  }

  every(period: number, call: () => void): () => void {
    this.timers.set(call, { period, next: this.seconds + period });
    return () => this.timers.delete(call);
  }

  pass(seconds: number): void {
    const end = this.seconds + seconds;
    while (this.seconds < end) {
      this.seconds = Math.min(end, this.seconds + 0.01);
      for (const [call, timer] of this.timers) {
        if (this.seconds >= timer.next) {
          timer.next += timer.period;
          call();
        }
      }
    }
  }
}

function started() {
  const said: (Progress & { readonly at: number })[] = [];
  const time = new Time();
  const first = { kind: 'progress', stage: 'queued', done: 0, total: 384, secondsLeft: null } as const;
  const reporter = new ProgressReporter(first, time, progress => said.push({ ...progress, at: time.now() }));
  const at = (done: number) => reporter.update({ stage: 'attribution', done, total: 384, secondsLeft: 1 });
  return { said, time, reporter, at };
}

describe('ProgressReporter', () => {
  it('should say the first and every change of stage at once', () => {
    const { said, at } = started();
    at(0);
    expect(said.map(({ stage }) => stage)).toEqual(['queued', 'attribution']);
  });

  it('should speak at most ten times a second', () => {
    const { said, time, at } = started();
    for (let done = 0; done < 384; done++) {
      at(done);
      time.pass(0.01);
    }
    expect(said.length).toBeGreaterThan(20);
    const pauses = said.slice(2).map(({ at: now }, index) => now - (said[index + 1]?.at ?? 0));
    expect(Math.min(...pauses)).toBeGreaterThan(0.0999);
  });

  it('should give a sign of life at least every five seconds, also late timers granted, and none at the end', () => {
    const { said, time, reporter } = started();
    time.pass(60);
    const pauses = said.slice(1).map(({ at: now }, index) => now - (said[index]?.at ?? 0));
    expect(Math.max(...pauses)).toBeLessThan(4.5);
    const count = said.length;
    reporter.dispose();
    time.pass(60);
    expect(said.length).toBe(count);
  });
});
