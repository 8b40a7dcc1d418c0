// What checkpoints call the weights of a BERT encoder, beside what the product calls them.

/** A place in the encoder: its name as the Hugging Face BertModel has it, and the axes of its shape. */
export interface WeightName {
  readonly name: string;
  readonly axes: readonly WeightAxis[];
}

/** Lengths that config.json gives; `linear` weights are [out, in]. */
export type WeightAxis = 'vocabulary' | 'position' | 'segment' | 'width' | 'inner';

const WORDS = 'embeddings.word_embeddings.weight';
const LAYER = 'encoder.layer.';

export const EMBEDDING_WEIGHTS = {
  words: { name: WORDS, axes: ['vocabulary', 'width'] },
  positions: { name: 'embeddings.position_embeddings.weight', axes: ['position', 'width'] },
  segments: { name: 'embeddings.token_type_embeddings.weight', axes: ['segment', 'width'] },
  norm: norm('embeddings.LayerNorm')
} as const satisfies Record<string, WeightName | Record<string, WeightName>>;

/** The weights of one layer, by the fields of LayerParameters. */
export function layerWeights(layer: number) {
  const at = `${LAYER}${layer}.`;
  return {
    query: linear(`${at}attention.self.query`, 'width', 'width'),
    key: linear(`${at}attention.self.key`, 'width', 'width'),
    value: linear(`${at}attention.self.value`, 'width', 'width'),
    output: linear(`${at}attention.output.dense`, 'width', 'width'),
    attentionNorm: norm(`${at}attention.output.LayerNorm`),
    up: linear(`${at}intermediate.dense`, 'inner', 'width'),
    down: linear(`${at}output.dense`, 'width', 'inner'),
    outputNorm: norm(`${at}output.LayerNorm`)
  };
}

function linear(name: string, out: WeightAxis, into: WeightAxis): { weight: WeightName; bias: WeightName } {
  return {
    weight: { name: `${name}.weight`, axes: [out, into] },
    bias: { name: `${name}.bias`, axes: [out] }
  };
}

function norm(name: string): { gain: WeightName; bias: WeightName } {
  return {
    gain: { name: `${name}.weight`, axes: ['width'] },
    bias: { name: `${name}.bias`, axes: ['width'] }
  };
}

/** Finds weights under whatever prefix the checkpoint puts before its encoder. */
export class CheckpointNames {
  readonly #names: ReadonlySet<string>;
  readonly #prefix: string;

  private constructor(names: ReadonlySet<string>, prefix: string) {
    this.#names = names;
    this.#prefix = prefix;
  }

  /**
   * `bert.` before a classifier or masked-LM head, nothing in a bare encoder, `0.auto_model.` in some sentence encoders.
   * @returns null where the names are not those of a BERT encoder
   */
  static among(names: Iterable<string>): CheckpointNames | null {
    const all = new Set(names);
    const prefixes = [...all]
      .filter(name => name === WORDS || name.endsWith(`.${WORDS}`))
      .map(name => name.slice(0, -WORDS.length))
      .sort((a, b) => a.length - b.length);
    const [prefix] = prefixes;
    return prefix === undefined ? null : new CheckpointNames(all, prefix);
  }

  /** The name in the checkpoint; checkpoints converted from TensorFlow say gamma and beta in LayerNorms. */
  find(name: string): string | null {
    const full = this.#prefix + name;
    const old = full
      .replace(/LayerNorm\.weight$/, 'LayerNorm.gamma')
      .replace(/LayerNorm\.bias$/, 'LayerNorm.beta');
    return [full, old].find(candidate => this.#names.has(candidate)) ?? null;
  }

  /** Number of layers that the checkpoint has weights of. */
  layers(): number {
    const start = this.#prefix + LAYER;
    let layers = 0;
    for (const name of this.#names) {
      const number = name.startsWith(start) ? /^\d+(?=\.)/.exec(name.slice(start.length)) : null;
      layers = Math.max(layers, number === null ? 0 : 1 + Number(number[0]));
    }
    return layers;
  }
}
