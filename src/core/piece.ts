// Word pieces with their place in the original text, as the tokenizer makes them and every result carries them.

export interface Piece {
  /** The piece as in the vocabulary, with its ## where it continues a word. */
  readonly text: string;
  readonly id: number;
  /** Code points of `text` (segment 0) or `pair` (1); null for the [CLS] and [SEP] that the tokenizer adds. */
  readonly start: number | null;
  readonly end: number | null;
  readonly segment: 0 | 1;
  /** True for special tokens, added or typed in the text; false for an [UNK] made from an unknown word. */
  readonly special: boolean;
  /** Index of BERT's pre-token or of the given word, counted on through the pair; null for special pieces. */
  readonly word: number | null;
}

/** How much of an input that was too long was kept; ends are code points. */
export interface Truncation {
  /** Pieces left out. */
  readonly pieces: number;
  readonly text_end: number;
  readonly pair_end: number | null;
}
