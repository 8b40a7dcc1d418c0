// What is known of a story before anything is computed: its document, or why it cannot be told.

import { StoryError } from '../core/errors';
import { VERSION } from '../core/version';
import { checkHybrid } from '../gradient/hybrid';
import { routeOf } from '../gradient/route';
import { directionsAt } from '../gradient/sources';
import type { RequestOf } from '../protocol/requests';
import type { ModelInfo, StoryDocument } from '../story/document';
import type { Encoded } from '../text/tokenizer';
import type { OpenModel } from './models';

/** @throws StoryError text_too_long; bad_request for a pair where the model has no second segment */
export function encodeWith(
  { checkpoint }: OpenModel,
  { text, pair }: Pick<RequestOf<'tokenize'>, 'text' | 'pair'>
): Encoded {
  if (pair !== null && checkpoint.config.segmentTypes === 1) {
    throw new StoryError(
      'bad_request',
      'a pair was given, but the model knows one kind of segment only (type_vocab_size 1)',
      'give both as one text, or choose a model that was trained with pairs',
      { segment_types: 1 }
    );
  }
  return checkpoint.tokenizer.encode(text, pair, checkpoint.config.maxTokens);
}

/** Refuses at once what could not be computed. @throws StoryError unknown_option */
export function checkOptions(
  { hidden, hybrid, ...method }: RequestOf<'tell'>['options'],
  { layers, width, embedding_width: embeddingWidth = width }: ModelInfo
): void {
  routeOf(method, layers);
  checkHybrid(hybrid, method, directionsAt({ width, embeddingWidth }, method.source));
  if (hidden && method.norm === 'sum') {
    throw new StoryError(
      'unknown_option',
      'hidden norms go with norm frobenius or input, not with norm "sum", which has one gradient for each head',
      'leave hidden out, or choose norm frobenius',
      { option: 'hidden', value: true }
    );
  }
}

/** A document before it is known which engine computes. */
export type DocumentBefore = Omit<StoryDocument, 'engine'>;

/** The document of a story of which nothing is computed yet. */
export function newDocument(
  model: ModelInfo,
  { text, pair, pieces, truncated }: Encoded,
  { options, seed }: Pick<RequestOf<'tell'>, 'options' | 'seed'>,
  { tokenize, date }: { readonly tokenize: number; readonly date: string }
): DocumentBefore {
  const { id, sha256, architecture, layers, heads, width, embedding_width, revision } = model;
  const { norm, target, source, paths, hidden, hybrid } = options;
  return {
    version: 1,
    text,
    pair,
    pieces,
    truncated,
    model: {
      id,
      sha256,
      architecture,
      layers,
      heads,
      width,
      ...(embedding_width === undefined ? {} : { embedding_width }),
      ...(revision === undefined ? {} : { revision })
    },
    method: {
      norm,
      target,
      source,
      paths,
      mode: 'sampled',
      samples: 0,
      exact_directions: hybrid,
      seed,
      precision: 'float32',
      ablate: [],
      ...(hidden ? { hidden } : {})
    },
    timing: { tokenize },
    made: { version: VERSION, date }
  };
}
