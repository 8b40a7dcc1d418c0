// What cotangents of one layer need on the engine: weights as [out, in], and every nonlinearity as a transposed matrix.

import { splitHeads, splitHeadsTransposed } from '../model/attend';
import type { NormPrimal } from '../model/norm';
import type { LayerParameters, LinearParameters, ModelConfig, NormParameters } from '../model/parameters';
import type { LayerPrimal } from '../model/primal';
import type { Engine, Tensor } from '../tensor/engine';

/** LN transposed: g ∘ gain − (g · spread) · reduce at every token, gain = γ r. */
export interface ReverseNorm {
  /** [token, 1, width] */
  readonly gain: Tensor;
  /** Columns gain and gain ∘ x̂, [token, width, 2] */
  readonly spread: Tensor;
  /** Rows 1/width and x̂/width, [token, 2, width] */
  readonly reduce: Tensor;
}

export interface ReverseConstants {
  /** Weights [out, in]. */
  readonly query: Tensor;
  readonly key: Tensor;
  readonly value: Tensor;
  readonly output: Tensor;
  readonly up: Tensor;
  readonly down: Tensor;
  /** A transposed, [head, source, query] */
  readonly attention: Tensor;
  /** v, [head, headWidth, source] */
  readonly values: Tensor;
  /** A without each row's largest weight, [head · query, 1, source] */
  readonly others: Tensor;
  /** Columns −v_top and −offset, [head · query, headWidth, 2] */
  readonly spread: Tensor;
  /** Rows: A without its largest weight, and A; [head · query, 2, source] */
  readonly reduce: Tensor;
  /** k/√headWidth, [head, source, headWidth] */
  readonly keys: Tensor;
  /** q/√headWidth, [head, query, headWidth] */
  readonly queries: Tensor;
  readonly attentionNorm: ReverseNorm;
  /** gelu'(u), [token, 1, inner] */
  readonly slope: Tensor;
  readonly outputNorm: ReverseNorm;
}

export function uploadReverse(
  engine: Engine,
  config: ModelConfig,
  parameters: LayerParameters,
  primal: LayerPrimal
): ReverseConstants {
  const { heads, width } = config;
  const tokens = primal.input.length / width;
  const headWidth = width / heads;
  const matrix = ({ weight, bias }: LinearParameters): Tensor =>
    engine.upload(weight, [bias.length, weight.length / bias.length]);
  const scaled = (vectors: Float32Array): Tensor =>
    engine.upload(
      splitHeads(vectors, heads, width).map(value => value / Math.sqrt(headWidth)),
      [heads, tokens, headWidth]
    );
  return {
    query: matrix(parameters.query),
    key: matrix(parameters.key),
    value: matrix(parameters.value),
    output: matrix(parameters.output),
    up: matrix(parameters.up),
    down: matrix(parameters.down),
    attention: transposed(engine, primal.attention, heads, tokens),
    values: engine.upload(splitHeadsTransposed(primal.value, width, 1), [heads, headWidth, tokens]),
    ...mixConstants(engine, config, primal),
    keys: scaled(primal.key),
    queries: scaled(primal.query),
    attentionNorm: normConstants(engine, primal.attentionNorm, parameters.attentionNorm),
    slope: engine.upload(primal.slope, [tokens, 1, config.inner]),
    outputNorm: normConstants(engine, primal.outputNorm, parameters.outputNorm)
  };
}

export function disposeReverse(engine: Engine, constants: ReverseConstants): void {
  const { attentionNorm, outputNorm, ...tensors } = constants;
  const norms = [attentionNorm, outputNorm].flatMap(norm => Object.values<Tensor>({ ...norm }));
  engine.dispose([...Object.values<Tensor>(tensors), ...norms]);
}

function transposed(engine: Engine, attention: Float32Array, heads: number, tokens: number): Tensor {
  const [result] = engine.scope(() => [
    engine.transpose(engine.upload(attention, [heads, tokens, tokens]), [0, 2, 1])
  ]);
  return result as Tensor;
}

function mixConstants(
  engine: Engine,
  { heads, width }: ModelConfig,
  { attention, value, top, offset }: LayerPrimal
): Pick<ReverseConstants, 'others' | 'spread' | 'reduce'> {
  const rows = top.length;
  const tokens = attention.length / rows;
  const headWidth = width / heads;
  const others = Float32Array.from(attention);
  const reduce = new Float32Array(2 * attention.length);
  const spread = new Float32Array(2 * offset.length);
  for (let row = 0; row < rows; row++) {
    const peak = (top[row] as number) * width + Math.floor(row / tokens) * headWidth;
    others[row * tokens + (top[row] as number)] = 0;
    reduce.set(others.subarray(row * tokens, (row + 1) * tokens), 2 * row * tokens);
    reduce.set(attention.subarray(row * tokens, (row + 1) * tokens), (2 * row + 1) * tokens);
    for (let c = 0; c < headWidth; c++) {
      spread[2 * (row * headWidth + c)] = -(value[peak + c] as number);
      spread[2 * (row * headWidth + c) + 1] = -(offset[row * headWidth + c] as number);
    }
  }
  return {
    others: engine.upload(others, [rows, 1, tokens]),
    spread: engine.upload(spread, [rows, headWidth, 2]),
    reduce: engine.upload(reduce, [rows, 2, tokens])
  };
}

function normConstants(engine: Engine, { unit, rate }: NormPrimal, { gain }: NormParameters): ReverseNorm {
  const tokens = rate.length;
  const width = gain.length;
  const scaled = new Float32Array(unit.length);
  const spread = new Float32Array(2 * unit.length);
  const reduce = new Float32Array(2 * unit.length);
  for (let token = 0; token < tokens; token++) {
    for (let c = 0; c < width; c++) {
      const cell = token * width + c;
      const factor = (gain[c] as number) * (rate[token] as number);
      scaled[cell] = factor;
      spread[2 * cell] = factor;
      spread[2 * cell + 1] = factor * (unit[cell] as number);
      reduce[2 * token * width + c] = 1 / width;
      reduce[(2 * token + 1) * width + c] = (unit[cell] as number) / width;
    }
  }
  return {
    gain: engine.upload(scaled, [tokens, 1, width]),
    spread: engine.upload(spread, [tokens, width, 2]),
    reduce: engine.upload(reduce, [tokens, 2, width])
  };
}
