// What directions cost at a sentence, in operations of a product, whichever way they go: counted, so that it is the same in every run.

import type { ModelConfig } from '../model/parameters';
import type { Route } from './executor';

/** A number that is read and written once takes about as long as this many operations of a product. */
const PER_NUMBER = 40;
/** Small products in batches run at about this share of a large one's pace. */
const SMALL_PRODUCTS = 1 / 3;

export interface Costs {
  /** Of one direction at all sources. */
  readonly plain: number;
  /** The same once layers are collapsed. */
  readonly collapsed: number;
  /** Of collapsing them. */
  readonly making: number;
}

type Sizes = Pick<ModelConfig, 'layers' | 'heads' | 'width' | 'inner'>;

export interface Means {
  /** Most layers that can be collapsed. */
  readonly collapsible: number;
  /** Engines that collapse them each for itself. */
  readonly lanes: number;
  /** Tangents of a block: all matrices are read for each. */
  readonly columns: number;
}

export function costsOf(
  config: Sizes,
  tokens: number,
  { start, hidden, mix }: Pick<Route, 'start' | 'hidden' | 'mix'>,
  { collapsible, lanes, columns }: Means
): Costs {
  const run = start === 'each' ? config.layers : config.layers - start;
  const first = start === 'each' ? run : 1;
  const left = hidden ? run : start === 'each' ? 0 : run - 1;
  const collapsed = Math.min(left, collapsible);
  const heads = first * firstHeads(config, tokens) + (run - first) * laterHeads(config, tokens, mix);
  const rows = tokens * tokens;
  return {
    plain: rows * (heads + left * leaving(config)),
    collapsed:
      rows * (heads + (left - collapsed) * leaving(config) + collapsed * leavingCollapsed(config, columns)),
    making: lanes * tokens * collapsed * making(config)
  };
}

/** Per row: everything but the own token's is a multiple of a few vectors. */
function firstHeads({ width }: Sizes, tokens: number): number {
  return 12 * PER_NUMBER * width + (6 * width * width) / tokens;
}

function laterHeads({ heads, width }: Sizes, tokens: number, mix: Route['mix']): number {
  const scores = heads * tokens;
  const projections = 2 * width * (width + 2 * Math.min(width, scores));
  // Attention and values, queries and keys, scores and values: all batches of small products.
  const small = (2 * tokens * width * (mix === 'direct' ? 3 : 5)) / SMALL_PRODUCTS;
  const numbers = 8 * width + scores * (mix === 'direct' ? 3 : 8);
  return projections + small + PER_NUMBER * numbers;
}

/** Per row: W_O, the feed-forward network and two LayerNorms. */
function leaving({ width, inner }: Sizes): number {
  return 2 * width * width + 4 * width * inner + PER_NUMBER * (2 * inner + 12 * width);
}

/** Per row: W_O and one matrix, which only the rows of one position share. */
function leavingCollapsed({ width }: Sizes, columns: number): number {
  return 4 * width * width + PER_NUMBER * (4 * width + (width * width) / columns);
}

/** Per position and layer: a product of the network's two matrices, and LayerNorms on both sides. */
function making({ width, inner }: Sizes): number {
  return 2 * width * width * inner + PER_NUMBER * width * (2 * inner + 10 * width);
}

/** What is left to do up to some number of directions. */
export interface Ahead {
  readonly directions: number;
  readonly collapsed: boolean;
}

/** Operations of what is ahead, by the way that costs less. */
export function operationsAhead(costs: Costs, { directions, collapsed }: Ahead): number {
  const through = directions * costs.collapsed;
  return collapsed ? through : Math.min(directions * costs.plain, costs.making + through);
}

/** Whether collapsing pays for that many directions. */
export function paysToCollapse(costs: Costs, directions: number): boolean {
  return costs.making > 0 && costs.making + directions * costs.collapsed < directions * costs.plain;
}
