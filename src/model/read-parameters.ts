// The weights of a checkpoint in the product's order, every shape checked against the configuration.

import { StoryError } from '../core/errors';
import type { WeightAxis, WeightName } from '../weights/names';
import { CheckpointNames, EMBEDDING_WEIGHTS, layerWeights } from '../weights/names';
import type { SafetensorsFile } from '../weights/safetensors';
import { toFloat32 } from '../weights/safetensors';
import type {
  LayerParameters,
  LinearParameters,
  ModelConfig,
  ModelParameters,
  NormParameters
} from './parameters';

/** @throws StoryError `config_weights_mismatch` naming the tensor; `unsupported_model` where they are no BERT encoder's */
export async function readParameters(file: SafetensorsFile, config: ModelConfig): Promise<ModelParameters> {
  const names = CheckpointNames.among(file.header.tensors.keys());
  if (names === null) {
    throw new StoryError(
      'unsupported_model',
      `the weights are not those of a BERT encoder: none of their ${file.header.tensors.size} tensors is named embeddings.word_embeddings.weight`,
      'choose a checkpoint of the BERT architecture, such as bert-base-uncased',
      { tensors: file.header.tensors.size }
    );
  }
  if (names.layers() !== config.layers) {
    throw mismatch(
      `the weights have ${names.layers()} layers, the num_hidden_layers of config.json is ${config.layers}`,
      { layers: names.layers(), num_hidden_layers: config.layers }
    );
  }
  const reader = new ParameterReader(file, names, config);
  const { words, positions, segments, norm } = EMBEDDING_WEIGHTS;
  const layers: LayerParameters[] = [];
  for (let layer = 0; layer < config.layers; layer += 1) {
    layers.push(await reader.layer(layer));
  }
  return {
    words: await reader.array(words),
    positions: await reader.array(positions),
    segments: await reader.array(segments),
    embeddingNorm: await reader.norm(norm),
    layers
  };
}

class ParameterReader {
  constructor(
    private readonly file: SafetensorsFile,
    private readonly names: CheckpointNames,
    private readonly config: ModelConfig
  ) {}

  async layer(layer: number): Promise<LayerParameters> {
    const weights = layerWeights(layer);
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

  async linear(names: Readonly<Record<keyof LinearParameters, WeightName>>): Promise<LinearParameters> {
    return { weight: await this.array(names.weight), bias: await this.array(names.bias) };
  }

  async norm(names: Readonly<Record<keyof NormParameters, WeightName>>): Promise<NormParameters> {
    return { gain: await this.array(names.gain), bias: await this.array(names.bias) };
  }

  async array({ name, axes }: WeightName): Promise<Float32Array> {
    const wanted = axes.map(axis => this.#length(axis));
    const found = this.names.find(name);
    const shape = found === null ? null : this.file.header.tensors.get(found)?.shape;
    if (found === null || shape === undefined || shape === null) {
      throw mismatch(`the weights have no tensor ${name}, [${wanted.join(', ')}]`, { tensor: name });
    }
    if (shape.join() !== wanted.join()) {
      const lengths = axes.map(axis => `${CONFIG_FIELDS[axis]} ${this.#length(axis)}`);
      throw mismatch(
        `tensor ${found} is [${shape.join(', ')}], by config.json it is [${wanted.join(', ')}] (${[...new Set(lengths)].join(', ')})`,
        { tensor: found, shape: shape.join(), wanted: wanted.join() }
      );
    }
    return toFloat32(await this.file.read(found));
  }

  #length(axis: WeightAxis): number {
    const { vocabulary, maxTokens, segmentTypes, width, inner } = this.config;
    switch (axis) {
      case 'vocabulary':
        return vocabulary;
      case 'position':
        return maxTokens;
      case 'segment':
        return segmentTypes;
      case 'width':
        return width;
      case 'inner':
        return inner;
    }
  }
}

const CONFIG_FIELDS: Readonly<Record<WeightAxis, string>> = {
  vocabulary: 'vocab_size',
  position: 'max_position_embeddings',
  segment: 'type_vocab_size',
  width: 'hidden_size',
  inner: 'intermediate_size'
};

function mismatch(message: string, values: Readonly<Record<string, string | number>>): StoryError {
  return new StoryError(
    'config_weights_mismatch',
    message,
    'take config.json and model.safetensors from one checkpoint',
    values
  );
}
