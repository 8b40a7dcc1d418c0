// What is done to a text before words are looked for: clean, set Chinese characters apart, strip accents, lowercase.
// Stages and their order as in the reference, Hugging Face tokenizers.

import type { Character } from './characters';
import { decompose } from './decompose';

export interface NormalizerOptions {
  /** Drop control characters and make every white space a plain one. */
  readonly cleanText: boolean;
  /** Put spaces around every character of the CJK ideograph blocks. */
  readonly handleChineseChars: boolean;
  /** null: as `lowercase`. */
  readonly stripAccents: boolean | null;
  readonly lowercase: boolean;
}

/** `bert` is the whole BertNormalizer; the others are stages of which a tokenizer may be put together. */
export type NormalizerStage =
  | { readonly kind: 'bert'; readonly options: NormalizerOptions }
  | { readonly kind: 'decompose' | 'lowercase' | 'strip_accents' };

const WHITE_SPACE = /^\p{White_Space}$/u;
// Unassigned code points (Cn) stay, as in the reference.
const CONTROL = /^[\p{Cc}\p{Cf}\p{Cs}\p{Co}]$/u;
const NONSPACING_MARK = /^\p{Mn}$/u;
const ANY_MARK = /^\p{M}$/u;
const CHINESE =
  /^[\u4E00-\u9FFF\u3400-\u4DBF\u{20000}-\u{2A6DF}\u{2A700}-\u{2B81F}\u{2B920}-\u{2CEAF}\uF900-\uFAFF\u{2F800}-\u{2FA1F}]$/u;

export function isWhiteSpace(char: string): boolean {
  return WHITE_SPACE.test(char);
}

export class Normalizer {
  constructor(private readonly stages: readonly NormalizerStage[]) {}

  normalize(text: readonly Character[]): readonly Character[] {
    return this.stages.reduce((result, stage) => applyStage(stage, result), text);
  }
}

function applyStage(stage: NormalizerStage, text: readonly Character[]): readonly Character[] {
  switch (stage.kind) {
    case 'bert':
      return new BertNormalizer(stage.options).normalize(text);
    case 'decompose':
      return decompose(text);
    case 'lowercase':
      return lower(text);
    case 'strip_accents':
      return text.filter(({ char }) => !ANY_MARK.test(char));
  }
}

export class BertNormalizer {
  constructor(private readonly options: NormalizerOptions) {}

  normalize(text: readonly Character[]): readonly Character[] {
    const { cleanText, handleChineseChars, lowercase } = this.options;
    const stripAccents = this.options.stripAccents ?? lowercase;
    let result = text;
    if (cleanText) {
      result = clean(result);
    }
    if (handleChineseChars) {
      result = setChineseApart(result);
    }
    if (stripAccents) {
      result = decompose(result).filter(({ char }) => !NONSPACING_MARK.test(char));
    }
    if (lowercase) {
      result = lower(result);
    }
    return result;
  }
}

function clean(text: readonly Character[]): Character[] {
  return text
    .filter(({ char }) => !isDropped(char))
    .map(character => (isWhiteSpace(character.char) ? { ...character, char: ' ' } : character));
}

function isDropped(char: string): boolean {
  if (char === '\t' || char === '\n' || char === '\r') {
    return false;
  }
  return char === '\uFFFD' || CONTROL.test(char);
}

function setChineseApart(text: readonly Character[]): Character[] {
  return text.flatMap(character => {
    if (!CHINESE.test(character.char)) {
      return character;
    }
    const space = { ...character, char: ' ' };
    return [space, character, space];
  });
}

/** Lowercase of one character may be several: İ becomes i and a combining dot. */
function lower(text: readonly Character[]): Character[] {
  return text.flatMap(character => {
    const lowercase = character.char.toLowerCase();
    return lowercase === character.char
      ? character
      : Array.from(lowercase, char => ({ char, start: character.start, end: character.end }));
  });
}
