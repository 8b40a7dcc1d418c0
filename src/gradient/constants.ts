// What the derivative at one sentence needs on the engine, layer by layer: every nonlinearity turned into a matrix.

import type { NormPrimal } from '../model/norm';
import type { LayerParameters, ModelConfig, NormParameters } from '../model/parameters';
import type { LayerPrimal } from '../model/primal';
import type { LayerWeights } from '../model/weights';
import type { Engine, Tensor } from '../tensor/engine';
import { compactConstants, disposeCompact, type CompactConstants } from './compact';
import { directConstants, disposeDirect, type DirectConstants } from './direct';
import type { MixKind } from './mix';

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
  readonly softmax: DirectConstants | CompactConstants;
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
  mix: MixKind
): LayerConstants {
  const { heads, width } = config;
  const tokens = primal.input.length / width;
  return {
    attention: engine.upload(primal.attention, [heads, tokens, tokens]),
    softmax:
      mix === 'direct'
        ? directConstants(engine, config, weights, primal)
        : compactConstants(engine, config, weights, primal),
    attentionNorm: normConstants(engine, primal.attentionNorm, parameters.attentionNorm),
    slope: engine.upload(primal.slope, [tokens, 1, config.inner]),
    outputNorm: normConstants(engine, primal.outputNorm, parameters.outputNorm)
  };
}

export function disposeConstants(engine: Engine, constants: LayerConstants): void {
  const { attention, slope, attentionNorm, outputNorm, softmax } = constants;
  engine.dispose([attention, slope]);
  disposeNorm(engine, attentionNorm);
  disposeNorm(engine, outputNorm);
  if (softmax.kind === 'direct') {
    disposeDirect(engine, softmax);
  } else {
    disposeCompact(engine, softmax);
  }
}

export function disposeNorm(engine: Engine, { gain, reduce, spread }: NormConstants): void {
  engine.dispose([gain, reduce, spread]);
}

/** Of the tokens that `unit` and `rate` have. */
export function normConstants(
  engine: Engine,
  { unit, rate }: NormPrimal,
  { gain }: NormParameters
): NormConstants {
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
