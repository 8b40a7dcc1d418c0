// Tangents at one sentence on an engine of this thread: block by block through the layers, with pauses between the calls.

import type { LayerParameters, ModelConfig } from '../model/parameters';
import type { LayerPrimal, Primal } from '../model/primal';
import type { LayerWeights } from '../model/weights';
import type { Engine, Tensor } from '../tensor/engine';
import { evaluate } from '../tensor/evaluate';
import { collapsedTangents, collapseLayer } from './collapse';
import { disposeConstants, uploadConstants, type LayerConstants } from './constants';
import type { Block, Route, Sentence, Squares, Turn } from './executor';
import type { Extent } from './extent';
import { Measuring } from './measuring';
import { startTangents } from './start';
import { attentionBlockTangents, headTangents, outputTangents, upTangents } from './tangent';

/** How fast the engine is, and how much it is asked at a time for that. */
export interface EnginePace {
  /** Seconds from some fixed moment. */
  now(): number;
  /** Rows of a call. */
  rows(): number;
  /** Takes a rate that was measured, in operations a second. */
  report(rate: number): void;
}

/** Operations per row of W_O and W1. */
export function upOperations({ width, inner }: ModelConfig): number {
  return 2 * width * (width + inner);
}

export class LocalSentence implements Sentence {
  private readonly constants: LayerConstants[] = [];
  /** By layer: what stands behind the heads as one matrix per position, where that has been made. */
  private readonly matrices: Tensor[] = [];
  private readonly measuring: Measuring;

  constructor(
    private readonly engine: Engine,
    private readonly config: ModelConfig,
    private readonly parameters: readonly LayerParameters[],
    private readonly weights: readonly LayerWeights[],
    private readonly primal: Primal,
    private readonly route: Route,
    private readonly pace: EnginePace
  ) {
    this.measuring = new Measuring(engine, config, route);
  }

  async prepare(turn: Turn): Promise<void> {
    await this.measuring.prepare(this.parameters, turn);
    for (const [layer, own] of this.parameters.entries()) {
      if (this.route.start === 'each' ? this.leaves(layer) : layer >= this.route.start) {
        const [weights, primal] = this.at(layer);
        const { mix } = this.route;
        this.constants[layer] = uploadConstants(this.engine, this.config, own, weights, primal, mix);
        await turn.pause();
      }
    }
  }

  async collapse(layers: number, turn: Turn): Promise<void> {
    const { start } = this.route;
    const left = [...this.parameters.entries()]
      .filter(([layer]) => this.leaves(layer) && (start === 'each' || layer >= start))
      .slice(0, layers);
    for (const [index, [layer, parameters]] of left.entries()) {
      const [weights, primal] = this.at(layer);
      const { tokens } = this.primal;
      const pause = async (made: number): Promise<void> => {
        turn.fraction((index + made / tokens) / left.length);
        await turn.pause();
      };
      this.matrices[layer] ??= await collapseLayer(
        this.engine,
        this.config,
        parameters,
        weights,
        primal,
        this.pace.rows(),
        pause
      );
    }
  }

  async run(block: Block, turn: Turn): Promise<Squares> {
    const { layers, heads } = this.config;
    const states = this.primal.tokens * block.sources.length;
    const squares = new Float32Array(layers * heads * states).fill(NaN);
    const hidden = this.route.hidden ? new Float32Array(layers * states).fill(NaN) : null;
    const held = new Held(this.engine);
    try {
      for (let layer = 0; layer < layers; layer++) {
        if (this.runs(layer, block)) {
          squares.set(this.heads(layer, block, held), layer * heads * states);
          await turn.pause();
          if (this.leaves(layer)) {
            await this.leave(layer, block, held, turn);
          }
          hidden?.set(this.states(held), layer * states);
        }
        turn.fraction((layer + 1) / layers);
      }
    } finally {
      held.replace(() => []);
    }
    return { heads: squares, hidden };
  }

  async dispose(): Promise<void> {
    for (const constants of this.constants) {
      if (constants !== undefined) {
        disposeConstants(this.engine, constants);
      }
    }
    this.constants.length = 0;
    this.engine.dispose(this.matrices.filter(matrices => matrices !== undefined));
    this.matrices.length = 0;
    this.measuring.dispose();
  }

