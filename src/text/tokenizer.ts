// From a text, or a text and its pair, to BERT's word pieces with their places in the original.

import { StoryError } from '../core/errors';
import { MAX_TEXT_BYTES } from '../core/limits';
import type { Piece, Truncation } from '../core/piece';
import { AddedVocabulary } from './added-tokens';
import type { Character } from './characters';
import { charactersOf, lengthOf, wellFormed } from './characters';
import { Normalizer } from './normalizer';
import { BertPreTokenizer } from './pre-tokenizer';
import type { TemplateItem, TokenizerSpec } from './spec';
import { longestFirst } from './truncation';
import { WordPiece } from './word-piece';

export interface Encoded {
  /** The strings into which the spans point: well-formed, given words joined by single spaces. */
  readonly text: string;
  readonly pair: string | null;
  readonly pieces: Piece[];
  /** null where everything was kept. */
  readonly truncated: Truncation | null;
}

/** A text as it was given, or as a list of words that must not be joined. */
export type TextInput = string | readonly string[];

/** A text or a pair before truncation and before special pieces are added. */
interface Side {
  readonly text: string;
  readonly pieces: readonly Piece[];
  readonly words: number;
}

export class WordPieceTokenizer {
  readonly spec: TokenizerSpec;
  readonly #added: AddedVocabulary;
  readonly #preTokenizer = new BertPreTokenizer();
  readonly #model: WordPiece;

  constructor(spec: TokenizerSpec) {
    this.spec = spec;
    this.#added = new AddedVocabulary(spec.addedTokens, new Normalizer(spec.normalizer));
    this.#model = new WordPiece(spec);
  }

  /**
   * @param maxTokens most pieces in all, the special ones included; what is beyond is cut, longest first
   * @throws StoryError `text_too_long` beyond MAX_TEXT_BYTES; `bad_request` where not even the special pieces fit
   */
  encode(text: TextInput, pair: TextInput | null, maxTokens: number): Encoded {
    checkBytes(text, pair);
    const first = this.#side(text, 0, 0);
    const second = pair === null ? null : this.#side(pair, 1, first.words);
    const template = second === null ? this.spec.single : this.spec.pair;
    const room = maxTokens - template.filter(({ kind }) => kind === 'special').length;
    if (room < 0) {
      throw new StoryError(
        'bad_request',
        `a limit of ${maxTokens} tokens is less than the ${maxTokens - room} special tokens that are always added`,
        'allow more tokens',
        { max_tokens: maxTokens, special_tokens: maxTokens - room }
      );
    }
    const kept = longestFirst(first.pieces.length, second?.pieces.length ?? 0, room);
    return {
      text: first.text,
      pair: second?.text ?? null,
      pieces: template.flatMap(item => {
        switch (item.kind) {
          case 'text':
            return first.pieces.slice(0, kept.text);
          case 'pair':
            return second?.pieces.slice(0, kept.pair) ?? [];
          case 'special':
            return [specialPiece(item)];
        }
      }),
      truncated: truncation(first, kept.text, second, kept.pair)
    };
  }

  #side(input: TextInput, segment: 0 | 1, firstWord: number): Side {
    if (typeof input === 'string') {
      const text = wellFormed(input);
      const { pieces, words } = this.#pieces(charactersOf(text), segment, firstWord);
      return { text, pieces, words };
    }
    const words = input.map(wellFormed);
    let offset = 0;
    const pieces = words.flatMap((word, k) => {
      const characters = charactersOf(word, offset);
      offset += characters.length + 1;
      const inWord = this.#pieces(characters, segment, 0).pieces;
      return inWord.map(piece => (piece.special ? piece : { ...piece, word: firstWord + k }));
    });
    return { text: words.join(' '), pieces, words: words.length };
  }

  #pieces(text: readonly Character[], segment: 0 | 1, firstWord: number): { pieces: Piece[]; words: number } {
    const pieces: Piece[] = [];
    let words = 0;
    for (const part of this.#added.extractAndNormalize(text)) {
      if (part.kind === 'token') {
        const { content, id, special } = part.token;
        const word = special ? null : firstWord + words++;
        pieces.push({ text: content, id, start: part.start, end: part.end, segment, special, word });
        continue;
      }
      for (const word of this.#preTokenizer.preTokenize(part.characters)) {
        for (const { text: content, id, start, end } of this.#model.tokenize(word)) {
          pieces.push({ text: content, id, start, end, segment, special: false, word: firstWord + words });
        }
        words += 1;
      }
    }
    return { pieces, words };
  }
}

function specialPiece({ content, id, segment }: TemplateItem & { kind: 'special' }): Piece {
  return { text: content, id, start: null, end: null, segment, special: true, word: null };
}

function truncation(
  text: Side,
  keptOfText: number,
  pair: Side | null,
  keptOfPair: number
): Truncation | null {
  const pieces = text.pieces.length - keptOfText + (pair === null ? 0 : pair.pieces.length - keptOfPair);
  if (pieces === 0) {
    return null;
  }
  return {
    pieces,
    text_end: endOf(text, keptOfText),
    pair_end: pair === null ? null : endOf(pair, keptOfPair)
  };
}

function endOf({ text, pieces }: Side, kept: number): number {
  return kept === pieces.length ? lengthOf(text) : (pieces[kept - 1]?.end ?? 0);
}

function checkBytes(text: TextInput, pair: TextInput | null): void {
  const bytes = bytesOf(text) + (pair === null ? 0 : bytesOf(pair));
  if (bytes > MAX_TEXT_BYTES) {
    const what = pair === null ? 'the text has' : 'the text and its pair have';
    throw new StoryError(
      'text_too_long',
      `${what} ${bytes} bytes of UTF-8, at most ${MAX_TEXT_BYTES} are taken`,
      'give a shorter text; a BERT model reads only a few hundred words of it anyway',
      { bytes, limit: MAX_TEXT_BYTES }
    );
  }
}

function bytesOf(input: TextInput): number {
  return new TextEncoder().encode(typeof input === 'string' ? input : input.join(' ')).length;
}
