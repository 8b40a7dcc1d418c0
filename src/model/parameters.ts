// The weights of a BERT encoder by the names of the field, whatever the checkpoint calls them; float32, weights [out, in].

import type { EncoderKind } from '../weights/names';
import type { Activation } from './activation';

export interface LinearParameters {
  /** [out, in] */
  readonly weight: Float32Array;
  /** [out] */
  readonly bias: Float32Array;
}

export interface NormParameters {
  readonly gain: Float32Array;
  readonly bias: Float32Array;
}

export interface LayerParameters {
  readonly query: LinearParameters;
  readonly key: LinearParameters;
  readonly value: LinearParameters;
  /** W_O, after the heads are concatenated. */
  readonly output: LinearParameters;
  readonly attentionNorm: NormParameters;
  /** W1 of the feed-forward network, [inner, width]. */
  readonly up: LinearParameters;
  /** W2, [width, inner]. */
  readonly down: LinearParameters;
  readonly outputNorm: NormParameters;
}

export interface ModelParameters {
  /** [vocabulary, embeddingWidth] */
  readonly words: Float32Array;
  /** [position, embeddingWidth] */
  readonly positions: Float32Array;
  /** [segment, embeddingWidth]; empty in a model that knows no segments. */
  readonly segments: Float32Array;
  readonly embeddingNorm: NormParameters;
  /** From the normalised embedding to the encoder's input, [width, embeddingWidth]; null where they are the same. */
  readonly projection: LinearParameters | null;
  readonly layers: readonly LayerParameters[];
}

export interface ModelConfig {
  readonly kind: EncoderKind;
  /** The class of the checkpoint, such as BertForMaskedLM. */
  readonly architecture: string;
  readonly layers: number;
  readonly heads: number;
  readonly width: number;
  /** Width of the embedding before it is projected to the encoder's input; most models: the width. */
  readonly embeddingWidth: number;
  /** Inner width of the feed-forward network. */
  readonly inner: number;
  readonly vocabulary: number;
  /** Most tokens of one input. */
  readonly maxTokens: number;
  /** 0: the model knows no segments. */
  readonly segmentTypes: number;
  readonly normEpsilon: number;
  /** Of the feed-forward network. */
  readonly activation: Activation;
}
