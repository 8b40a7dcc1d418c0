// A held story as the file that a notebook carries: within a budget of bytes, zlib-deflated.

import { promisify } from 'node:util';
import { deflate } from 'node:zlib';

import { named } from '../core/arrays';
import type { Arrays } from '../protocol/frames';
import { reduceStory, type ReducedStory } from '../story/reduce';
import type { Environment } from './environment';
import type { HeldStory } from './stories';
import { inTurns } from './turns';

/**
 * @param budget bytes of the file before it is deflated
 * @returns also the measures that were taken for it
 */
export async function save(
  story: HeldStory,
  budget: number,
  environment: Pick<Environment, 'clock' | 'pause'>
): Promise<Pick<ReducedStory, 'omitted' | 'results'> & { readonly arrays: Arrays }> {
  const { file, omitted, results } = await inTurns(reduceStory(story, budget), environment);
  const deflated = await promisify(deflate)(file);
  return { omitted, results, arrays: { file: named(['byte'], [deflated.length], new Uint8Array(deflated)) } };
}
