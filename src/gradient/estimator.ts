// The estimate of an atlas as it grows: sums per group, and at every stage norms, errors and their rms.

import type { ModelConfig } from '../model/parameters';
import type { AtlasRequest, AtlasUpdate } from './compute';
import { groupsOf, jackknife, type ErrorTally } from './estimate';
import type { Squares, Turn } from './executor';
import { GroupSums } from './groups';
import { HiddenSums } from './hidden';
import type { DirectionPlan } from './hybrid';

export type Estimate = Omit<Extract<AtlasUpdate, { stage: 'sampled' | 'exact' }>, 'seconds' | 'secondsLeft'>;

/** Cells · groups that are worked on between two pauses: a few milliseconds. */
const CELLS_PER_TURN = 1 << 19;

export class Estimator {
  private readonly sums: GroupSums;
  private readonly hidden: HiddenSums | null;

  /** @param plan which of all directions are random */
  constructor(
    { layers, heads }: ModelConfig,
    { ids, hidden, resume }: Pick<AtlasRequest, 'ids' | 'hidden' | 'resume'>,
    private readonly plan: Pick<DirectionPlan, 'width' | 'seeded' | 'base'>
  ) {
    const { width, base } = plan;
    this.sums = new GroupSums(layers * heads * ids.length, ids.length, width);
    this.hidden = hidden ? new HiddenSums(layers * ids.length, ids.length, width) : null;
    if (resume !== null) {
      this.sums.restore(resume.samples, base === null ? resume.groups : less(resume.groups, base.heads));
      if (resume.hiddenNorms !== null) {
        this.hidden?.restore(resume.samples, lessSquares(resume.hiddenNorms, base?.hidden ?? null));
      }
    }
  }

  /** Adds the squared norms of some tangents; sources and directions [column]. */
  readonly add = ({ heads, hidden }: Squares, sources: Int32Array, directions: Int32Array): void => {
    this.sums.add(heads, sources, directions);
    if (hidden !== null) {
      this.hidden?.add(hidden, sources);
    }
  };

  /** @param samples random directions that the sums hold of every source */
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
      }
      this.addBase(from * sources, to * sources, norms, groups);
      if (groups !== null) {
        jackknife(groups, shape, from, to, error, tally);
      }
      await turn.pause();
    }
    const rmsError = tally.cells === 0 ? 0 : Math.sqrt(tally.squares / tally.cells);
    const { seeded, base } = this.plan;
    const hiddenNorms =
      this.hidden === null ? null : moreSquares(this.hidden.norms(samples), base?.hidden ?? null);
    const stage = exact ? 'exact' : 'sampled';
    const all = exact ? width + seeded : samples;
    return {
      stage,
      samples: all,
      exactDirections: seeded,
      norms,
      error,
      groups,
      hiddenNorms,
      rmsError
    };
  }

  /** What is known exactly, added to the cells from, …, to − 1 of norms [cell] and groups [group, cell]. */
  private addBase(from: number, to: number, norms: Float32Array, groups: Float32Array | null): void {
    const base = this.plan.base?.heads;
    if (base === undefined) {
      return;
    }
    for (let cell = from; cell < to; cell++) {
      const known = base[cell] as number;
      norms[cell] = Math.sqrt((norms[cell] as number) ** 2 + known);
      for (let at = cell; groups !== null && at < groups.length; at += norms.length) {
        groups[at] = (groups[at] as number) + known;
      }
    }
  }
}

/** Means [group, cell] without what is known of each cell; rounding must not make them negative. */
function less(means: Float32Array, known: Float32Array): Float32Array {
  return means.map((mean, i) => Math.max(0, mean - (known[i % known.length] as number)));
}

function lessSquares(norms: Float32Array, known: Float32Array | null): Float32Array {
  return known === null
    ? norms
    : norms.map((norm, i) => Math.sqrt(Math.max(0, norm * norm - (known[i] as number))));
}

function moreSquares(norms: Float32Array, known: Float32Array | null): Float32Array {
  return known === null ? norms : norms.map((norm, i) => Math.sqrt(norm * norm + (known[i] as number)));
}
