// The state of a view as a small document: what is selected, which measure, which switches. Plain data, validated, copyable.

import { DEFAULT_SWITCHES, type QuantityName, type Switches } from '../../analysis/options';

export const GROUPS = ['mean', 'maximum'] as const;
/** From the queries' text to the sources'. */
export const PAIRS = ['all', 'A-A', 'A-B', 'B-A', 'B-B'] as const;
/** Sections that a reader opens. */
export const SECTIONS = ['patterns', 'measures'] as const;
export type SectionName = (typeof SECTIONS)[number];

export const ORDERS = ['index', 'mismatch', 'spread', 'value'] as const;

export type HeadId = readonly [layer: number, head: number];

export interface ViewState {
  readonly version: 1;
  /** The group whose mean is shown, the last one leads; null: the head of most mismatch, chosen once attribution is there. */
  readonly heads: readonly HeadId[] | null;
  /** Indexes of pieces (or of words under `units: words`), counted before anything is dropped; the last one leads; null: chosen for the user. */
  readonly queries: readonly number[] | null;
  /** The pinned source, counted as the queries are. */
  readonly pin: number | null;
  /** What grid and curve show of every head. */
  readonly measure: QuantityName;
  /**
   * Heads of a layer by their number; by mismatch (of the shown measure, or Pearson's while something else is shown); by the
   * spread of the shown quantity over queries; or by its value, largest first, which for a measure is the same as by mismatch.
   */
  readonly order: (typeof ORDERS)[number];
  readonly switches: Switches;
  /** `auto`: linear up to 64 tokens, square root beyond. */
  readonly scale: 'auto' | 'linear' | 'sqrt';
  /** A group of heads as one map: the mean of their distributions, or the largest value of any. */
  readonly group: (typeof GROUPS)[number];
  /** Of a pair: which text the queries and which the sources are of. No matter for a single text. */
  readonly pair: (typeof PAIRS)[number];
  /** Sections that are open. */
  readonly open: readonly SectionName[];
}

export const DEFAULT_STATE: ViewState = {
  version: 1,
  heads: null,
  queries: null,
  pin: null,
  measure: 'pearson',
  order: 'index',
  switches: DEFAULT_SWITCHES,
  scale: 'auto',
  group: 'mean',
  pair: 'all',
  open: []
};
