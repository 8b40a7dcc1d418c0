// Long work in steps, with a turn for others in between.

import type { Environment } from './environment';

/** Seconds that work may take before others get their turn. */
const TURN = 0.03;

export async function inTurns<T>(
  steps: Generator<unknown, T>,
  { clock, pause }: Pick<Environment, 'clock' | 'pause'>
): Promise<T> {
  let turn = clock.now();
  for (;;) {
    const step = steps.next();
    if (step.done === true) {
      return step.value;
    }
    if (clock.now() - turn > TURN) {
      await pause();
      turn = clock.now();
    }
  }
}
