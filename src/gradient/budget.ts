// How much memory an atlas takes, what of it may be kept ready-made, and how many rows a block may have within the budget.

import { StoryError } from '../core/errors';
import { JACKKNIFE_GROUPS } from '../core/limits';
import type { ModelConfig } from '../model/parameters';
import type { Executor, Route } from './executor';
import type { MixKind } from './mix';

const FLOAT = 4;
/** Sums and means of the groups, attention, norms, errors and a copy of each on its way out. */
const MAPS_KEPT = 2 * JACKKNIFE_GROUPS + 6;
/** Share of the budget that the product of attention and values may take to be kept ready-made. */
const DIRECT_SHARE = 1 / 4;
/** Tokens beyond which that product takes longer to read than to do without. */
const MOST_DIRECT_TOKENS = 128;
/** Rows on every lane that are worth more than collapsed layers. */
const ROWS_FIRST = 2048;

export interface MemoryPlan {
  readonly mix: MixKind;
  /** Most rows (tokens · columns) of the blocks on all lanes together. */
  readonly rows: number;
  /** Most layers that may be collapsed to one matrix per position. */
  readonly collapsible: number;
}

/**
 * @param budget bytes beside the weights
 * @throws StoryError `memory_limit` when not even one tangent fits
 */
export function planMemory(
  config: Pick<ModelConfig, 'layers' | 'heads' | 'width' | 'inner'>,
  tokens: number,
  budget: number,
  { lanes, cheapBatches }: Pick<Executor, 'lanes' | 'cheapBatches'>,
  { hidden }: Pick<Route, 'hidden'>
): MemoryPlan {
  const { layers, heads, width, inner } = config;
  const cells = heads * tokens * tokens;
  const maps = FLOAT * layers * (MAPS_KEPT * cells + (hidden ? 3 * tokens * tokens : 0));
  const direct = FLOAT * tokens * tokens * width * lanes;
  const isDirect = cheapBatches && tokens <= MOST_DIRECT_TOKENS && layers * direct < budget * DIRECT_SHARE;
  const folded = 2 * width * Math.max(Math.min(width, heads * tokens), (tokens * width) / heads / 2);
  const perLayer = cells * 5 + folded + tokens * (16 * width + 2 * inner);
  // While a layer's product is made it is there three times.
  const constants = FLOAT * layers * perLayer * lanes + (isDirect ? (layers + 2) * direct : 0);
  const perRow = FLOAT * (12 * width + 5 * heads * tokens + 3 * inner + layers * heads);
  const left = budget - maps - constants;
  if (left < perRow * tokens * lanes) {
    const needed = maps + constants + perRow * tokens * lanes;
    throw new StoryError(
      'memory_limit',
      `${tokens} tokens need ${gigabytes(needed)} GB beside the weights, the budget is ${gigabytes(budget)} GB`,
      'shorten the text, or give the service a larger memory budget',
      { needed, budget, tokens }
    );
  }
  const matrices = FLOAT * tokens * width * width * lanes;
  const first = perRow * lanes * Math.max(tokens, ROWS_FIRST);
  // One more: while a layer's matrices are joined they are there twice.
  const fitting = Math.max(0, Math.floor((left - first) / matrices) - 1);
  const collapsible = Math.min(layers, fitting);
  const kept = collapsible === 0 ? 0 : (collapsible + 1) * matrices;
  return {
    mix: isDirect ? 'direct' : 'compact',
    rows: Math.floor((left - kept) / perRow),
    collapsible
  };
}

function gigabytes(bytes: number): string {
  return (bytes / 1e9).toFixed(2);
}
