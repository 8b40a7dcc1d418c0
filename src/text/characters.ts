// Text as code points, each with the stretch of the original text from which it came.

export interface Character {
  /** One code point of the text as it stands after the stages so far. */
  readonly char: string;
  /** Code points of the original text. */
  readonly start: number;
  readonly end: number;
}

/** Lone surrogates, which no encoding of text can hold, become U+FFFD. */
export function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\uFFFD');
}

/** The characters of well-formed text; `offset` is where the text begins in the original. */
export function charactersOf(text: string, offset = 0): Character[] {
  return Array.from(text, (char, k) => ({ char, start: offset + k, end: offset + k + 1 }));
}

/** Number of code points. */
export function lengthOf(text: string): number {
  return Array.from(text).length;
}

export function textOf(characters: readonly Pick<Character, 'char'>[]): string {
  return characters.map(({ char }) => char).join('');
}
