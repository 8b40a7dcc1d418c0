// Models with random weights of any shape, and random vectors: the same at every run.

import { fillNormal, uniformFrom } from '../../src/core/random';
import type { LinearParameters, ModelConfig, NormParameters } from '../../src/model/parameters';
import type { Model } from '../compute-fixture';

/** Standard normal numbers that depend on the name alone. */
export function randomVector(length: number, name: string, scale = 1): Float32Array {
  const values = new Float64Array(length);
  fillNormal(uniformFrom(Array.from(name, letter => letter.charCodeAt(0))), values);
  return Float32Array.from(values, value => value * scale);
}

/** A BERT encoder of that shape with the vocabulary size and limits of tiny-bert. */
export function randomModel(
  shape: Pick<ModelConfig, 'layers' | 'heads' | 'width' | 'inner'>,
  seed: number
): Model {
  const { layers, width, inner } = shape;
  const linear = (outputs: number, inputs: number, name: string): LinearParameters => ({
    weight: randomVector(outputs * inputs, `${seed} ${name}`, 1.2 / Math.sqrt(inputs)),
    bias: randomVector(outputs, `${seed} ${name} bias`, 0.1)
  });
  const norm = (size: number, name: string): NormParameters => ({
    gain: randomVector(size, `${seed} ${name} gain`, 0.2).map(value => 1 + value),
    bias: randomVector(size, `${seed} ${name} bias`, 0.1)
  });
  const vocabulary = 1000;
  return {
    config: {
      kind: 'bert',
      architecture: 'BertModel',
      ...shape,
      embeddingWidth: width,
      vocabulary,
      maxTokens: 64,
      segmentTypes: 2,
      normEpsilon: 1e-12,
      activation: 'gelu'
    },
    parameters: {
      words: randomVector(vocabulary * width, `${seed} words`),
      positions: randomVector(64 * width, `${seed} positions`),
      segments: randomVector(2 * width, `${seed} segments`),
      embeddingNorm: norm(width, 'embedding'),
      projection: null,
      layers: Array.from({ length: layers }, (_, l) => ({
        query: linear(width, width, `${l} query`),
        key: linear(width, width, `${l} key`),
        value: linear(width, width, `${l} value`),
        output: linear(width, width, `${l} output`),
        attentionNorm: norm(width, `${l} attention`),
        up: linear(inner, width, `${l} up`),
        down: linear(width, inner, `${l} down`),
        outputNorm: norm(width, `${l} output`)
      }))
    }
  };
}
