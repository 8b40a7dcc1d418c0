// The weights of a BERT encoder by the names of the field, whatever the checkpoint calls them; float32, weights [out, in].

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
  /** [vocabulary, width] */
  readonly words: Float32Array;
  /** [position, width] */
  readonly positions: Float32Array;
  /** [segment, width] */
  readonly segments: Float32Array;
  readonly embeddingNorm: NormParameters;
  readonly layers: readonly LayerParameters[];
}

export interface ModelConfig {
  readonly architecture: string;
  readonly layers: number;
  readonly heads: number;
  readonly width: number;
  /** Inner width of the feed-forward network. */
  readonly inner: number;
  readonly vocabulary: number;
  /** Most tokens of one input. */
  readonly maxTokens: number;
  readonly segmentTypes: number;
  readonly normEpsilon: number;
}