  private runs(layer: number, block: Block): boolean {
    const { start } = this.route;
    return start === 'each' ? (block.layer ?? layer) === layer : layer >= start;
  }

  /** Whether tangents go on behind the heads of a layer. */
  private leaves(layer: number): boolean {
    return this.route.hidden || (this.route.start !== 'each' && layer < this.config.layers - 1);
  }

  private at(layer: number): [LayerWeights, LayerPrimal] {
    const weights = this.weights[layer];
    const primal = this.primal.layers[layer];
    if (weights === undefined || primal === undefined) {
      throw new RangeError(`layer ${layer} was asked of ${this.primal.layers.length}`);
    }
    return [weights, primal];
  }

  /** ‖dz‖² of one layer, [head, query, column]; leaves its input tangents and head tangents in `held`. */
  private heads(layer: number, block: Block, held: Held): Float32Array {
    return this.route.start === 'each' || layer === this.route.start
      ? this.firstHeads(layer, block, held)
      : this.laterHeads(layer, block, held);
  }

  /** ‖de‖² of the states in `held`, [query, column]. */
  private states(held: Held): Float32Array {
    return evaluate(this.engine, () => this.engine.squaredNorm(held.first()));
  }

  private firstHeads(layer: number, block: Block, held: Held): Float32Array {
    const { engine } = this;
    const [weights, primal] = this.at(layer);
    const fixed = this.route.paths === 'values';
    const [, all, values] = held.replace(() => {
      const start = startTangents(engine, this.extent(block), weights, primal, block);
      return [start.states, start.all, ...(fixed ? [start.values] : [])];
    });
    return this.measuring.squares(layer, () => (fixed ? values : all) as Tensor);
  }

  private laterHeads(layer: number, block: Block, held: Held): Float32Array {
    const { engine } = this;
    const [weights] = this.at(layer);
    const fixed = this.route.paths === 'values';
    const [, all, values] = held.replace(([tangents]) => {
      const heads = headTangents(
        engine,
        this.extent(block),
        weights,
        this.constants[layer] as LayerConstants,
        tangents as Tensor
      );
      return [tangents as Tensor, heads.all, ...(fixed ? [heads.values] : [])];
    });
    return this.measuring.squares(layer, () => (fixed ? values : all) as Tensor);
  }

  /** From input tangents and head tangents to those of the layer's output. */
  private async leave(layer: number, block: Block, held: Held, turn: Turn): Promise<void> {
    const { engine } = this;
    const extent = this.extent(block);
    const [weights] = this.at(layer);
    const matrices = this.matrices[layer];
    if (matrices !== undefined) {
      held.replace(([tangents, heads]) => [
        collapsedTangents(engine, extent, weights, matrices, tangents as Tensor, heads as Tensor)
      ]);
      await turn.pause();
      return;
    }
    const constants = this.constants[layer] as LayerConstants;
    const began = this.pace.now();
    held.replace(([tangents, heads]) => {
      const mixed = attentionBlockTangents(
        engine,
        extent,
        weights,
        constants,
        tangents as Tensor,
        heads as Tensor
      );
      return [mixed, upTangents(engine, extent, weights, constants, mixed)];
    });
    const operations = extent.tokens * extent.columns * upOperations(this.config);
    this.pace.report(operations / Math.max(this.pace.now() - began, 1e-6));
    await turn.pause();
    held.replace(([mixed, inner]) => [
      outputTangents(engine, extent, weights, constants, mixed as Tensor, inner as Tensor)
    ]);
    await turn.pause();
  }

  private extent({ sources }: Block): Extent {
    const { heads, width } = this.config;
    return { tokens: this.primal.tokens, columns: sources.length, heads, width };
  }
}

/** The arrays that live on from one call to the next: what is replaced is freed. */
class Held {
  private tensors: readonly Tensor[] = [];

  constructor(private readonly engine: Engine) {}

  first(): Tensor {
    const [tensor] = this.tensors;
    if (tensor === undefined) {
      throw new RangeError('no tangents are held');
    }
    return tensor;
  }

  replace(body: (held: readonly Tensor[]) => readonly Tensor[]): readonly Tensor[] {
    const next = this.engine.scope(() => body(this.tensors));
    this.engine.dispose(this.tensors.filter(tensor => !next.includes(tensor)));
    this.tensors = next;
    return next;
  }
}
