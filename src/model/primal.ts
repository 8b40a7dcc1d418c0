// What a forward pass keeps: everything that the derivative at that point needs, as plain arrays.

import type { NormPrimal } from './norm';

/** Heads stand side by side in arrays [token, width]; head h has the columns from h · headWidth on. */
export interface LayerPrimal {
  /** e^l, [token, width] */
  readonly input: Float32Array;
  /** [token, width] each, bias included */
  readonly query: Float32Array;
  readonly key: Float32Array;
  readonly value: Float32Array;
  /** A, [head, query, source]; rows sum to 1 */
  readonly attention: Float32Array;
  /** The source of each row's largest weight, [head, query]. */
  readonly top: Int32Array;
  /**
   * z_j − v_top = Σ_k A_jk (v_k − v_top), [head, query, headWidth]. With it v_i − z_j = (v_i − v_top) − offset_j keeps its
   * precision where attention is near 1 and the plain difference would cancel.
   */
  readonly offset: Float32Array;
  readonly attentionNorm: NormPrimal;
  /** gelu'(u), [token, inner] */
  readonly slope: Float32Array;
  readonly outputNorm: NormPrimal;
}

export interface Primal {
  readonly tokens: number;
  readonly layers: readonly LayerPrimal[];
  /** The encoder's output e^L, [token, width]. */
  readonly output: Float32Array;
}
