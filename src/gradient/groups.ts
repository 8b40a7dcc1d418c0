// Squared norms of tangents added up per group of directions, and the norms they give.

import { JACKKNIFE_GROUPS } from '../core/limits';
import { groupsOf } from './estimate';

/** Squared norms of some tangents, added up per group of directions; a cell is one layer, head, query and source. */
export class GroupSums {
  /** [group, cell]: sums of y = width · ‖J u‖². */
  readonly sums: Float32Array;

  /**
   * @param rows layers · heads · tokens
   * @param sources tokens
   */
  constructor(
    readonly rows: number,
    readonly sources: number,
    readonly width: number
  ) {
    this.sums = new Float32Array(JACKKNIFE_GROUPS * rows * sources);
  }

  /** Starts from an estimate made before: means of y per group, [group, cell], over `samples` directions in all. */
  restore(samples: number, means: Float32Array): void {
    const groups = groupsOf(samples);
    if (means.length !== groups * this.rows * this.sources) {
      throw new RangeError(
        `${means.length} group means were given, ${groups} groups of ${this.rows} rows of ${this.sources} are needed`
      );
    }
    const each = samples / groups;
    means.forEach((mean, i) => (this.sums[i] = mean * each));
  }

  /**
   * Adds ‖J u‖² of some tangents.
   *
   * @param squares [row, column]
   * @param sources [column], where each tangent stands
   * @param directions [column], the number of its direction in the basis
   */
  readonly add = (squares: Float32Array, sources: Int32Array, directions: Int32Array): void => {
    const columns = sources.length;
    const cells = this.rows * this.sources;
    for (let row = 0; row < this.rows; row++) {
      for (let column = 0; column < columns; column++) {
        const group = (directions[column] as number) % JACKKNIFE_GROUPS;
        const cell = group * cells + row * this.sources + (sources[column] as number);
        this.sums[cell] =
          (this.sums[cell] as number) + this.width * (squares[row * columns + column] as number);
      }
    }
  };

  /** Fills the rows from, …, to − 1 of `into`, [group, row, source], with the means of y. */
  means(samples: number, from: number, to: number, into: Float32Array): void {
    const groups = groupsOf(samples);
    const cells = this.rows * this.sources;
    for (let group = 0; group < groups; group++) {
      for (let i = group * cells + from * this.sources; i < group * cells + to * this.sources; i++) {
        into[i] = ((this.sums[i] as number) * groups) / samples;
      }
    }
  }

  /** Norms N = √(mean of y over all directions) of the rows from, …, to − 1, [row, source]. */
  norms(samples: number, from: number, to: number, into: Float32Array): void {
    const cells = this.rows * this.sources;
    for (let cell = from * this.sources; cell < to * this.sources; cell++) {
      let sum = 0;
      for (let group = 0; group < JACKKNIFE_GROUPS; group++) {
        sum += this.sums[group * cells + cell] as number;
      }
      into[cell] = Math.sqrt(sum / samples);
    }
  }
}
