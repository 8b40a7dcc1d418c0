// LayerNorm, with what its derivative needs; computed in double precision, kept in float32.

import type { NormParameters } from './parameters';

/** The normalised values and scales of one LayerNorm. */
export interface NormPrimal {
  /** x̂ = (t − mean) r, [token, width] */
  readonly unit: Float32Array;
  /** r = 1 / √(variance + ε), [token] */
  readonly rate: Float32Array;
}

export interface NormResult extends NormPrimal {
  /** γ x̂ + β, [token, width] */
  readonly output: Float32Array;
}

/** @param input [token, width] */
export function layerNorm(input: Float32Array, parameters: NormParameters, epsilon: number): NormResult {
  const { gain, bias } = parameters;
  const width = gain.length;
  const tokens = input.length / width;
  const output = new Float32Array(input.length);
  const unit = new Float32Array(input.length);
  const rate = new Float32Array(tokens);
  for (let token = 0; token < tokens; token++) {
    const start = token * width;
    let mean = 0;
    for (let c = 0; c < width; c++) {
      mean += input[start + c] as number;
    }
    mean /= width;
    let variance = 0;
    for (let c = 0; c < width; c++) {
      variance += ((input[start + c] as number) - mean) ** 2;
    }
    const scale = 1 / Math.sqrt(variance / width + epsilon);
    rate[token] = scale;
    for (let c = 0; c < width; c++) {
      const value = ((input[start + c] as number) - mean) * scale;
      unit[start + c] = value;
      output[start + c] = value * (gain[c] as number) + (bias[c] as number);
    }
  }
  return { output, unit, rate };
}
