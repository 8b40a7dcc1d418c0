// The items that maps, strips and measures speak of: word pieces, or the words that they make up.

import type { Piece } from '../core/piece';
import type { Switches } from './options';

/** A row and a column of the maps as displayed: one piece, or all pieces of a word. */
export interface Item {
  /** Texts of its pieces, without the ## of those that continue a word. */
  readonly parts: readonly string[];
  /** The parts joined as in the text, such as `ishmael`. */
  readonly label: string;
  /** Indexes of its pieces, ascending and adjacent. */
  readonly pieces: readonly number[];
  readonly segment: 0 | 1;
  readonly special: boolean;
  /** As in its pieces; null for special ones. */
  readonly word: number | null;
  /** A piece shown joined to the item before it, since both belong to one word; never true of words. */
  readonly continues: boolean;
}

/** Items in the order of the text; every piece is in exactly one. */
export function itemsOf(pieces: readonly Piece[], units: Switches['units']): readonly Item[] {
  return groupIndexes(pieces, units).map(indexes => makeItem(pieces, indexes, units));
}

function groupIndexes(pieces: readonly Piece[], units: Switches['units']): number[][] {
  const groups: number[][] = [];
  pieces.forEach((piece, index) => {
    const last = groups.at(-1);
    if (units === 'words' && last !== undefined && sameWord(pieces[index - 1], piece)) {
      last.push(index);
    } else {
      groups.push([index]);
    }
  });
  return groups;
}

function makeItem(pieces: readonly Piece[], indexes: readonly number[], units: Switches['units']): Item {
  const own = indexes.flatMap(index => pieces[index] ?? []);
  const [first] = own;
  if (first === undefined) {
    throw new RangeError('an item has at least one piece');
  }
  const before = pieces[(indexes[0] ?? 0) - 1];
  const parts = own.map(bareText);
  const label = parts.map((part, k) => (k > 0 && !touching(own[k - 1], own[k]) ? ` ${part}` : part)).join('');
  return {
    parts,
    label,
    pieces: indexes,
    segment: first.segment,
    special: first.special,
    word: first.word,
    continues: units === 'pieces' && sameWord(before, first) && touching(before, first)
  };
}

/** The piece as read in the text: `##hma` is `hma`, while a special piece stays as it is. */
function bareText(piece: Piece): string {
  return continuesWord(piece) ? piece.text.slice(2) : piece.text;
}

function continuesWord(piece: Piece): boolean {
  return !piece.special && piece.text.length > 2 && piece.text.startsWith('##');
}

function sameWord(before: Piece | undefined, piece: Piece): boolean {
  return (
    before !== undefined &&
    piece.word !== null &&
    piece.word === before.word &&
    piece.segment === before.segment
  );
}

/** No white space between the two; spans alone would not do, since the tokenizer drops some characters. */
function touching(before: Piece | undefined, piece: Piece | undefined): boolean {
  return before !== undefined && piece !== undefined && (continuesWord(piece) || before.end === piece.start);
}
