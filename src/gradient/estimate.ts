// Errors of attribution distributions from groups of random directions: the group jackknife.

import { JACKKNIFE_GROUPS, LIVE_CELL_FLOOR } from '../core/limits';

/** Groups that `samples` directions fall into. */
export function groupsOf(samples: number): number {
  return Math.min(JACKKNIFE_GROUPS, samples);
}

export interface JackknifeShape {
  readonly groups: number;
  readonly rows: number;
  readonly sources: number;
  /** S/d, the directions seen of all there are. */
  readonly share: number;
}

/** Sum and count of the squared relative errors of live cells. */
export interface ErrorTally {
  squares: number;
  cells: number;
}

/**
 * Jackknife errors of the distributions G (rows of norms that sum to 1), relative to G:
 * SE² = (1 − S/d) (B−1)/B Σ_b (G_(b) − mean_b G_(b))², where G_(b) leaves group b out.
 *
 * @param sums of y per group of equal size, or their means: [group, row, source]
 * @param into [row, source]; rows from, …, to − 1 are filled; NaN where the norms are, 0 where the cell is
 */
export function jackknife(
  sums: Float32Array,
  { groups, rows, sources, share }: JackknifeShape,
  from: number,
  to: number,
  into: Float32Array,
  tally: ErrorTally
): void {
  const cells = rows * sources;
  const total = new Float64Array(sources);
  const without = new Float64Array(groups * sources);
  const factor = ((1 - share) * (groups - 1)) / groups;
  for (let row = from; row < to; row++) {
    const start = row * sources;
    total.fill(0);
    for (let group = 0; group < groups; group++) {
      for (let source = 0; source < sources; source++) {
        total[source] = (total[source] as number) + (sums[group * cells + start + source] as number);
      }
    }
    for (let group = 0; group < groups; group++) {
      let sum = 0;
      for (let source = 0; source < sources; source++) {
        const rest = (total[source] as number) - (sums[group * cells + start + source] as number);
        const norm = Math.sqrt(Math.max(0, rest) / (groups - 1));
        without[group * sources + source] = norm;
        sum += norm;
      }
      for (let source = 0; source < sources; source++) {
        without[group * sources + source] = (without[group * sources + source] as number) / sum;
      }
    }
    let rowSum = 0;
    let largest = 0;
    for (let source = 0; source < sources; source++) {
      const norm = Math.sqrt((total[source] as number) / groups);
      total[source] = norm;
      rowSum += norm;
      largest = Math.max(largest, norm);
    }
    for (let source = 0; source < sources; source++) {
      const norm = total[source] as number;
      let mean = 0;
      for (let group = 0; group < groups; group++) {
        mean += (without[group * sources + source] as number) / groups;
      }
      let spread = 0;
      for (let group = 0; group < groups; group++) {
        spread += ((without[group * sources + source] as number) - mean) ** 2;
      }
      const relative = norm === 0 ? 0 : (Math.sqrt(factor * spread) * rowSum) / norm;
      into[start + source] = relative;
      if (norm > LIVE_CELL_FLOOR * largest) {
        tally.squares += relative * relative;
        tally.cells += 1;
      }
    }
  }
}
