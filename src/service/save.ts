// A held story as the file that a notebook carries: within a budget of bytes, zlib-deflated.

import { promisify } from 'node:util';
import { deflate } from 'node:zlib';

import { named } from '../core/arrays';
import type { Arrays } from '../protocol/frames';
import { reduceStory } from '../story/reduce';
import type { Environment } from './environment';
import type { HeldStory } from './stories';
import { inTurns } from './turns';

/** @param budget bytes of the file before it is deflated */
export async function save(
  story: HeldStory,
  budget: number,
  environment: Pick<Environment, 'clock' | 'pause'>
): Promise<{ readonly omitted: readonly string[]; readonly arrays: Arrays }> {
  const { file, omitted } = await inTurns(reduceStory(story, budget), environment);
  const deflated = await promisify(deflate)(file);
  return { omitted, arrays: { file: named(['byte'], [deflated.length], new Uint8Array(deflated)) } };
}
