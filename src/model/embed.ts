// From piece ids to the encoder's input: word, position and segment embedding, summed, normalised, in ELECTRA projected.

import { StoryError } from '../core/errors';
import { layerNorm, type NormPrimal } from './norm';
import type { LinearParameters, ModelConfig, ModelParameters } from './parameters';

export interface Embedded {
  /** e^0, the encoder's input, [token, width] */
  readonly input: Float32Array;
  /** The sum before its LayerNorm, [token, embeddingWidth] */
  readonly sum: Float32Array;
  readonly norm: NormPrimal;
}

/**
 * @param ids [token]
 * @param segments [token]
 * @throws StoryError `bad_request` for an id or a segment that the model does not have, or too many tokens
 */
export function embed(
  config: ModelConfig,
  parameters: ModelParameters,
  ids: Int32Array,
  segments: Int32Array
): Embedded {
  const width = config.embeddingWidth;
  checkInput(config, ids, segments);
  const sum = new Float32Array(ids.length * width);
  for (let token = 0; token < ids.length; token++) {
    const word = (ids[token] as number) * width;
    const segment = config.segmentTypes > 0 ? (segments[token] as number) * width : null;
    for (let c = 0; c < width; c++) {
      sum[token * width + c] =
        (parameters.words[word + c] as number) +
        (segment === null ? 0 : (parameters.segments[segment + c] as number)) +
        (parameters.positions[token * width + c] as number);
    }
  }
  const { output, unit, rate } = layerNorm(sum, parameters.embeddingNorm, config.normEpsilon);
  const { projection } = parameters;
  const input = projection === null ? output : projected(output, projection, config);
  return { input, sum, norm: { unit, rate } };
}

function projected(
  embedding: Float32Array,
  { weight, bias }: LinearParameters,
  { width, embeddingWidth }: ModelConfig
): Float32Array {
  const input = applyWeight(embedding, weight, embeddingWidth);
  return input.map((value, i) => value + (bias[i % width] as number));
}

/** values · Wᵀ in double precision, [row, in] → [row, out]; for what is too small to be worth an engine. */
export function applyWeight(values: Float32Array, weight: Float32Array, into: number): Float32Array {
  const rows = values.length / into;
  const outputs = weight.length / into;
  const result = new Float32Array(rows * outputs);
  for (let row = 0; row < rows; row++) {
    for (let out = 0; out < outputs; out++) {
      let total = 0;
      for (let c = 0; c < into; c++) {
        total += (values[row * into + c] as number) * (weight[out * into + c] as number);
      }
      result[row * outputs + out] = total;
    }
  }
  return result;
}

function checkInput(config: ModelConfig, ids: Int32Array, segments: Int32Array): void {
  const refuse = (what: string, value: number, allowed: string): never => {
    throw new StoryError(
      'bad_request',
      `the ${what} ${value} does not fit the model, which takes ${allowed}`,
      'use the tokenizer that belongs to the model',
      { value }
    );
  };
  if (ids.length < 1 || ids.length > config.maxTokens || ids.length !== segments.length) {
    refuse('number of tokens', ids.length, `1 to ${config.maxTokens}, each with a segment`);
  }
  for (let token = 0; token < ids.length; token++) {
    const id = ids[token] as number;
    const segment = segments[token] as number;
    if (id < 0 || id >= config.vocabulary) {
      refuse('piece id', id, `0 to ${config.vocabulary - 1}`);
    }
    if (config.segmentTypes > 0 && (segment < 0 || segment >= config.segmentTypes)) {
      refuse('segment', segment, `0 to ${config.segmentTypes - 1}`);
    }
  }
}
