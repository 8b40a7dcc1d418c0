// The estimate of an atlas as it grows: sums per group, and at every stage norms, errors and their rms.

import type { ModelConfig } from '../model/parameters';
import type { AtlasRequest, AtlasUpdate } from './compute';
import { groupsOf, jackknife, type ErrorTally } from './estimate';
import type { Squares, Turn } from './executor';
import { GroupSums } from './groups';
import { HiddenSums } from './hidden';

export type Estimate = Omit<Extract<AtlasUpdate, { stage: 'sampled' | 'exact' }>, 'seconds' | 'secondsLeft'>;

/** Cells · groups that are worked on between two pauses: a few milliseconds. */
const CELLS_PER_TURN = 1 << 19;

export class Estimator {
  private readonly sums: GroupSums;
  private readonly hidden: HiddenSums | null;

  constructor(
    { layers, heads, width }: ModelConfig,
    { ids, hidden, resume }: Pick<AtlasRequest, 'ids' | 'hidden' | 'resume'>
  ) {
    this.sums = new GroupSums(layers * heads * ids.length, ids.length, width);
    if (resume !== null) {
      this.sums.restore(resume.samples, resume.groups);
    }
    this.hidden = hidden ? new HiddenSums(layers * ids.length, ids.length, width) : null;
    if (resume !== null && resume.hiddenNorms !== null) {
      this.hidden?.restore(resume.samples, resume.hiddenNorms);
    }
  }

  /** Adds the squared norms of some tangents; sources and directions [column]. */
  readonly add = ({ heads, hidden }: Squares, sources: Int32Array, directions: Int32Array): void => {
    this.sums.add(heads, sources, directions);
    if (hidden !== null) {
      this.hidden?.add(hidden, sources);
    }
  };

  /** @param samples directions that the sums hold of every source */
  async at(samples: number, turn: Turn): Promise<Estimate> {
    const { rows, sources, width } = this.sums;
    const norms = new Float32Array(rows * sources);
    const error = new Float32Array(rows * sources);
    const exact = samples === width;
    const count = groupsOf(samples);
    const groups = exact ? null : new Float32Array(count * rows * sources);
    const shape = { groups: count, rows, sources, share: samples / width };
    const tally: ErrorTally = { squares: 0, cells: 0 };
    const step = Math.max(1, Math.floor(CELLS_PER_TURN / (sources * count)));
    for (let from = 0; from < rows; from += step) {
      const to = Math.min(rows, from + step);
      this.sums.norms(samples, from, to, norms);
      if (groups !== null) {
        this.sums.means(samples, from, to, groups);
        jackknife(this.sums.sums, shape, from, to, error, tally);
      }
      await turn.pause();
    }
    const rmsError = tally.cells === 0 ? 0 : Math.sqrt(tally.squares / tally.cells);
    const hiddenNorms = this.hidden?.norms(samples) ?? null;
    return { stage: exact ? 'exact' : 'sampled', samples, norms, error, groups, hiddenNorms, rmsError };
  }
}
