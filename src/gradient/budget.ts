// How much memory an atlas takes, and how many rows a block may have so that it stays within its budget.

import { StoryError } from '../core/errors';
import { JACKKNIFE_GROUPS } from '../core/limits';
import type { ModelConfig } from '../model/parameters';
import type { Executor } from './executor';
import type { MixKind } from './mix';

const FLOAT = 4;
/** Sums and means of the groups, attention, norms, errors and a copy of each on its way out. */
const MAPS_KEPT = 2 * JACKKNIFE_GROUPS + 6;
/** Share of the budget that the product of attention and values may take to be kept ready-made. */
const DIRECT_SHARE = 1 / 4;

export interface MemoryPlan {
  readonly mix: MixKind;
  /** Most rows (tokens · columns) of the blocks on all lanes together. */
  readonly rows: number;
}

/**
 * @param budget bytes beside the weights
 * @throws StoryError `memory_limit` when not even one tangent fits
 */
export function planMemory(
  config: ModelConfig,
  tokens: number,
  budget: number,
  { lanes, cheapBatches }: Pick<Executor, 'lanes' | 'cheapBatches'>
): MemoryPlan {
  const { layers, heads, width, inner } = config;
  const cells = heads * tokens * tokens;
  const maps = FLOAT * MAPS_KEPT * layers * cells;
  const direct = FLOAT * layers * tokens * tokens * width * lanes;
  const mix = cheapBatches && direct < budget * DIRECT_SHARE ? 'direct' : 'compact';
  const folded = 2 * width * Math.min(width, heads * tokens);
  const perLayer = cells * 5 + folded + tokens * (16 * width + 2 * inner);
  const constants = FLOAT * layers * perLayer * lanes + (mix === 'direct' ? direct : 0);
  const perRow = FLOAT * (12 * width + 5 * heads * tokens + 3 * inner + layers * heads);
  const rows = Math.floor((budget - maps - constants) / perRow);
  if (rows < tokens * lanes) {
    const needed = maps + constants + perRow * tokens * lanes;
    throw new StoryError(
      'memory_limit',
      `${tokens} tokens need ${gigabytes(needed)} GB beside the weights, the budget is ${gigabytes(budget)} GB`,
      'shorten the text, or give the service a larger memory budget',
      { needed, budget, tokens }
    );
  }
  return { mix, rows };
}

function gigabytes(bytes: number): string {
  return (bytes / 1e9).toFixed(2);
}
