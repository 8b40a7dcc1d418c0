// How often the jackknife's intervals hold the exact value: for cells, for heads and for the points of the curve.

import type { AtlasMaps } from '../../src/analysis/mismatch';
import { measureStory } from '../../src/analysis/mismatch';
import { tQuantile } from '../../src/analysis/jackknife';
import type { Piece } from '../../src/core/piece';
import { LIVE_CELL_FLOOR } from '../../src/core/limits';
import type { AtlasRequest, LoadedModel } from '../../src/gradient/compute';
import { hooksWith, requestFor, tellAll, type Attribution } from '../compute-fixture';

export const SAMPLES = [8, 16, 32] as const;
export const KINDS = ['cells', 'heads', 'curve'] as const;
const LEVELS = [68, 95] as const;
const PEARSON = { measure: 'pearson', special: 'keep', own: 'keep', units: 'pieces' } as const;

/** Counts of intervals seen and of those that hold the exact value. */
export class Coverage {
  private readonly counts = new Map<string, { seen: number; held: number }>();

  add(samples: number, kind: (typeof KINDS)[number], distance: number, error: number): void {
    for (const level of LEVELS) {
      const key = `${samples} ${kind} ${level}`;
      const count = this.counts.get(key) ?? { seen: 0, held: 0 };
      count.seen += 1;
      count.held += distance <= tQuantile(8, level) * error ? 1 : 0;
      this.counts.set(key, count);
    }
  }

  /** Per cent of the intervals that hold the exact value. */
  share(samples: number, kind: (typeof KINDS)[number], level: (typeof LEVELS)[number]): number {
    const { seen, held } = this.counts.get(`${samples} ${kind} ${level}`) ?? { seen: 0, held: 0 };
    return (100 * held) / seen;
  }

  seen(samples: number, kind: (typeof KINDS)[number]): number {
    return this.counts.get(`${samples} ${kind} 68`)?.seen ?? 0;
  }
}

/** Adds one sentence: exact once, then estimates up to the last of the stages of each seed's basis. */
export async function addSentence(
  coverage: Coverage,
  loaded: Pick<LoadedModel, 'tell' | 'config'>,
  pieces: readonly Piece[],
  seeds: number,
  report: (line: string) => void = () => undefined,
  stages: readonly number[] = SAMPLES
): Promise<void> {
  const tell = async (
    options: Partial<AtlasRequest>
  ): Promise<{ attention: Float32Array; updates: readonly Attribution[] }> =>
    tellAll(loaded, requestFor(pieces, options), hooksWith());
  const { layers, heads, width } = loaded.config;
  const whole = await tell({ stop: { rule: 'exact' } });
  const maps = ({ norms, groups, samples, exactDirections, stage }: Attribution): AtlasMaps => ({
    layers,
    heads,
    width: stage === 'exact' ? width : width - exactDirections,
    pieces,
    attention: whole.attention,
    norms,
    groups,
    samples
  });
  const exact = whole.updates.at(-1);
  if (exact?.stage !== 'exact') {
    throw new RangeError('the rule ended before all directions');
  }
  const due = measureStory(maps(exact), PEARSON);
  for (let seed = 1; seed <= seeds; seed++) {
    const { updates } = await tell({ seed, stop: { rule: 'samples', samples: Math.max(...stages) } });
    for (const update of updates) {
      addCells(coverage, update, exact, pieces.length);
      const seen = measureStory(maps(update), PEARSON);
      addTriples(coverage, update.samples, 'heads', seen.heads, due.heads, 1);
      addTriples(coverage, update.samples, 'curve', seen.curve, due.curve, 2);
    }
    report(`${pieces.length} tokens, seed ${seed} of ${seeds}`);
  }
}

/** Cells of the distributions, above 1e-5 of their row's largest. */
function addCells(coverage: Coverage, update: Attribution, exact: Attribution, tokens: number): void {
  for (let row = 0; row < exact.norms.length; row += tokens) {
    const [seen, due] = [update.norms.subarray(row, row + tokens), exact.norms.subarray(row, row + tokens)];
    const total = (values: Float32Array): number => values.reduce((sum, value) => sum + value, 0);
    const [seenTotal, dueTotal, largest] = [total(seen), total(due), Math.max(...due)];
    for (let source = 0; source < tokens; source++) {
      const cell = due[source] ?? NaN;
      if (cell > LIVE_CELL_FLOOR * largest) {
        const share = (seen[source] ?? NaN) / seenTotal;
        coverage.add(
          update.samples,
          'cells',
          Math.abs(share - cell / dueTotal),
          share * (update.error[row + source] ?? NaN)
        );
      }
    }
  }
}

/** Values that stand at the start of every triple, with their error at place `error`. */
function addTriples(
  coverage: Coverage,
  samples: number,
  kind: 'heads' | 'curve',
  seen: Float32Array,
  due: Float32Array,
  error: number
): void {
  for (let i = 0; i < seen.length; i += 3) {
    coverage.add(samples, kind, Math.abs((seen[i] ?? NaN) - (due[i] ?? NaN)), seen[i + error] ?? NaN);
  }
}
