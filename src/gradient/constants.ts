// What the derivative at one sentence needs on the engine, layer by layer: every nonlinearity turned into a matrix.

import { splitHeadsTransposed } from '../model/attend';
import type { NormPrimal } from '../model/norm';
import type { LayerParameters, ModelConfig, NormParameters } from '../model/parameters';
import type { LayerPrimal } from '../model/primal';
import type { LayerWeights } from '../model/weights';
import type { Engine, Tensor } from '../tensor/engine';
import { compactMix, directMix, type MixConstants } from './mix';

/** How a tangent of the states becomes one of the scores (s = 1/√headWidth). */
export type ScoreConstants =
  /** Score vectors s Wq' k and s Wk' q, [width, head · token]: fewer columns than the width in short sentences. */
  | { readonly kind: 'folded'; readonly query: Tensor; readonly key: Tensor }
  /** s k and s q, [head, headWidth, token], met by projected tangents. */
  | { readonly kind: 'projected'; readonly query: Tensor; readonly key: Tensor };

/** LN: dy = t ∘ gain − (t · reduce) · spread at every token, gain = γ r. */
export interface NormConstants {
  /** [token, 1, width] */
  readonly gain: Tensor;
  /** Columns 1/width and x̂/width, [token, width, 2] */
  readonly reduce: Tensor;
  /** Rows gain and gain ∘ x̂, [token, 2, width] */
  readonly spread: Tensor;
}

export interface LayerConstants {
  /** A, [head, query, source] */
  readonly attention: Tensor;
  readonly scores: ScoreConstants;
  readonly mix: MixConstants;
  readonly attentionNorm: NormConstants;
  /** gelu'(u), [token, 1, inner] */
  readonly slope: Tensor;
  readonly outputNorm: NormConstants;
}

export function uploadConstants(
  engine: Engine,
  config: ModelConfig,
  parameters: LayerParameters,
  weights: LayerWeights,
  primal: LayerPrimal,
  mix: MixConstants['kind']
): LayerConstants {
  const { heads, width } = config;
  const tokens = primal.input.length / width;
  return {
    attention: engine.upload(primal.attention, [heads, tokens, tokens]),
    scores: scoreConstants(engine, config, weights, primal),
    mix: mix === 'direct' ? directMix(engine, config, primal) : compactMix(engine, config, primal),
    attentionNorm: normConstants(engine, primal.attentionNorm, parameters.attentionNorm),
    slope: engine.upload(primal.slope, [tokens, 1, config.inner]),
    outputNorm: normConstants(engine, primal.outputNorm, parameters.outputNorm)
  };
}

export function disposeConstants(engine: Engine, constants: LayerConstants): void {
  const { attention, slope, attentionNorm, outputNorm, scores, mix } = constants;
  const norms = [attentionNorm, outputNorm].flatMap(norm => [norm.gain, norm.reduce, norm.spread]);
  const mixed = mix.kind === 'direct' ? [mix.weights] : [mix.others, mix.values, mix.reduce, mix.spread];
  engine.dispose([attention, slope, scores.query, scores.key, ...norms, ...mixed]);
}

function scoreConstants(
  engine: Engine,
  { heads, width }: ModelConfig,
  weights: LayerWeights,
  { query, key }: LayerPrimal
): ScoreConstants {
  const tokens = query.length / width;
  const headWidth = width / heads;
  const scale = 1 / Math.sqrt(headWidth);
  const vectors = {
    query: splitHeadsTransposed(key, width, scale),
    key: splitHeadsTransposed(query, width, scale)
  };
  if (heads * tokens > width) {
    const shape = [heads, headWidth, tokens];
    return {
      kind: 'projected',
      query: engine.upload(vectors.query, shape),
      key: engine.upload(vectors.key, shape)
    };
  }
  // One plain product folds all heads at once: each head's vectors stand in the rows of that head alone.
  const fold = (values: Float32Array, matrix: Tensor): Tensor => {
    const [folded] = engine.scope(() => [
      engine.matMul(
        matrix,
        engine.upload(blockDiagonal(values, heads, headWidth, tokens), [width, heads * tokens])
      )
    ]);
    return folded as Tensor;
  };
  return { kind: 'folded', query: fold(vectors.query, weights.query), key: fold(vectors.key, weights.key) };
}

/** [head, row, column] → [head · row, head · column], zero off the diagonal blocks. */
function blockDiagonal(values: Float32Array, heads: number, rows: number, columns: number): Float32Array {
  const blocks = new Float32Array(heads * rows * heads * columns);
  for (let row = 0; row < heads * rows; row++) {
    const head = Math.floor(row / rows);
    blocks.set(values.subarray(row * columns, (row + 1) * columns), (row * heads + head) * columns);
  }
  return blocks;
}

function normConstants(engine: Engine, { unit, rate }: NormPrimal, { gain }: NormParameters): NormConstants {
  const tokens = rate.length;
  const width = gain.length;
  const scaled = new Float32Array(unit.length);
  const reduce = new Float32Array(2 * unit.length);
  const spread = new Float32Array(2 * unit.length);
  for (let token = 0; token < tokens; token++) {
    for (let c = 0; c < width; c++) {
      const cell = token * width + c;
      const factor = (gain[c] as number) * (rate[token] as number);
      scaled[cell] = factor;
      reduce[2 * cell] = 1 / width;
      reduce[2 * cell + 1] = (unit[cell] as number) / width;
      spread[2 * token * width + c] = factor;
      spread[(2 * token + 1) * width + c] = factor * (unit[cell] as number);
    }
  }
  return {
    gain: engine.upload(scaled, [tokens, 1, width]),
    reduce: engine.upload(reduce, [tokens, width, 2]),
    spread: engine.upload(spread, [tokens, 2, width])
  };
}
