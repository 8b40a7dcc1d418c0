// Everything that tells one BERT tokenizer from another.

import type { AddedToken } from './added-tokens';
import type { NormalizerStage } from './normalizer';
import type { WordPieceOptions } from './word-piece';

/** One place of the template by which special pieces are put around a text and its pair. */
export type TemplateItem =
  | { readonly kind: 'text' }
  | { readonly kind: 'pair' }
  | { readonly kind: 'special'; readonly content: string; readonly id: number; readonly segment: 0 | 1 };

export interface TokenizerSpec extends WordPieceOptions {
  readonly normalizer: readonly NormalizerStage[];
  readonly addedTokens: readonly AddedToken[];
  /** For a text alone: [CLS] text [SEP]. */
  readonly single: readonly TemplateItem[];
  /** For a text and its pair: [CLS] text [SEP] pair [SEP]. */
  readonly pair: readonly TemplateItem[];
}

/** The largest id that the tokenizer can give. */
export function largestId(spec: TokenizerSpec): number {
  let largest = 0;
  for (const id of spec.vocabulary.values()) {
    largest = Math.max(largest, id);
  }
  return spec.addedTokens.reduce((most, { id }) => Math.max(most, id), largest);
}
