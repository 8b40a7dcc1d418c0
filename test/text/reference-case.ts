// What the reference tokenizer made of a text, and what ours made, in one form to compare.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Piece, Truncation } from '../../src/core/piece';
import type { TextInput, WordPieceTokenizer } from '../../src/text/tokenizer';

export interface ReferenceCase {
  readonly text: TextInput;
  readonly pair: TextInput | null;
  readonly max_tokens: number | null;
  readonly ids: readonly number[];
  readonly segments: readonly number[];
  readonly spans: readonly (readonly [number, number] | null)[];
  readonly special: readonly number[];
  readonly words: readonly (number | null)[];
  readonly truncated: Truncation | null;
}

export function readFixture<T>(name: string): T {
  return JSON.parse(readFileSync(join(__dirname, '..', 'fixtures', name), 'utf8')) as T;
}

export function encodeLike(tokenizer: WordPieceTokenizer, wanted: ReferenceCase, text = wanted.text) {
  const { pieces, truncated } = tokenizer.encode(text, wanted.pair, wanted.max_tokens ?? 1_000_000);
  const { pair, max_tokens } = wanted;
  return {
    text: wanted.text,
    pair,
    max_tokens,
    ids: pieces.map(({ id }) => id),
    segments: pieces.map(({ segment }) => segment),
    spans: pieces.map(spanOf),
    special: pieces.map(({ special }) => Number(special)),
    words: pieces.map(({ word }) => word),
    truncated
  };
}

export function spanOf({ start, end }: Piece): [number, number] | null {
  return start === null || end === null ? null : [start, end];
}
