// Measures of a held story as the arrays of an answer.

import { measureByLayer } from '../analysis/mismatch';
import type { MeasureRequest } from '../analysis/options';
import { named } from '../core/arrays';
import { StoryError } from '../core/errors';
import type { Arrays } from '../protocol/frames';
import { wholeOf } from '../story/memory';
import type { Environment } from './environment';
import type { HeldStory } from './stories';
import { inTurns } from './turns';

/**
 * `0.heads` [layer, head, statistic], `0.curve` [layer, statistic], with `rows` also `0.rows` and
 * `0.row_errors` [layer, head, query]; `1.heads` …
 *
 * @throws StoryError needs_attribution while there are no norms
 */
export async function measured(
  story: HeldStory,
  requests: readonly MeasureRequest[],
  rows: boolean,
  environment: Pick<Environment, 'clock' | 'pause'>
): Promise<Arrays> {
  const { layers, heads } = story.document.model;
  const maps = wholeOf(story);
  if (maps === null) {
    throw new StoryError(
      'needs_attribution',
      'the story has attention only, a measure compares it with attribution',
      'refine the story first',
      {}
    );
  }
  const arrays: Record<string, Arrays[string]> = {};
  const results = await inTurns(measureByLayer(maps, requests, { rows }), environment);
  for (const [index, result] of results.entries()) {
    arrays[`${index}.heads`] = named(['layer', 'head', 'statistic'], [layers, heads, 3], result.heads);
    arrays[`${index}.curve`] = named(['layer', 'statistic'], [layers, 3], result.curve);
    if (result.rows) {
      const shape = [layers, heads, result.rows.length / (layers * heads)];
      arrays[`${index}.rows`] = named(['layer', 'head', 'query'], shape, result.rows);
      if (result.rowErrors) {
        arrays[`${index}.row_errors`] = named(['layer', 'head', 'query'], shape, result.rowErrors);
      }
    }
  }
  return arrays;
}
