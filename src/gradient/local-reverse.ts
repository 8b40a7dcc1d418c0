// Cotangents at one sentence on an engine of this thread: block by block down through the layers, with pauses between the calls.

import type { LayerParameters, ModelConfig } from '../model/parameters';
import type { Primal } from '../model/primal';
import type { Engine, Tensor } from '../tensor/engine';
import { attentionBlockCotangents, headCotangents, outputCotangents } from './cotangent';
import type { CotangentBlock, Descent, ReverseSentence, Turn } from './executor';
import { disposeReverse, uploadReverse, type ReverseConstants } from './reverse-constants';
import type { Extent } from './extent';

export class LocalReverse implements ReverseSentence {
  private readonly constants: ReverseConstants[] = [];

  constructor(
    private readonly engine: Engine,
    private readonly config: ModelConfig,
    private readonly primal: Primal,
    private readonly descent: Descent
  ) {}

  async prepare(parameters: readonly LayerParameters[], turn: Turn): Promise<void> {
    const { start, top } = this.descent;
    for (let layer = start; layer <= top; layer++) {
      const [own, primal] = [parameters[layer], this.primal.layers[layer]];
      if (own === undefined || primal === undefined) {
        throw new RangeError(`layer ${layer} was asked of ${parameters.length}`);
      }
      this.constants[layer] = uploadReverse(this.engine, this.config, own, primal);
      await turn.pause();
    }
  }

  async pull(block: CotangentBlock, turn: Turn): Promise<Float32Array> {
    const { start, top } = this.descent;
    const { heads, width } = this.config;
    const extent = { tokens: this.primal.tokens, columns: block.columns, heads, width };
    const kept = new Kept(this.engine);
    try {
      for (let layer = top; layer >= start; layer--) {
        await this.layer(
          this.constants[layer] as ReverseConstants,
          block.heads[layer] ?? null,
          extent,
          kept,
          turn
        );
        turn.fraction((top - layer + 1) / (top - start + 1));
      }
      const [gradients] = kept.tensors;
      return gradients === undefined
        ? new Float32Array(extent.tokens * block.columns * width)
        : this.engine.download(gradients);
    } finally {
      kept.replace(() => []);
    }
  }

  async dispose(): Promise<void> {
    for (const constants of this.constants) {
      if (constants !== undefined) {
        disposeReverse(this.engine, constants);
      }
    }
    this.constants.length = 0;
  }

  /** `kept` has the cotangents of the layer's output before, if there are any, and of its input after. */
  private async layer(
    constants: ReverseConstants,
    own: Float32Array | null,
    extent: Extent,
    kept: Kept,
    turn: Turn
  ): Promise<void> {
    const { engine } = this;
    const fromAbove = kept.tensors.length > 0;
    if (fromAbove) {
      kept.replace(([cotangents]) => {
        const { outer, inner } = outputCotangents(engine, extent, constants, cotangents as Tensor);
        return [outer, inner];
      });
      await turn.pause();
      kept.replace(([outer, inner]) => {
        const both = { outer: outer as Tensor, inner: inner as Tensor };
        const { residual, heads } = attentionBlockCotangents(engine, extent, constants, both);
        return [residual, heads];
      });
      await turn.pause();
    }
    if (!fromAbove && own === null) {
      return;
    }
    kept.replace(([residual = null, above = null]) => {
      const { tokens, columns, heads, width } = extent;
      const given = own && engine.upload(own, [heads, tokens, columns, width / heads]);
      const all = sum(engine, given, above) as Tensor;
      const pulled = headCotangents(engine, extent, constants, all, this.descent.fixed ? above : all);
      return [sum(engine, pulled, residual) as Tensor];
    });
    await turn.pause();
  }
}

function sum(engine: Engine, left: Tensor | null, right: Tensor | null): Tensor | null {
  return left !== null && right !== null ? engine.add(left, right) : (left ?? right);
}

/** The arrays that live on from one call to the next: what is replaced is freed. */
class Kept {
  tensors: readonly Tensor[] = [];

  constructor(private readonly engine: Engine) {}

  replace(body: (kept: readonly Tensor[]) => readonly Tensor[]): void {
    const next = this.engine.scope(() => body(this.tensors));
    this.engine.dispose(this.tensors.filter(tensor => !next.includes(tensor)));
    this.tensors = next;
  }
}
