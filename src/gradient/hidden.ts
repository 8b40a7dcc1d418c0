// Squared norms of the states' own tangents added up over directions, and the norms ‖∂e^{l+1}/∂x‖ they give.

/** A cell is one layer, query and source; there are no groups, since no error is given for these norms. */
export class HiddenSums {
  /** [cell]: sums of y = width · ‖J u‖². */
  private readonly sums: Float64Array;

  /**
   * @param rows layers · tokens
   * @param sources tokens
   */
  constructor(
    private readonly rows: number,
    private readonly sources: number,
    private readonly width: number
  ) {
    this.sums = new Float64Array(rows * sources);
  }

  /** Starts from norms made before, [layer, query, source], over `samples` directions. */
  restore(samples: number, norms: Float32Array): void {
    if (norms.length !== this.sums.length) {
      throw new RangeError(
        `${norms.length} hidden norms were given, ${this.rows} rows of ${this.sources} are needed`
      );
    }
    norms.forEach((norm, cell) => (this.sums[cell] = norm * norm * samples));
  }

  /**
   * Adds ‖J u‖² of some tangents.
   *
   * @param squares [row, column]
   * @param sources [column], where each tangent stands
   */
  add(squares: Float32Array, sources: Int32Array): void {
    squares.forEach((square, i) => {
      const row = Math.floor(i / sources.length);
      const cell = row * this.sources + (sources[i % sources.length] as number);
      this.sums[cell] = (this.sums[cell] as number) + this.width * square;
    });
  }

  /** [layer, query, source] */
  norms(samples: number): Float32Array {
    return Float32Array.from(this.sums, sum => Math.sqrt(sum / samples));
  }
}
