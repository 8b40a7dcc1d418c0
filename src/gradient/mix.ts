// From a tangent of the scores to one of the head outputs: B_hj[i] = A_hji (v_hi − z_hj), in place of a softmax derivative.

import { splitHeads } from '../model/attend';
import type { ModelConfig } from '../model/parameters';
import type { LayerPrimal } from '../model/primal';
import type { Engine, Tensor } from '../tensor/engine';

export type MixConstants =
  /** B, [head · query, source, headWidth] */
  | { readonly kind: 'direct'; readonly weights: Tensor }
  /** The same without its tokens² · width numbers, for long inputs (see `compactMix`). */
  | {
      readonly kind: 'compact';
      /** A without its largest weight, [head · query, 1, source] */
      readonly others: Tensor;
      /** v, [head, source, headWidth] */
      readonly values: Tensor;
      /** Columns: A without its largest weight, and A; [head · query, source, 2] */
      readonly reduce: Tensor;
      /** Rows: −v_top and −offset; [head · query, 2, headWidth] */
      readonly spread: Tensor;
    };

export function directMix(engine: Engine, { heads, width }: ModelConfig, primal: LayerPrimal): MixConstants {
  const tokens = primal.value.length / width;
  const headWidth = width / heads;
  const weights = new Float32Array(heads * tokens * tokens * headWidth);
  for (let row = 0; row < heads * tokens; row++) {
    const head = Math.floor(row / tokens);
    for (let source = 0; source < tokens; source++) {
      const cell = row * tokens + source;
      mixVector(
        primal,
        head,
        headWidth,
        row,
        source,
        weights.subarray(cell * headWidth, (cell + 1) * headWidth)
      );
    }
  }
  return { kind: 'direct', weights: engine.upload(weights, [heads * tokens, tokens, headWidth]) };
}

/** Fills `into` with B_hj[i] = A_hji ((v_hi − v_top) − offset_hj), where `row` = h · tokens + j. */
export function mixVector(
  { attention, value, top, offset }: LayerPrimal,
  head: number,
  headWidth: number,
  row: number,
  source: number,
  into: Float32Array
): void {
  const tokens = attention.length / top.length;
  const width = value.length / tokens;
  const weight = attention[row * tokens + source] as number;
  const from = source * width + head * headWidth;
  const peak = (top[row] as number) * width + head * headWidth;
  for (let c = 0; c < headWidth; c++) {
    into[c] =
      weight *
      ((value[from + c] as number) - (value[peak + c] as number) - (offset[row * headWidth + c] as number));
  }
}

/**
 * With A° = A without each row's largest weight, Σ_i dS_i A_i (v_i − z) equals
 * Σ_i A°_i dS_i v_i − (Σ_i A°_i dS_i) v_top − (Σ_i A_i dS_i) offset, in which nothing large cancels.
 */
export function compactMix(engine: Engine, { heads, width }: ModelConfig, primal: LayerPrimal): MixConstants {
  const { attention, value, top, offset } = primal;
  const tokens = value.length / width;
  const headWidth = width / heads;
  const rows = heads * tokens;
  const others = Float32Array.from(attention);
  const reduce = new Float32Array(2 * attention.length);
  const spread = new Float32Array(rows * 2 * headWidth);
  for (let row = 0; row < rows; row++) {
    const head = Math.floor(row / tokens);
    const peak = (top[row] as number) * width + head * headWidth;
    others[row * tokens + (top[row] as number)] = 0;
    for (let c = 0; c < headWidth; c++) {
      spread[2 * row * headWidth + c] = -(value[peak + c] as number);
      spread[(2 * row + 1) * headWidth + c] = -(offset[row * headWidth + c] as number);
    }
  }
  for (let cell = 0; cell < attention.length; cell++) {
    reduce[2 * cell] = others[cell] as number;
    reduce[2 * cell + 1] = attention[cell] as number;
  }
  return {
    kind: 'compact',
    others: engine.upload(others, [rows, 1, tokens]),
    values: engine.upload(splitHeads(value, heads, width), [heads, tokens, headWidth]),
    reduce: engine.upload(reduce, [rows, tokens, 2]),
    spread: engine.upload(spread, [rows, 2, headWidth])
  };
}
