// Cutting some directions at all source tokens into blocks that an engine takes at a time.

/** Tokens from, …, to − 1 with directions first, …, last − 1. */
export interface Piece {
  readonly from: number;
  readonly to: number;
  readonly first: number;
  readonly last: number;
}

/**
 * @param columns most tangents of a block
 * @param lanes blocks that run at the same time: there are no fewer than that, if there is enough to share
 */
export function cutBlocks(
  tokens: number,
  first: number,
  last: number,
  columns: number,
  lanes: number
): Piece[] {
  const directions = last - first;
  const pieces: Piece[] = [];
  if (directions > columns) {
    const step = evenStep(directions, columns, 1);
    for (let token = 0; token < tokens; token++) {
      for (let s = first; s < last; s += step) {
        pieces.push({ from: token, to: token + 1, first: s, last: Math.min(s + step, last) });
      }
    }
    return pieces;
  }
  const step = evenStep(tokens, Math.floor(columns / directions), lanes);
  for (let token = 0; token < tokens; token += step) {
    pieces.push({ from: token, to: Math.min(token + step, tokens), first, last });
  }
  return pieces;
}

/** The length of equal parts, each at most `most` long, their number a multiple of `lanes` where that can be. */
function evenStep(length: number, most: number, lanes: number): number {
  const parts = Math.ceil(Math.ceil(length / most) / lanes) * lanes;
  return Math.max(1, Math.ceil(length / parts));
}
