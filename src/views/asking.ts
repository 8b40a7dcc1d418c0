// Asks the kernel for what the view lacks: each thing once, and again when an answer is long overdue or data were replaced.

import type { MeasureRequest } from '../analysis/options';
import type { Intent } from '../story/data';
import type { HeadId } from './spec/state';

/** After this an unanswered question is asked again when it comes up. */
const OVERDUE_MS = 5000;

export interface Asking {
  heads(heads: readonly HeadId[]): void;
  measures(requests: readonly MeasureRequest[]): void;
  /** Forgets what was asked: the data were replaced. */
  forget(): void;
}

/** @param now milliseconds of a clock that never goes back */
export function createAsking(send: ((intent: Intent) => void) | null, now: () => number): Asking {
  const asked = new Map<string, number>();
  const due = (key: string): boolean => {
    const before = asked.get(key);
    if (before !== undefined && now() - before < OVERDUE_MS) {
      return false;
    }
    asked.set(key, now());
    return true;
  };
  return {
    heads(heads) {
      const wanted = send === null ? [] : heads.filter(([layer, head]) => due(`head ${layer}.${head}`));
      if (wanted.length > 0) {
        send?.({ kind: 'fetch', heads: wanted });
      }
    },
    measures(requests) {
      const wanted =
        send === null
          ? []
          : requests.filter(({ measure, special, own, units }) =>
              due(`measure ${measure} ${special} ${own} ${units}`)
            );
      if (wanted.length > 0) {
        send?.({ kind: 'measure', requests: wanted });
      }
    },
    forget: () => asked.clear()
  };
}
