// From the options of an attribution to the way its tangents travel; what cannot be computed yet is refused here.

import { StoryError } from '../core/errors';
import { NORMS, PATHS, TARGETS, type MethodOptions } from '../core/method';
import type { Route } from './executor';

/**
 * @param layers of the model
 * @throws StoryError `unknown_option` that names what may be asked for
 */
export function routeOf(method: MethodOptions, layers: number): Omit<Route, 'mix' | 'hidden'> {
  check('norm', method.norm, NORMS);
  check('target', method.target, TARGETS);
  check('paths', method.paths, PATHS);
  if (method.norm === 'input' && method.source === 'embedding') {
    throw new StoryError(
      'unknown_option',
      'norm "input" with source "embedding" is zero everywhere: the LayerNorm behind the embedding does not see how long a vector is',
      'use source input with norm input, or norm frobenius with source embedding',
      { option: 'source', value: 'embedding' }
    );
  }
  return { start: startOf(method.source, layers), target: method.target, paths: method.paths };
}

function startOf(source: string, layers: number): Route['start'] {
  if (source === 'input' || source === 'embedding') {
    return 0;
  }
  if (source === 'local') {
    return 'each';
  }
  const layer = /^layer:(\d+)$/.exec(source)?.[1];
  if (layer === undefined || Number(layer) >= layers) {
    throw refusal('source', source, ['input', 'embedding', 'local', `layer:0 … layer:${layers - 1}`]);
  }
  return Number(layer);
}

function check(option: string, value: string, allowed: readonly string[]): void {
  if (!allowed.includes(value)) {
    throw refusal(option, value, allowed);
  }
}

function refusal(option: string, value: string, allowed: readonly string[]): StoryError {
  return new StoryError(
    'unknown_option',
    `${option} "${value}" is not available; available are ${allowed.join(', ')}`,
    `leave ${option} out for ${allowed[0]}`,
    { option, value }
  );
}
