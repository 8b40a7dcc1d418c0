// Where BERT's words begin and end: white space parts them, and every punctuation mark is a word of its own.
// As BertPreTokenizer of the reference.

import type { Character } from './characters';
import { isWhiteSpace } from './normalizer';

// ASCII symbols such as $ and + count as punctuation, although Unicode calls them symbols.
const PUNCTUATION = /^[\p{P}!-/:-@[-`{-~]$/u;

export function isPunctuation(char: string): boolean {
  return PUNCTUATION.test(char);
}

export class BertPreTokenizer {
  /** @returns the words in order, each of at least one character */
  preTokenize(text: readonly Character[]): Character[][] {
    const words: Character[][] = [];
    let word: Character[] | null = null;
    for (const character of text) {
      if (isWhiteSpace(character.char)) {
        word = null;
      } else if (isPunctuation(character.char)) {
        words.push([character]);
        word = null;
      } else if (word === null) {
        word = [character];
        words.push(word);
      } else {
        word.push(character);
      }
    }
    return words;
  }
}
