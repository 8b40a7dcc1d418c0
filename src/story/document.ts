// The JSON document of a story: what was asked, of which model, how it was computed. Keys as in the file.

import type { QuantityName, Switches } from '../analysis/options';
import type { MethodOptions } from '../core/method';
import type { Piece, Truncation } from '../core/piece';

export interface ModelInfo {
  /** A name, never a path. */
  readonly id: string;
  readonly sha256: string;
  readonly architecture: string;
  readonly layers: number;
  readonly heads: number;
  readonly width: number;
  /** Width of the embedding where it is another than the encoder's; so many directions are exact at source `embedding`. */
  readonly embedding_width?: number;
  /** The commit on the hub that the model was loaded from. */
  readonly revision?: string;
}

export interface MethodInfo extends MethodOptions {
  readonly mode: 'sampled' | 'exact' | 'hybrid';
  /** Random directions per source token; 0 while only attention is there, the width when exact. */
  readonly samples: number;
  readonly exact_directions: number;
  readonly seed: number;
  readonly precision: 'float32' | 'bfloat16';
  readonly ablate: readonly (readonly [layer: number, head: number])[];
  /** Whether norms of hidden states were asked for; absent: no. */
  readonly hidden?: boolean;
}

export interface EngineInfo {
  readonly name: string;
  readonly version: string;
  readonly threads: number;
  /** Relative error of a product against float64, where it was not computed in float32. */
  readonly product_error?: number;
}

export interface StoryDocument {
  readonly version: 1;
  readonly text: string;
  readonly pair: string | null;
  readonly pieces: readonly Piece[];
  readonly truncated: Truncation | null;
  readonly model: ModelInfo;
  readonly method: MethodInfo;
  readonly engine: EngineInfo;
  /** Seconds per stage: tokenize, attention, attribution. */
  readonly timing: Readonly<Record<string, number>>;
  readonly made: { readonly version: string; readonly date: string };
  /** What a reduction did to the arrays and how far that moves a value; absent when nothing was done. */
  readonly reduced?: {
    /** `heads`: maps of one head in each layer; `summaries`: no maps at all. */
    readonly form: '16 bit' | '8 bit' | 'heads' | 'summaries';
    /** Largest change of a cell, as a share of its row's largest. */
    readonly cell_error: number;
    /** rms of the relative error of live cells before the reduction; absent when unknown. */
    readonly rms_error?: number;
  };
  /** Axes of the tensors `summary` and `summary_curve`; absent when there are none. */
  readonly summary?: SummaryAxes;
}

/**
 * `summary` is [measure, switches, layer, head, 3]: value, its error, count of missing rows; `summary_curve` is
 * [measure, switches, layer, 3]: mean over heads, standard deviation over heads, error of the mean. NaN as error: unknown;
 * NaN as count: this measure is not there under these switches.
 */
export interface SummaryAxes {
  readonly measures: readonly QuantityName[];
  readonly switches: readonly Switches[];
}
