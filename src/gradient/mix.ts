// From a tangent of the scores to one of the head outputs: B_hj[i] = A_hji (v_hi − z_hj), in place of a softmax derivative.

import type { LayerPrimal } from '../model/primal';

/** Whether B stands ready-made on the engine, or is put together from less where it would be too large or of no use. */
export type MixKind = 'direct' | 'compact';

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
