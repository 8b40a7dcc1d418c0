// The caller's turn between the engine's calls, made of a job's hooks.

import { throwIfCancelled } from '../core/errors';
import type { AtlasHooks } from './compute';
import type { Turn } from './executor';

export function turnOf({ signal, pause }: Pick<AtlasHooks, 'signal' | 'pause'>): Turn {
  return {
    signal,
    pause: async () => {
      throwIfCancelled(signal);
      await pause();
      throwIfCancelled(signal);
    },
    fraction: () => undefined
  };
}
