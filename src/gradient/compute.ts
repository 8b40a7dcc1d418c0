// What the service asks of an engine with a model on it: attention at once, attribution that only gets better.

import type { MethodOptions, StopReason, StopRule } from '../core/method';
import type { ModelConfig, ModelParameters } from '../model/parameters';

export interface Compute {
  readonly info: EngineReport;
  /** Uploads the weights; they stay until `dispose`. */
  load(config: ModelConfig, parameters: ModelParameters): Promise<LoadedModel>;
  /** Measured rate of a 1024 × 1024 × 1024 float32 product, in GFLOP/s. */
  productRate(): Promise<number>;
  dispose(): Promise<void>;
}

export interface EngineReport {
  readonly name: 'tfjs-node' | 'tfjs-wasm';
  readonly version: string;
  readonly threads: number;
  /** How products are computed, as a probe of the engine found it. */
  readonly precision: 'float32' | 'bfloat16';
  /** Relative error of a product against float64; null where it was not measured. */
  readonly productError: number | null;
  /** One sentence: why this engine and, if a better one could be had, how. */
  readonly why: string;
}

export interface LoadedModel {
  readonly config: ModelConfig;
  /**
   * Attention first, then estimates from more and more directions until the rule stops; returns why it stopped.
   * Leaving the generator early, or setting the signal (throws `cancelled`), frees everything on the engine.
   */
  tell(request: AtlasRequest, hooks: AtlasHooks): AsyncGenerator<AtlasUpdate, AtlasEnd>;
  /**
   * Exact norms N of one row, [source], by reverse passes; may run while a story is told. NaN where the layer lies below the
   * source.
   *
   * @throws StoryError bad_request for a row that does not exist, memory_limit, cancelled
   */
  row(request: RowRequest, hooks: RowHooks): Promise<Float32Array>;
  /**
   * The derivative of one row, [component, source, width], or of one source alone [component, width]; components are those of
   * the target.
   *
   * @throws StoryError as row
   */
  jacobian(request: JacobianRequest, hooks: RowHooks): Promise<Float32Array>;
  /** What the forward pass computes. @throws StoryError cancelled */
  activations(request: ActivationsRequest, hooks: RowHooks): Promise<Activations>;
  dispose(): Promise<void>;
}

export type ActivationsRequest = Pick<RowRequest, 'ids' | 'segments'>;

export interface Activations {
  /** The encoder's input and each layer's output, [layer, token, width]; one layer more than the model has. */
  readonly hidden: Float32Array;
  /** [layer, token, width] each, bias included; head h has the columns from h · headWidth on. */
  readonly query: Float32Array;
  readonly key: Float32Array;
  readonly value: Float32Array;
}

export interface RowRequest {
  /** [token] */
  readonly ids: Int32Array;
  /** [token], 0 or 1 */
  readonly segments: Int32Array;
  readonly method: MethodOptions;
  readonly layer: number;
  readonly head: number;
  readonly query: number;
  /** Bytes that the computation may take beside the weights. */
  readonly memoryBudget: number;
}

export interface JacobianRequest extends RowRequest {
  /** null: all of them. */
  readonly source: number | null;
}

export interface AtlasRequest {
  /** [token] */
  readonly ids: Int32Array;
  /** [token], 0 or 1 */
  readonly segments: Int32Array;
  readonly method: MethodOptions;
  readonly seed: number;
  readonly stop: StopRule;
  /** Seeded directions per token, done exactly; random ones fill what is orthogonal to them. 0: none. */
  readonly hybrid: number;
  /** Whether the states' own norms ‖∂e^{l+1}/∂x‖ are wanted too. */
  readonly hidden: boolean;
  /**
   * An estimate made before with the same ids, segments, method, seed and hybrid, to go on from; where hidden norms are wanted and it
   * has none, everything starts anew.
   */
  readonly resume: {
    readonly samples: number;
    readonly groups: Float32Array;
    /** [layer, query, source] */
    readonly hiddenNorms: Float32Array | null;
  } | null;
  /** Bytes that the computation may take beside the weights; kept by chunking. */
  readonly memoryBudget: number;
}

export interface AtlasHooks {
  readonly signal: AbortSignal;
  /** Awaited between engine calls, so that others get their turn on this thread. */
  pause(): Promise<void>;
  /** Directions done (fractions too) and in all, and seconds to the end of the rule, null while unknown. */
  progress(done: number, total: number, secondsLeft: number | null): void;
  /** Seconds from some fixed moment. */
  now(): number;
}

/** All maps are [layer, head, query, source], float32. */
export type AtlasUpdate =
  | { readonly stage: 'attention'; readonly attention: Float32Array; readonly seconds: number }
  | {
      readonly stage: 'sampled' | 'exact';
      /** Random directions per source token so far; the width when exact. */
      readonly samples: number;
      /** Seeded directions per source token. */
      readonly exactDirections: number;
      /** Raw attribution norms N. */
      readonly norms: Float32Array;
      /** Jackknife SE of G divided by G; zeros when exact. */
      readonly error: Float32Array;
      /** [group, layer, head, query, source]: means of y over each group's directions; null when exact. */
      readonly groups: Float32Array | null;
      /** ‖∂e_j^{l+1}/∂x_i‖, [layer, query, source]; null where not asked for, and under norm `sum`. */
      readonly hiddenNorms: Float32Array | null;
      /** rms of `error` over live cells; 0 when exact. */
      readonly rmsError: number;
      readonly secondsLeft: number | null;
      /** Seconds of attribution so far. */
      readonly seconds: number;
    };

export interface AtlasEnd {
  readonly reason: StopReason;
  /** When paused: what the rest of the rule would take. */
  readonly secondsLeft: number | null;
}

export type RowHooks = Pick<AtlasHooks, 'signal' | 'pause'>;
