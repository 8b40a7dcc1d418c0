// What stands between the two products of a feed-forward network, and its slope.

import { applyGelu } from './gelu';

/** `gelu` is u Φ(u) with the exact error function, `gelu_tanh` its approximation, `relu` max(u, 0). */
export type Activation = 'gelu' | 'gelu_tanh' | 'relu';

/** By the names that checkpoints give them. */
export const ACTIVATIONS: Readonly<Record<string, Activation>> = {
  gelu: 'gelu',
  gelu_python: 'gelu',
  gelu_new: 'gelu_tanh',
  gelu_fast: 'gelu_tanh',
  gelu_pytorch_tanh: 'gelu_tanh',
  relu: 'relu'
};

/** Replaces `values` by activation(values) and returns its slope there, of the same shape. */
export function applyActivation(activation: Activation, values: Float32Array): Float32Array {
  switch (activation) {
    case 'gelu':
      return applyGelu(values);
    case 'gelu_tanh':
      return applyTanhGelu(values);
    case 'relu':
      return applyRelu(values);
  }
}

const SCALE = Math.sqrt(2 / Math.PI);
const CUBIC = 0.044715;

/** u (1 + tanh t)/2 with t = √(2/π) (u + 0.044715 u³); Hendrycks and Gimpel 2016, section 2. */
function applyTanhGelu(values: Float32Array): Float32Array {
  const slope = new Float32Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const u = values[i] as number;
    const tanh = Math.tanh(SCALE * (u + CUBIC * u ** 3));
    values[i] = (u * (1 + tanh)) / 2;
    slope[i] = (1 + tanh) / 2 + (u * (1 - tanh * tanh) * SCALE * (1 + 3 * CUBIC * u * u)) / 2;
  }
  return slope;
}

/** The slope at 0 is 0, as in PyTorch. */
function applyRelu(values: Float32Array): Float32Array {
  const slope = new Float32Array(values.length);
  for (let i = 0; i < values.length; i++) {
    // NaN stays NaN.
    const shut = (values[i] as number) <= 0;
    values[i] = shut ? 0 : (values[i] as number);
    slope[i] = shut ? 0 : 1;
  }
  return slope;
}
