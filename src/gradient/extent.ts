// The sizes of a block of tangents on the engine, and its rows split by heads.

import type { Engine, Tensor } from '../tensor/engine';

/** Tangents are position-major, [token, column, width]: `columns` of them pass through the layers side by side. */
export interface Extent {
  readonly tokens: number;
  readonly columns: number;
  readonly heads: number;
  readonly width: number;
}

/** [token · column, width] → [head, token, column, headWidth] */
export function splitRows(engine: Engine, { tokens, columns, heads, width }: Extent, rows: Tensor): Tensor {
  return engine.transpose(engine.reshape(rows, [tokens, columns, heads, width / heads]), [2, 0, 1, 3]);
}

/** [head, token, column, headWidth] → [token · column, width] */
export function joinHeads(engine: Engine, { tokens, columns, width }: Extent, heads: Tensor): Tensor {
  return engine.reshape(engine.transpose(heads, [1, 2, 0, 3]), [tokens * columns, width]);
}
