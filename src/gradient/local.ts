// A model on an engine of this thread: its weights, its forward pass, and how large blocks may be at the engine's pace.

import { MAX_CALL_SECONDS, MAX_ROWS_PER_CALL } from '../core/limits';
import { encode } from '../model/forward';
import type { LayerParameters, ModelConfig } from '../model/parameters';
import type { Primal } from '../model/primal';
import { disposeWeights, uploadWeights, type LayerWeights } from '../model/weights';
import type { Engine } from '../tensor/engine';
import type { Descent, Executor, ReverseSentence, Route, Sentence, Turn } from './executor';
import { LocalReverse } from './local-reverse';
import { LocalSentence, upOperations } from './local-sentence';

/** Calls over which the measured rate is averaged, about. */
const RATE_MEMORY = 4;
/** Blocks smaller than this waste the engine whatever its speed. */
const LEAST_ROWS = 256;

export class LocalExecutor implements Executor {
  readonly lanes = 1;
  readonly cheapBatches = true;
  private measuredRate: number;

  /**
   * @param rate of the engine, in float32 operations a second, as measured on a product
   * @param now seconds from some fixed moment
   */
  constructor(
    private readonly engine: Engine,
    private readonly config: ModelConfig,
    private readonly parameters: readonly LayerParameters[],
    rate: number,
    private readonly now: () => number,
    private readonly weights: readonly LayerWeights[] = uploadWeights(engine, parameters)
  ) {
    this.measuredRate = rate;
  }

  get rate(): number {
    return this.measuredRate;
  }

  /** A power of two, so that the numbers do not hang on small differences of speed. */
  rowsPerBlock(tokens: number): number {
    const rows = (MAX_CALL_SECONDS * this.rate) / largestCall(this.config, tokens);
    return Math.min(MAX_ROWS_PER_CALL, Math.max(LEAST_ROWS, 2 ** Math.floor(Math.log2(rows))));
  }

  encode(input: Float32Array, turn: Turn): Promise<Primal> {
    return encode(this.engine, this.config, this.parameters, this.weights, input, turn.pause);
  }

  async prepare(primal: Primal, route: Route, turn: Turn): Promise<Sentence> {
    const sentence = new LocalSentence(
      this.engine,
      this.config,
      this.parameters,
      this.weights,
      primal,
      route,
      {
        now: this.now,
        rows: () => this.rowsPerBlock(primal.tokens),
        report: rate => {
          this.measuredRate += (rate - this.measuredRate) / RATE_MEMORY;
        }
      }
    );
    try {
      await sentence.prepare(turn);
    } catch (error) {
      await sentence.dispose();
      throw error;
    }
    return sentence;
  }

  async prepareReverse(primal: Primal, descent: Descent, turn: Turn): Promise<ReverseSentence> {
    const sentence = new LocalReverse(this.engine, this.config, primal, descent);
    try {
      await sentence.prepare(this.parameters, turn);
    } catch (error) {
      await sentence.dispose();
      throw error;
    }
    return sentence;
  }

  async dispose(): Promise<void> {
    disposeWeights(this.engine, this.weights);
  }
}

/** Operations per row of the longest stretch without a pause. */
export function largestCall(config: ModelConfig, tokens: number): number {
  const { width } = config;
  // Three projections, and what is done to scores and values of all tokens, at a small part of a product's speed.
  const attention = 6 * width * width + 96 * tokens * width;
  return Math.max(attention, upOperations(config));
}
