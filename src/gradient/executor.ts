// What the attribution asks of whatever computes: one engine in this thread, or several in threads of their own.

import type { MethodOptions } from '../core/method';
import type { Primal } from '../model/primal';
import type { MixKind } from './mix';

/** Tangents that pass through the layers side by side, each standing at one source token. */
export interface Block {
  /** [column] */
  readonly sources: Int32Array;
  /** [column, width] */
  readonly vectors: Float32Array;
  /** Where tangents start at every layer: the one that is run, when it is not all. */
  readonly layer?: number;
}

/** How tangents travel and what is measured. */
export interface Route {
  /** The layer whose input they stand at; `each`: every layer's own. */
  readonly start: number | 'each';
  readonly target: MethodOptions['target'];
  readonly paths: MethodOptions['paths'];
  readonly mix: MixKind;
  /** Whether the states' own tangents are measured too. */
  readonly hidden: boolean;
}

/** Squared norms of a block's tangents; NaN in layers below the start. */
export interface Squares {
  /** ‖dz‖² of every head, [layer, head, query, column]. */
  readonly heads: Float32Array;
  /** ‖de^{l+1}‖², [layer, query, column]; null where the route does not ask for them. */
  readonly hidden: Float32Array | null;
}

/** Cotangents that go down through the layers side by side. */
export interface CotangentBlock {
  readonly columns: number;
  /** By layer: cotangents of z, [head, token, column, headWidth]; null where there are none. */
  readonly heads: readonly (Float32Array | null)[];
}

/** Which layers cotangents go through. */
export interface Descent {
  /** The layer down to whose input they go. */
  readonly start: number;
  /** The highest layer that has any. */
  readonly top: number;
  /** Whether attention is held fixed in the layer where a cotangent enters (paths `values`). */
  readonly fixed: boolean;
}

/** The caller's turn between the engine's calls. */
export interface Turn {
  /** Set when the job is cancelled. */
  readonly signal: AbortSignal;
  /** Throws when the job was cancelled. */
  pause(): Promise<void>;
  /** Share of the work at hand that is done. */
  fraction(done: number): void;
}

/** A model on its engine or engines. */
export interface Executor {
  /** Blocks that run at the same time. */
  readonly lanes: number;
  /** Whether many small products in one batch cost little more than one large one. */
  readonly cheapBatches: boolean;
  /** Float32 operations a second of all lanes together, as far as is known. */
  readonly rate: number;
  /** Most rows (tokens · columns) of a block, so that no call takes too long. */
  rowsPerBlock(tokens: number): number;
  /** @param input e^0, [token, width] */
  encode(input: Float32Array, turn: Turn): Promise<Primal>;
  /** Makes ready for tangents at one sentence. */
  prepare(primal: Primal, route: Route, turn: Turn): Promise<Sentence>;
  /** Makes ready for cotangents at one sentence. */
  prepareReverse(primal: Primal, descent: Descent, turn: Turn): Promise<ReverseSentence>;
  dispose(): Promise<void>;
}

export interface Sentence {
  run(block: Block, turn: Turn): Promise<Squares>;
  /**
   * Makes the blocks that follow faster: what comes behind the heads becomes one matrix per position in the first `layers` of
   * the layers that tangents leave. Dear; to be called while no block runs.
   */
  collapse(layers: number, turn: Turn): Promise<void>;
  /** Frees everything of this sentence, once its blocks have ended; safe twice. */
  dispose(): Promise<void>;
}

export interface ReverseSentence {
  /** Cotangents of the start's input, [token, column, width]. */
  pull(block: CotangentBlock, turn: Turn): Promise<Float32Array>;
  /** Frees everything of this sentence, once its blocks have ended; safe twice. */
  dispose(): Promise<void>;
}
