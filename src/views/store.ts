// Where the state of a view is kept, so that hosts can keep it in step with Python or a saved notebook.

import type { ViewState } from './spec/state';

export interface ViewStore {
  get(): ViewState;
  /** Does nothing if the state says the same as before, so that two-way sync comes to rest. */
  set(state: ViewState): void;
  /** Calls back after every change, whoever made it, until the signal is set. */
  onChange(listener: (state: ViewState) => void, signal: AbortSignal): void;
}

/** A store in memory. Listeners run in the order they came; one that throws keeps none of the others from running. */
export function createViewStore(initial: ViewState): ViewStore {
  let current = initial;
  const listeners = new Set<(state: ViewState) => void>();
  return {
    get: () => current,
    set(state) {
      if (sameState(state, current)) {
        return;
      }
      current = state;
      for (const listener of [...listeners]) {
        try {
          listener(state);
        } catch (error) {
          console.warn('bertstory: a listener of the view state failed', error);
        }
      }
    },
    onChange(listener, signal) {
      if (signal.aborted) {
        return;
      }
      listeners.add(listener);
      signal.addEventListener('abort', () => listeners.delete(listener), { once: true });
    }
  };
}

/** True if both states say the same; the order of keys does not matter. */
export function sameState(a: ViewState, b: ViewState): boolean {
  return a === b || canonical(a) === canonical(b);
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner
  );
}
