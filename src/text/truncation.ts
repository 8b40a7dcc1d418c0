// How many pieces of a text and its pair are kept when both do not fit: the longer one gives way first.
// As the strategy LongestFirst of the reference.

export interface Kept {
  readonly text: number;
  readonly pair: number;
}

/**
 * @param text pieces of the text, without the special ones that are added
 * @param pair the same of the pair, 0 where there is none
 * @param room pieces that fit
 */
export function longestFirst(text: number, pair: number, room: number): Kept {
  if (text + pair <= room) {
    return { text, pair };
  }
  const shorter = Math.min(text, pair);
  if (2 * shorter <= room) {
    return text <= pair ? { text, pair: room - text } : { text: room - pair, pair };
  }
  // Both give way; of an odd number the longer one gets the odd piece, the pair where they are equal.
  const half = Math.floor(room / 2);
  return text <= pair ? { text: half, pair: room - half } : { text: room - half, pair: half };
}
