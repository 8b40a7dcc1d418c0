// StoryData: the one thing the views know of a story, whether it came over a comm, out of a notebook or from a file.

import type { MeasureRequest, MeasureResult } from '../analysis/options';
import type { StopRule } from '../core/method';
import type { StoryDocument } from './document';

/** Maps of one head, each [query, source], row-major. */
export interface HeadMaps {
  /** Rows sum to 1. */
  readonly attention: Float32Array;
  /** Raw attribution norms N; null before the first estimate, NaN rows where only some were computed. */
  readonly norms: Float32Array | null;
  /** Jackknife SE of the attribution G divided by G; null or zeros when exact. */
  readonly error: Float32Array | null;
}

export interface StoryData {
  readonly document: StoryDocument;
  /** null: this head's maps are not here (ask for them with a `fetch` intent). Cheap: called at every redraw. */
  head(layer: number, head: number): HeadMaps | null;
  /** null: not here and not computable from what is here (ask with a `measure` intent). Results are remembered. */
  measure(request: MeasureRequest): MeasureResult | null;
}

/** What is going on with the story's job. */
export interface StoryStatus {
  readonly state: 'pending' | 'attention' | 'sampled' | 'exact' | 'failed';
  readonly running: boolean;
  /** Nobody computes any more: shown from a file or a notebook without a kernel. */
  readonly saved: boolean;
  /** Directions done and in all (the width). */
  readonly done: number;
  readonly total: number;
  /** rms relative error of live cells; null when unknown, 0 when exact. */
  readonly error: number | null;
  readonly secondsLeft: number | null;
  /** Why it is not running although not exact: stopped by the user, by the rule, or paused before a long wait. */
  readonly reason: 'cancelled' | 'error' | 'samples' | 'paused' | 'exact' | null;
  readonly failure: { readonly message: string; readonly hint: string } | null;
}

/** A story that may change under the views; `get` and `status` answer at once. */
export interface StorySource {
  get(): StoryData;
  status(): StoryStatus;
  /** Calls back after every change of data or status, until the signal is set. */
  onChange(listener: () => void, signal: AbortSignal): void;
}

/** What a view may ask of the kernel; a saved story has nobody to ask. */
export type Intent =
  | { readonly kind: 'fetch'; readonly heads: readonly (readonly [layer: number, head: number])[] }
  | { readonly kind: 'row'; readonly layer: number; readonly head: number; readonly query: number }
  | { readonly kind: 'measure'; readonly requests: readonly MeasureRequest[] }
  | { readonly kind: 'refine'; readonly stop: StopRule }
  | { readonly kind: 'cancel' };
