// Measures of a held story as the arrays of an answer.

import { measureByLayer, type AtlasMaps } from '../analysis/mismatch';
import type { MeasureRequest } from '../analysis/options';
import { named } from '../core/arrays';
import { StoryError } from '../core/errors';
import type { Arrays } from '../protocol/frames';
import type { Environment } from './environment';
import type { HeldStory } from './stories';

/** Seconds that measuring may take before others get their turn. */
const TURN = 0.03;

/**
 * `0.heads` [layer, head, statistic], `0.curve` [layer, statistic], with `rows` also `0.rows` [layer, head, query]; `1.heads` …
 *
 * @throws StoryError needs_attribution while there are no norms
 */
export async function measured(
  story: HeldStory,
  requests: readonly MeasureRequest[],
  rows: boolean,
  { clock, pause }: Pick<Environment, 'clock' | 'pause'>
): Promise<Arrays> {
  const { layers, heads } = story.document.model;
  const maps = mapsOf(story);
  const arrays: Record<string, Arrays[string]> = {};
  let turn = clock.now();
  for (const [index, request] of requests.entries()) {
    const steps = measureByLayer(maps, request, { rows });
    let step = steps.next();
    while (step.done !== true) {
      if (clock.now() - turn > TURN) {
        await pause();
        turn = clock.now();
      }
      step = steps.next();
    }
    const result = step.value;
    arrays[`${index}.heads`] = named(['layer', 'head', 'statistic'], [layers, heads, 3], result.heads);
    arrays[`${index}.curve`] = named(['layer', 'statistic'], [layers, 3], result.curve);
    if (result.rows) {
      const items = result.rows.length / (layers * heads);
      arrays[`${index}.rows`] = named(['layer', 'head', 'query'], [layers, heads, items], result.rows);
    }
  }
  return arrays;
}

/** @throws StoryError needs_attribution */
export function mapsOf({ document, attention, norms, groups }: HeldStory): AtlasMaps {
  if (!norms) {
    throw new StoryError(
      'needs_attribution',
      'the story has attention only, a measure compares it with attribution',
      'refine the story first',
      {}
    );
  }
  const { layers, heads, width } = document.model;
  const { samples } = document.method;
  return { layers, heads, width, pieces: document.pieces, attention, norms, groups, samples };
}
