// A word cut into the longest pieces of the vocabulary, from the left; the model WordPiece of the reference.

import type { Character } from './characters';

export interface WordPieceOptions {
  readonly vocabulary: ReadonlyMap<string, number>;
  readonly unknownToken: string;
  /** What a piece that continues a word begins with: ##. */
  readonly continuingSubwordPrefix: string;
  readonly maxInputCharsPerWord: number;
}

export interface Token {
  readonly text: string;
  readonly id: number;
  /** Code points of the original text. */
  readonly start: number;
  readonly end: number;
}

export class WordPiece {
  readonly #options: WordPieceOptions;
  readonly #unknownId: number;

  constructor(options: WordPieceOptions) {
    const unknownId = options.vocabulary.get(options.unknownToken);
    if (unknownId === undefined) {
      throw new RangeError(`the vocabulary lacks its unknown token ${options.unknownToken}`);
    }
    this.#options = options;
    this.#unknownId = unknownId;
  }

  /** A word of which some part is in no piece, or which is too long, becomes one unknown token. */
  tokenize(word: readonly Character[]): Token[] {
    const unknown = [this.#token(this.#options.unknownToken, this.#unknownId, word)];
    if (word.length > this.#options.maxInputCharsPerWord) {
      return unknown;
    }
    const tokens: Token[] = [];
    let begin = 0;
    while (begin < word.length) {
      const token = this.#longest(word, begin);
      if (token === null) {
        return unknown;
      }
      tokens.push(token.token);
      begin = token.end;
    }
    return tokens;
  }

  #longest(word: readonly Character[], begin: number): { token: Token; end: number } | null {
    const prefix = begin === 0 ? '' : this.#options.continuingSubwordPrefix;
    const chars = word.slice(begin).map(({ char }) => char);
    for (let length = chars.length; length > 0; length -= 1) {
      const text = prefix + chars.slice(0, length).join('');
      const id = this.#options.vocabulary.get(text);
      if (id !== undefined) {
        const end = begin + length;
        return { token: this.#token(text, id, word.slice(begin, end)), end };
      }
    }
    return null;
  }

  #token(text: string, id: number, characters: readonly Character[]): Token {
    return { text, id, start: characters[0]?.start ?? 0, end: characters.at(-1)?.end ?? 0 };
  }
}
