// Reverse passes at one sentence: cotangents of single head outputs go down in blocks that fit engine and memory.

import { StoryError } from '../core/errors';
import type { Embedded } from '../model/embed';
import type { ModelConfig, ModelParameters } from '../model/parameters';
import type { Primal } from '../model/primal';
import type { CotangentBlock, Descent, Executor, ReverseSentence, Turn } from './executor';
import { pulledToSource } from './source-cotangents';

export interface ReverseModel {
  readonly config: ModelConfig;
  readonly parameters: ModelParameters;
  readonly executor: Executor;
}

/** A model with one sentence on it. */
export interface Subject extends ReverseModel {
  readonly embedded: Embedded;
  readonly primal: Primal;
  /** Option `source` of the method. */
  readonly source: string;
}

/** A cotangent of one head's output at one query, [headWidth]. */
export interface Seed {
  readonly layer: number;
  readonly head: number;
  readonly query: number;
  readonly cotangent: Float32Array;
}

/** Takes the gradients of some seeds, [token, column, width at the source], and the number of the first. */
export type GradientSink = (gradients: Float32Array, first: number, columns: number) => void;

export class Reverse {
  private constructor(
    private readonly subject: Subject,
    private readonly sentence: ReverseSentence,
    readonly descent: Descent,
    /** Most columns of a block. */
    readonly columns: number
  ) {}

  /** @param memoryBudget bytes beside the weights. @throws StoryError memory_limit, cancelled */
  static async open(subject: Subject, descent: Descent, memoryBudget: number, turn: Turn): Promise<Reverse> {
    const { executor, config, primal } = subject;
    const columns = columnsWithin(config, primal.tokens, descent, memoryBudget, executor);
    return new Reverse(subject, await executor.prepareReverse(primal, descent, turn), descent, columns);
  }

  /** Blocks run on all lanes; sinks are called in the order of the seeds. */
  async seeds(seeds: readonly Seed[], sink: GradientSink, turn: Turn): Promise<void> {
    const { lanes } = this.subject.executor;
    const parts = Math.ceil(seeds.length / this.columns);
    const step = Math.ceil(seeds.length / parts);
    for (let from = 0; from < seeds.length; from += step * lanes) {
      const starts = Array.from({ length: lanes }, (_, lane) => from + lane * step).filter(
        start => start < seeds.length
      );
      // All lanes must have come to rest before anyone frees what they work on.
      const ends = await Promise.allSettled(
        starts.map(start => this.block(this.place(seeds.slice(start, start + step)), turn))
      );
      ends.forEach((end, lane) => {
        if (end.status === 'rejected') {
          throw end.reason;
        }
        const first = starts[lane] as number;
        sink(end.value, first, Math.min(step, seeds.length - first));
      });
      turn.fraction(Math.min(1, (from + step * lanes) / seeds.length));
    }
  }

  /** Gradients at the source, [token, column, width]. */
  async block(block: CotangentBlock, turn: Turn): Promise<Float32Array> {
    const gradients = await this.sentence.pull(block, { ...turn, fraction: () => undefined });
    const { source, parameters, embedded } = this.subject;
    return pulledToSource(source, parameters, embedded, gradients, block.columns);
  }

  dispose(): Promise<void> {
    return this.sentence.dispose();
  }

  private place(seeds: readonly Seed[]): CotangentBlock {
    const { config, primal } = this.subject;
    const headWidth = config.width / config.heads;
    const columns = seeds.length;
    const heads = primal.layers.map((): Float32Array | null => null);
    seeds.forEach(({ layer, head, query, cotangent }, column) => {
      const at = (heads[layer] ??= new Float32Array(primal.tokens * columns * config.width));
      at.set(cotangent, ((head * primal.tokens + query) * columns + column) * headWidth);
    });
    return { columns, heads };
  }
}

const FLOAT = 4;

/** How many cotangents may go side by side. @throws StoryError memory_limit when not even one fits */
function columnsWithin(
  { heads, width, inner }: ModelConfig,
  tokens: number,
  { start, top }: Descent,
  budget: number,
  executor: Executor
): number {
  const weights = 4 * width * width + 2 * width * inner;
  const perLayer = weights + tokens * (5 * heads * tokens + 16 * width + inner);
  const constants = FLOAT * (top - start + 1) * perLayer * executor.lanes;
  const perColumn = FLOAT * tokens * (12 * width + 5 * heads * tokens + 3 * inner) * executor.lanes;
  if (constants + perColumn > budget) {
    throw new StoryError(
      'memory_limit',
      `${tokens} tokens need ${((constants + perColumn) / 1e9).toFixed(2)} GB for a reverse pass, ${(budget / 1e9).toFixed(2)} GB are left`,
      'shorten the text, or give the service a larger memory budget',
      { needed: constants + perColumn, budget, tokens }
    );
  }
  const fitting = Math.floor((budget - constants) / perColumn);
  return Math.max(1, Math.min(fitting, Math.floor(executor.rowsPerBlock(tokens) / tokens)));
}
