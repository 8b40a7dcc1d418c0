// A source that plays a job step by step: attention alone, estimates, exact; it answers what views ask for.

import type { Intent, StoryData, StorySource, StoryStatus } from '../../../src/story/data';
import { requestKey } from '../../../src/story/contents';
import { dataAfter, type Atlas } from './stories';

export type Step = 'pending' | 'sampled8' | 'sampled16' | 'stopped' | 'exact' | 'saved' | 'failed';

export interface Player {
  readonly source: StorySource;
  /** Everything the view has asked for. */
  readonly sent: Intent[];
  send(intent: Intent): void;
  go(step: Step): void;
}

const NO_FAILURE = { failure: null } as const;

export function createPlayer(
  atlas: Atlas,
  first: Step,
  options: { readonly sparse: boolean; readonly delay: number }
): Player {
  const { width } = atlas.document.model;
  const holds = options.sparse ? new Set<string>(['0.0']) : null;
  const measures = options.sparse ? new Set<string>(['pearson keep keep pieces']) : null;
  const listeners = new Set<() => void>();
  const sent: Intent[] = [];
  let step = first;
  let data = dataAt(step);

  function dataAt(at: Step): StoryData {
    const all = dataAfter(atlas, samplesAt(at));
    return {
      document: all.document,
      head: (layer, head) => (holds?.has(`${layer}.${head}`) === false ? null : all.head(layer, head)),
      measure: request => (measures?.has(requestKey(request)) === false ? null : all.measure(request))
    };
  }
  function samplesAt(at: Step): number {
    switch (at) {
      case 'pending':
      case 'failed':
        return 0;
      case 'sampled8':
        return 8;
      case 'sampled16':
      case 'stopped':
        return 16;
      case 'exact':
      case 'saved':
        return width;
    }
  }
  function status(): StoryStatus {
    const done = samplesAt(step);
    const common = { done, total: width, secondsLeft: null, reason: null, saved: false, ...NO_FAILURE };
    switch (step) {
      case 'pending':
        return { ...common, state: 'attention', running: true, error: null, secondsLeft: 1.2 };
      case 'failed':
        return {
          ...common,
          state: 'failed',
          running: false,
          error: null,
          failure: {
            message: '9.1 GB needed, limit 7.8 GB',
            hint: 'ask for fewer samples, or give the service more memory'
          }
        };
      case 'sampled8':
        return { ...common, state: 'sampled', running: true, error: 0.1, secondsLeft: 6 };
      case 'sampled16':
        return { ...common, state: 'sampled', running: true, error: 0.07, secondsLeft: 5 };
      case 'stopped':
        return { ...common, state: 'sampled', running: false, error: 0.07, reason: 'cancelled' };
      case 'exact':
        return { ...common, state: 'exact', running: false, error: 0, reason: 'exact' };
      case 'saved':
        return { ...common, state: 'exact', running: false, saved: true, error: 0 };
    }
  }
  const tell = () => listeners.forEach(listener => listener());

  return {
    sent,
    source: {
      get: () => data,
      status,
      onChange(listener, signal) {
        listeners.add(listener);
        signal.addEventListener('abort', () => listeners.delete(listener), { once: true });
      }
    },
    send(intent) {
      sent.push(intent);
      setTimeout(() => {
        switch (intent.kind) {
          case 'fetch':
            intent.heads.forEach(([layer, head]) => holds?.add(`${layer}.${head}`));
            return tell();
          case 'measure':
            intent.requests.forEach(request => measures?.add(requestKey(request)));
            return tell();
          case 'cancel':
            step = 'stopped';
            break;
          case 'refine':
            step = intent.stop.rule === 'exact' ? 'exact' : 'sampled16';
            break;
        }
        data = dataAt(step);
        tell();
      }, options.delay);
    },
    go(next) {
      step = next;
      data = dataAt(step);
      tell();
    }
  };
}
