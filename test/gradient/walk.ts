// Tangents through all layers with everything kept: what a job adds up to norms, as vectors.

import type { LayerConstants } from '../../src/gradient/constants';
import { disposeConstants, uploadConstants } from '../../src/gradient/constants';
import type { Block } from '../../src/gradient/executor';
import type { MixKind } from '../../src/gradient/mix';
import { attentionBlockTangents, headTangents, outputTangents, upTangents } from '../../src/gradient/tangent';
import { embed, type Embedded } from '../../src/model/embed';
import { encode } from '../../src/model/forward';
import type { LayerPrimal, Primal } from '../../src/model/primal';
import { disposeWeights, uploadWeights, type LayerWeights } from '../../src/model/weights';
import type { Engine, Tensor } from '../../src/tensor/engine';
import { requestFor, type Model } from '../compute-fixture';
import type { Golden } from '../golden';

/** A model, its weights on the engine, and one sentence's forward pass. */
export class Walk {
  readonly weights: readonly LayerWeights[];

  constructor(
    readonly engine: Engine,
    readonly model: Model
  ) {
    this.weights = uploadWeights(engine, model.parameters.layers);
  }

  embed(pieces: Golden['pieces']): Embedded {
    const { ids, segments } = requestFor(pieces);
    return embed(this.model.config, this.model.parameters, ids, segments);
  }

  encode(input: Float32Array): Promise<Primal> {
    const { config, parameters } = this.model;
    return encode(this.engine, config, parameters.layers, this.weights, input, () => Promise.resolve());
  }

  /**
   * dz of every layer, [layer][head, token, column, headWidth], by the general form from the first layer on.
   *
   * @param outputs gets the tangents of every layer's output, [layer][token, column, width]
   */
  tangents(
    primal: Primal,
    block: Block,
    mix: MixKind = 'direct',
    outputs: Float32Array[] = []
  ): Float32Array[] {
    const { engine } = this;
    const { heads, width } = this.model.config;
    const columns = block.sources.length;
    const extent = { tokens: primal.tokens, columns, heads, width };
    const results: Float32Array[] = [];
    let states = engine.upload(spreadTangents(block.vectors, block.sources, primal.tokens), [
      primal.tokens,
      columns,
      width
    ]);
    primal.layers.forEach((layer, l) => {
      const [weights, constants] = this.constants(l, layer, mix);
      const [all, next] = engine.scope(() => {
        const dz = headTangents(engine, extent, weights, constants, states).all;
        const mixed = attentionBlockTangents(engine, extent, weights, constants, states, dz);
        const inner = upTangents(engine, extent, weights, constants, mixed);
        return [dz, outputTangents(engine, extent, weights, constants, mixed, inner)];
      });
      results.push(engine.download(all as Tensor));
      engine.dispose([all as Tensor, states]);
      disposeConstants(engine, constants);
      states = next as Tensor;
      outputs.push(engine.download(states));
    });
    engine.dispose([states]);
    return results;
  }

  dispose(): void {
    disposeWeights(this.engine, this.weights);
  }

  private constants(l: number, layer: LayerPrimal, mix: MixKind): [LayerWeights, LayerConstants] {
    const { config, parameters } = this.model;
    const weights = this.weights[l];
    const own = parameters.layers[l];
    if (weights === undefined || own === undefined) {
      throw new RangeError(`there is no layer ${l}`);
    }
    return [weights, uploadConstants(this.engine, config, own, weights, layer, mix)];
  }
}

/** The tangents themselves, spread over all tokens: zero but at their own, [token, column, width]. */
function spreadTangents(vectors: Float32Array, sources: Int32Array, tokens: number): Float32Array {
  const columns = sources.length;
  const width = vectors.length / columns;
  const spread = new Float32Array(tokens * vectors.length);
  sources.forEach((source, column) => {
    const own = vectors.subarray(column * width, (column + 1) * width);
    spread.set(own, (source * columns + column) * width);
  });
  return spread;
}

/** Head outputs z of one layer, [head, token, headWidth]: v_top + offset. */
export function headOutputs({ value, top, offset }: LayerPrimal, heads: number): Float64Array {
  const tokens = top.length / heads;
  const width = value.length / tokens;
  const headWidth = width / heads;
  return Float64Array.from(offset, (shift, i) => {
    const row = Math.floor(i / headWidth);
    const head = Math.floor(row / tokens);
    return shift + (value[(top[row] ?? NaN) * width + head * headWidth + (i % headWidth)] ?? NaN);
  });
}

/** Deterministic unit vector number `index`. */
export function unitVector(width: number, index: number): Float32Array {
  const raw = Float32Array.from({ length: width }, (_, c) => Math.sin(1 + 12.9898 * (c + 1) * (index + 1)));
  const length = Math.hypot(...raw);
  return raw.map(value => value / length);
}
