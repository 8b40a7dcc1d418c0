// Sentences made by hand for the tests of analysis and story.

import type { Piece } from '../../src/core/piece';

/** `special` pieces are those in brackets; ## continues a word; `|` stands before the piece that begins the pair. */
export function sentence(...texts: readonly string[]): Piece[] {
  let word = -1;
  let segment: 0 | 1 = 0;
  let at = 0;
  return texts.map((written, id) => {
    segment = written.startsWith('|') ? 1 : segment;
    const text = written.replace(/^\|/, '');
    const special = /^\[[A-Z]+\]$/.test(text) && text !== '[UNK]';
    const continues = text.startsWith('##');
    word += special || continues ? 0 : 1;
    at += continues || id === 0 ? 0 : 1;
    const start = at;
    at += special ? 0 : text.replace('##', '').length;
    return {
      text,
      id,
      start: special ? null : start,
      end: special ? null : at,
      segment,
      special,
      word: special ? null : word
    };
  });
}
