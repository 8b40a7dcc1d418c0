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

/** Beyond this |u| both functions have reached their limits in float32. */
const TABLE_LIMIT = 9;
/** Grid points per unit, a power of two, so that grid points have no rounding. */
const GRID = 128;
// Divisions take several times as long as products.
const HALF = 1 / 2;
const SIXTH = 1 / 6;
const TWENTY_FOURTH = 1 / 24;

/** Φ and φ of the normal distribution at the grid points −9, −9 + 1/128, …, 9. */
const TABLE = normalTable();

function normalTable(): { readonly share: Float64Array; readonly density: Float64Array } {
  const share = new Float64Array(2 * TABLE_LIMIT * GRID + 1);
  const density = new Float64Array(share.length);
  for (let i = 0; i < share.length; i++) {
    const u = i / GRID - TABLE_LIMIT;
    share[i] = (1 + erf(u / Math.SQRT2)) / 2;
    density[i] = Math.exp((-u * u) / 2) / Math.sqrt(2 * Math.PI);
  }
  return { share, density };
}

/**
 * Replaces `values` by gelu(values) and returns gelu'(u) = Φ(u) + u φ(u), of the same shape.
 *
 * Taylor's series from the nearest grid point, δ ≤ 1/256 away, instead of an exponential and an error function per
 * number: Φ to 1e-12 with the derivatives φ, −u φ, (u² − 1) φ, and φ to 1e-9 of itself as φ(u₀) e^(−u₀ δ − δ²/2).
 */
export function applyGelu(values: Float32Array): Float32Array {
  const { share: shares, density: densities } = TABLE;
  const slope = new Float32Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const u = values[i] as number;
    if (u > -TABLE_LIMIT && u < TABLE_LIMIT) {
      const index = Math.trunc((u + TABLE_LIMIT) * GRID + 0.5);
      const near = index / GRID - TABLE_LIMIT;
      const step = u - near;
      const peak = densities[index] as number;
      const ratio = -step * (near + HALF * step);
      const density = peak * (1 + ratio * (1 + ratio * (HALF + ratio * (SIXTH + ratio * TWENTY_FOURTH))));
      const series = step * (1 - step * (HALF * near - SIXTH * step * (near * near - 1)));
      const share = (shares[index] as number) + peak * series;
      values[i] = u * share;
      slope[i] = share + u * density;
    } else {
      // NaN stays NaN.
      values[i] = u < 0 ? 0 : u;
      slope[i] = u < 0 ? 0 : Math.min(1, u);
    }
  }
  return slope;
}
