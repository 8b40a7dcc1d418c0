// The activation of BERT's feed-forward network and its slope: gelu(u) = u Φ(u), with the exact error function.

/** Beyond this |x| the error function is ±1 in double precision. */
const ERF_LIMIT = 6;

/** erf(x) = 2/√π e^(−x²) Σ_k 2^k x^(2k+1) / (2k+1)!!, whose terms all have one sign, so nothing cancels (A&S 7.1.6). */
export function erf(x: number): number {
  if (Math.abs(x) >= ERF_LIMIT) {
    return Math.sign(x);
  }
  const square = x * x;
  let term = x;
  let sum = x;
  for (let k = 1; Math.abs(term) > 1e-17 * Math.abs(sum); k++) {
    term *= (2 * square) / (2 * k + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-square) * sum;
}

/** Replaces `values` by gelu(values) and returns gelu'(u) = Φ(u) + u φ(u), of the same shape. */
export function applyGelu(values: Float32Array): Float32Array {
  const slope = new Float32Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const u = values[i] as number;
    const share = (1 + erf(u / Math.SQRT2)) / 2;
    values[i] = u * share;
    slope[i] = share + (u * Math.exp((-u * u) / 2)) / Math.sqrt(2 * Math.PI);
  }
  return slope;
}
