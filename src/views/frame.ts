// Paints at most once per frame, however often something changes in between.

export interface Frame {
  /** Something changed: paint in the next frame. */
  mark(): void;
}

export function createFrame(window: Window, paint: () => void, signal: AbortSignal): Frame {
  let waiting: number | null = null;
  signal.addEventListener(
    'abort',
    () => {
      if (waiting !== null) {
        window.cancelAnimationFrame(waiting);
        waiting = null;
      }
    },
    { once: true }
  );
  return {
    mark() {
      if (!signal.aborted) {
        waiting ??= window.requestAnimationFrame(() => {
          waiting = null;
          if (!signal.aborted) {
            paint();
          }
        });
      }
    }
  };
}

/**
 * Calls `act` at once if the last call is long enough ago, else when it is; one call for all that came in between.
 *
 * @param every milliseconds between calls that may wait
 */
export function createPacer(
  window: Window,
  act: () => void,
  every: number,
  signal: AbortSignal
): (mayWait: boolean) => void {
  let last = -Infinity;
  let timer: number | null = null;
  const run = () => {
    if (timer !== null) {
      window.clearTimeout(timer);
      timer = null;
    }
    last = window.performance.now();
    act();
  };
  signal.addEventListener('abort', () => timer !== null && window.clearTimeout(timer), { once: true });
  return mayWait => {
    const rest = last + every - window.performance.now();
    if (!mayWait || rest <= 0) {
      run();
    } else {
      timer ??= window.setTimeout(run, rest);
    }
  };
}
