// Tokens that are found in the text before it is split into words, such as a typed [MASK].
// As AddedVocabulary of the reference: those not `normalized` in the raw text, the others in the normalised one.

import type { Character } from './characters';
import { charactersOf, textOf } from './characters';
import type { Normalizer } from './normalizer';
import { isWhiteSpace } from './normalizer';

export interface AddedToken {
  readonly content: string;
  readonly id: number;
  /** Found only where no letter, mark or digit touches it. */
  readonly singleWord: boolean;
  /** Takes the white space before it. */
  readonly lstrip: boolean;
  /** Takes the white space behind it. */
  readonly rstrip: boolean;
  /** Looked for in the normalised text. */
  readonly normalized: boolean;
  readonly special: boolean;
}

export type Split =
  | { readonly kind: 'text'; readonly characters: readonly Character[] }
  | { readonly kind: 'token'; readonly token: AddedToken; readonly start: number; readonly end: number };

interface Pattern {
  readonly chars: readonly string[];
  readonly token: AddedToken;
}

const WORD_CHARACTER = /^[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]$/u;

export class AddedVocabulary {
  readonly #normalizer: Normalizer;
  readonly #raw: Map<string, Pattern[]>;
  readonly #normalized: Map<string, Pattern[]>;

  constructor(tokens: readonly AddedToken[], normalizer: Normalizer) {
    this.#normalizer = normalizer;
    this.#raw = byFirstCharacter(
      tokens.filter(token => !token.normalized).map(token => ({ token, chars: Array.from(token.content) }))
    );
    this.#normalized = byFirstCharacter(
      tokens
        .filter(token => token.normalized)
        .map(token => ({
          token,
          chars: Array.from(textOf(normalizer.normalize(charactersOf(token.content))))
        }))
    );
  }

  /** The text in order: added tokens, and between them normalised text. */
  extractAndNormalize(text: readonly Character[]): Split[] {
    return split(text, this.#raw)
      .map(part => {
        return part.kind === 'text'
          ? { ...part, characters: this.#normalizer.normalize(part.characters) }
          : part;
      })
      .flatMap(part => (part.kind === 'text' ? split(part.characters, this.#normalized) : [part]));
  }
}

/** Patterns by their first character, the longest first. */
function byFirstCharacter(patterns: readonly Pattern[]): Map<string, Pattern[]> {
  const index = new Map<string, Pattern[]>();
  for (const pattern of patterns) {
    const [first] = pattern.chars;
    if (first !== undefined) {
      index.set(first, [...(index.get(first) ?? []), pattern]);
    }
  }
  for (const entry of index.values()) {
    entry.sort((a, b) => b.chars.length - a.chars.length);
  }
  return index;
}

function split(text: readonly Character[], patterns: ReadonlyMap<string, Pattern[]>): Split[] {
  const splits: Split[] = [];
  let done = 0;
  const pushText = (end: number): void => {
    if (done < end) {
      splits.push({ kind: 'text', characters: text.slice(done, end) });
    }
  };
  let at = 0;
  while (at < text.length) {
    const pattern = patternAt(text, at, patterns);
    if (pattern === undefined) {
      at += 1;
      continue;
    }
    const { token, chars } = pattern;
    let begin = at;
    let end = at + chars.length;
    at = end;
    if (token.singleWord && (isWordCharacter(text[begin - 1]) || isWordCharacter(text[end]))) {
      continue;
    }
    while (token.lstrip && begin > done && isSpace(text[begin - 1])) {
      begin -= 1;
    }
    while (token.rstrip && isSpace(text[end])) {
      end += 1;
    }
    pushText(begin);
    splits.push({ kind: 'token', token, start: text[begin]?.start ?? 0, end: text[end - 1]?.end ?? 0 });
    done = end;
  }
  pushText(text.length);
  return splits;
}

function patternAt(
  text: readonly Character[],
  at: number,
  patterns: ReadonlyMap<string, Pattern[]>
): Pattern | undefined {
  const candidates = patterns.get(text[at]?.char ?? '') ?? [];
  return candidates.find(({ chars }) => chars.every((char, k) => text[at + k]?.char === char));
}

function isWordCharacter(character: Character | undefined): boolean {
  return character !== undefined && WORD_CHARACTER.test(character.char);
}

function isSpace(character: Character | undefined): boolean {
  return character !== undefined && isWhiteSpace(character.char);
}
