// What checkpoints call the weights of their encoders: BERT, DistilBERT and ELECTRA.

export type EncoderKind = 'bert' | 'distilbert' | 'electra';

/** A place in the encoder: its name without the prefix of the checkpoint, and the axes of its shape. */
export interface WeightName {
  readonly name: string;
  readonly axes: readonly WeightAxis[];
}

/** Lengths that config.json gives; weights of linear maps are [out, in]. */
export type WeightAxis = 'vocabulary' | 'position' | 'segment' | 'embedding' | 'width' | 'inner';

export interface LinearNames {
  readonly weight: WeightName;
  readonly bias: WeightName;
}

export interface NormNames {
  readonly gain: WeightName;
  readonly bias: WeightName;
}

const WORDS = 'embeddings.word_embeddings.weight';

/** All kinds name these alike; DistilBERT has no segments, and only ELECTRA may have the projection. */
export const EMBEDDING_WEIGHTS = {
  words: { name: WORDS, axes: ['vocabulary', 'embedding'] },
  positions: { name: 'embeddings.position_embeddings.weight', axes: ['position', 'embedding'] },
  segments: { name: 'embeddings.token_type_embeddings.weight', axes: ['segment', 'embedding'] },
  norm: norm('embeddings.LayerNorm', 'embedding'),
  projection: linear('embeddings_project', 'width', 'embedding')
} as const satisfies Record<string, WeightName | NormNames | LinearNames>;

/** What stands before the number of a layer. */
const LAYERS: Readonly<Record<EncoderKind, string>> = {
  bert: 'encoder.layer.',
  distilbert: 'transformer.layer.',
  electra: 'encoder.layer.'
};

/** By the fields of LayerParameters. */
const LAYER_PARTS = {
  query: 'attention.self.query',
  key: 'attention.self.key',
  value: 'attention.self.value',
  output: 'attention.output.dense',
  attentionNorm: 'attention.output.LayerNorm',
  up: 'intermediate.dense',
  down: 'output.dense',
  outputNorm: 'output.LayerNorm'
};

const PARTS: Readonly<Record<EncoderKind, typeof LAYER_PARTS>> = {
  bert: LAYER_PARTS,
  electra: LAYER_PARTS,
  distilbert: {
    query: 'attention.q_lin',
    key: 'attention.k_lin',
    value: 'attention.v_lin',
    output: 'attention.out_lin',
    attentionNorm: 'sa_layer_norm',
    up: 'ffn.lin1',
    down: 'ffn.lin2',
    outputNorm: 'output_layer_norm'
  }
};

/** The weights of one layer, by the fields of LayerParameters. */
export function layerWeights(kind: EncoderKind, layer: number) {
  const at = `${LAYERS[kind]}${layer}.`;
  const parts = PARTS[kind];
  return {
    query: linear(at + parts.query, 'width', 'width'),
    key: linear(at + parts.key, 'width', 'width'),
    value: linear(at + parts.value, 'width', 'width'),
    output: linear(at + parts.output, 'width', 'width'),
    attentionNorm: norm(at + parts.attentionNorm, 'width'),
    up: linear(at + parts.up, 'inner', 'width'),
    down: linear(at + parts.down, 'width', 'inner'),
    outputNorm: norm(at + parts.outputNorm, 'width')
  };
}

function linear(name: string, out: WeightAxis, into: WeightAxis): LinearNames {
  return {
    weight: { name: `${name}.weight`, axes: [out, into] },
    bias: { name: `${name}.bias`, axes: [out] }
  };
}

function norm(name: string, axis: WeightAxis): NormNames {
  return {
    gain: { name: `${name}.weight`, axes: [axis] },
    bias: { name: `${name}.bias`, axes: [axis] }
  };
}

/** Finds weights under whatever prefix the checkpoint puts before its encoder. */
export class CheckpointNames {
  readonly #names: ReadonlySet<string>;
  readonly #prefix: string;
  readonly #layers: string;

  private constructor(names: ReadonlySet<string>, prefix: string, layers: string) {
    this.#names = names;
    this.#prefix = prefix;
    this.#layers = layers;
  }

  /**
   * `bert.`, `distilbert.` or `electra.` before a classifier or masked-LM head, nothing in a bare encoder,
   * `0.auto_model.` in some sentence encoders.
   * @returns null where the names are not those of an encoder of this kind
   */
  static among(kind: EncoderKind, names: Iterable<string>): CheckpointNames | null {
    const all = new Set(names);
    const prefixes = [...all]
      .filter(name => name === WORDS || name.endsWith(`.${WORDS}`))
      .map(name => name.slice(0, -WORDS.length))
      .sort((a, b) => a.length - b.length);
    const [prefix] = prefixes;
    return prefix === undefined ? null : new CheckpointNames(all, prefix, LAYERS[kind]);
  }

  /** The name in the checkpoint; checkpoints converted from TensorFlow say gamma and beta in LayerNorms. */
  find(name: string): string | null {
    const full = this.#prefix + name;
    const old = full
      .replace(/(layer_?norm)\.weight$/i, '$1.gamma')
      .replace(/(layer_?norm)\.bias$/i, '$1.beta');
    return [full, old].find(candidate => this.#names.has(candidate)) ?? null;
  }

  /** Number of layers that the checkpoint has weights of. */
  layers(): number {
    const start = this.#prefix + this.#layers;
    let layers = 0;
    for (const name of this.#names) {
      const number = name.startsWith(start) ? /^\d+(?=\.)/.exec(name.slice(start.length)) : null;
      layers = Math.max(layers, number === null ? 0 : 1 + Number(number[0]));
    }
    return layers;
  }
}
