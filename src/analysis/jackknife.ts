// The error of anything computed from sampled norms: leave out one group of directions after the other (METHOD 3).

/** Share of the directions that were not drawn: 1 − S/d, the correction for drawing without replacement. */
export function unseenShare(samples: number, width: number): number {
  return Math.max(0, 1 - samples / width);
}

/**
 * Norms from all groups but one.
 *
 * @param groups [group, layer · head · query · source]: mean of y over each group's directions; groups are of equal size
 * @param count number of groups, at least 2
 * @param omitted the group left out
 * @param start first cell of the stretch that is wanted
 * @param length its number of cells
 * @returns [cell of the stretch]: square root of the mean over the other groups
 */
export function normsWithout(
  groups: Float32Array,
  count: number,
  omitted: number,
  start: number,
  length: number
): Float64Array {
  const cells = groups.length / count;
  const result = new Float64Array(length);
  for (let group = 0; group < count; group++) {
    if (group !== omitted) {
      const from = group * cells + start;
      for (let cell = 0; cell < length; cell++) {
        result[cell] = (result[cell] ?? 0) + (groups[from + cell] ?? NaN);
      }
    }
  }
  for (let cell = 0; cell < length; cell++) {
    result[cell] = Math.sqrt((result[cell] ?? NaN) / (count - 1));
  }
  return result;
}

/**
 * SE² = (1 − S/d) (B−1)/B Σ_b (θ̂_(b) − mean_b θ̂_(b))².
 *
 * @param without [group]: the number computed without that group
 * @param unseen 1 − S/d
 */
export function jackknifeError(without: ArrayLike<number>, unseen: number): number {
  const count = without.length;
  let mean = 0;
  for (let group = 0; group < count; group++) {
    mean += (without[group] ?? NaN) / count;
  }
  let squares = 0;
  for (let group = 0; group < count; group++) {
    squares += ((without[group] ?? NaN) - mean) ** 2;
  }
  return Math.sqrt((unseen * (count - 1) * squares) / count);
}

/** Two-sided quantiles of Student's t with B − 1 degrees of freedom, for B = 2 … 8 groups. */
const QUANTILES = {
  68: [1.8373, 1.3213, 1.1969, 1.1416, 1.1105, 1.0906, 1.0767],
  95: [12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646]
} as const;

/** The interval θ̂ ± t SE has this factor t; 68 stands for the 68.27 % within one standard deviation of a normal. */
export function tQuantile(groups: number, level: keyof typeof QUANTILES): number {
  const quantile = QUANTILES[level][groups - 2];
  if (quantile === undefined) {
    throw new RangeError(`${groups} direction groups, the jackknife has 2 to 8`);
  }
  return quantile;
}
