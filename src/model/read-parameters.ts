// The weights of a checkpoint in the product's order, every shape checked against the configuration.

import { StoryError } from '../core/errors';
import type { EncoderKind, LinearNames, NormNames, WeightAxis, WeightName } from '../weights/names';
import { CheckpointNames, EMBEDDING_WEIGHTS, layerWeights } from '../weights/names';
import { toFloat32 } from '../weights/safetensors';
import type { StoredTensors } from '../weights/stored';
import type {
  LayerParameters,
  LinearParameters,
  ModelConfig,
  ModelParameters,
  NormParameters
} from './parameters';

/**
 * @throws StoryError `config_weights_mismatch` naming the tensor; `unsupported_model` where they are no such encoder's;
 *   `bad_weights` where they hold what is no number
 */
export async function readParameters(stored: StoredTensors, config: ModelConfig): Promise<ModelParameters> {
  const { kind } = config;
  const names = CheckpointNames.among(kind, stored.tensors.keys());
  if (names === null) {
    throw new StoryError(
      'unsupported_model',
      `the weights are not those of a ${kind} encoder: none of their ${stored.tensors.size} tensors is named ${EMBEDDING_WEIGHTS.words.name}`,
      'choose a checkpoint of the kind BERT, DistilBERT or ELECTRA, such as bert-base-uncased',
      { tensors: stored.tensors.size }
    );
  }
  if (names.layers() !== config.layers) {
    const field = CONFIG_FIELDS[kind].layers;
    throw mismatch(
      `the weights have ${names.layers()} layers, the ${field} of config.json is ${config.layers}`,
      {
        layers: names.layers(),
        [field]: config.layers
      }
    );
  }
  const reader = new ParameterReader(stored, names, config);
  const { words, positions, segments, norm, projection } = EMBEDDING_WEIGHTS;
  const layers: LayerParameters[] = [];
  for (let layer = 0; layer < config.layers; layer += 1) {
    layers.push(await reader.layer(layer));
  }
  return {
    words: await reader.array(words),
    positions: await reader.array(positions),
    segments: config.segmentTypes === 0 ? new Float32Array() : await reader.array(segments),
    embeddingNorm: await reader.norm(norm),
    projection: config.embeddingWidth === config.width ? null : await reader.linear(projection),
    layers
  };
}

class ParameterReader {
  constructor(
    private readonly stored: StoredTensors,
    private readonly names: CheckpointNames,
    private readonly config: ModelConfig
  ) {}

  async layer(layer: number): Promise<LayerParameters> {
    const weights = layerWeights(this.config.kind, layer);
    return {
      query: await this.linear(weights.query),
      key: await this.linear(weights.key),
      value: await this.linear(weights.value),
      output: await this.linear(weights.output),
      attentionNorm: await this.norm(weights.attentionNorm),
      up: await this.linear(weights.up),
      down: await this.linear(weights.down),
      outputNorm: await this.norm(weights.outputNorm)
    };
  }

  async linear(names: LinearNames): Promise<LinearParameters> {
    return { weight: await this.array(names.weight), bias: await this.array(names.bias) };
  }

  async norm(names: NormNames): Promise<NormParameters> {
    return { gain: await this.array(names.gain), bias: await this.array(names.bias) };
  }

  async array({ name, axes }: WeightName): Promise<Float32Array> {
    const wanted = axes.map(axis => lengthOf(axis, this.config));
    const found = this.names.find(name);
    const shape = found === null ? null : this.stored.tensors.get(found)?.shape;
    if (found === null || shape === undefined || shape === null) {
      throw mismatch(`the weights have no tensor ${name}, [${wanted.join(', ')}]`, { tensor: name });
    }
    if (shape.join() !== wanted.join()) {
      const fields = CONFIG_FIELDS[this.config.kind];
      const lengths = axes.map(axis => `${fields[axis]} ${lengthOf(axis, this.config)}`);
      throw mismatch(
        `tensor ${found} is [${shape.join(', ')}], by config.json it is [${wanted.join(', ')}] (${[...new Set(lengths)].join(', ')})`,
        { tensor: found, shape: shape.join(), wanted: wanted.join() }
      );
    }
    const values = toFloat32(await this.stored.read(found));
    checkFinite(found, values);
    return values;
  }
}

function lengthOf(axis: WeightAxis, config: ModelConfig): number {
  switch (axis) {
    case 'vocabulary':
      return config.vocabulary;
    case 'position':
      return config.maxTokens;
    case 'segment':
      return config.segmentTypes;
    case 'embedding':
      return config.embeddingWidth;
    case 'width':
      return config.width;
    case 'inner':
      return config.inner;
  }
}

const BERT_FIELDS: Readonly<Record<WeightAxis | 'layers', string>> = {
  vocabulary: 'vocab_size',
  position: 'max_position_embeddings',
  segment: 'type_vocab_size',
  embedding: 'hidden_size',
  width: 'hidden_size',
  inner: 'intermediate_size',
  layers: 'num_hidden_layers'
};

/** What config.json calls the lengths. */
const CONFIG_FIELDS: Readonly<Record<EncoderKind, typeof BERT_FIELDS>> = {
  bert: BERT_FIELDS,
  electra: { ...BERT_FIELDS, embedding: 'embedding_size' },
  distilbert: { ...BERT_FIELDS, embedding: 'dim', width: 'dim', inner: 'hidden_dim', layers: 'n_layers' }
};

/** One such weight would make every number of the story missing, and nobody would know why. */
function checkFinite(tensor: string, values: Float32Array): void {
  let probe = 0;
  for (let i = 0; i < values.length; i++) {
    probe += 0 * (values[i] as number);
  }
  if (probe !== 0) {
    const bad = values.findIndex(value => !Number.isFinite(value));
    throw new StoryError(
      'bad_weights',
      `tensor ${tensor} holds ${values[bad]} in place ${bad}, where only finite numbers can be computed with`,
      'the training of this checkpoint went wrong or the file is damaged; take another',
      { tensor, place: bad }
    );
  }
}

function mismatch(message: string, values: Readonly<Record<string, string | number>>): StoryError {
  return new StoryError(
    'config_weights_mismatch',
    message,
    'take config.json and model.safetensors from one checkpoint',
    values
  );
}
