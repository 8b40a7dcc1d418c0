// What a page says of where its numbers come from: text, model, method, engine, date, and what was left out.

import { directionsOf } from '../story/contents';
import type { StoryDocument } from '../story/document';

/** A heading of this many characters at most. */
const HEADING_LENGTH = 90;

/** The text on one line, cut where it is long; a pair as `A / B`. */
export function headingOf({ text, pair }: Pick<StoryDocument, 'text' | 'pair'>): string {
  const whole = (pair === null ? text : `${text} / ${pair}`).replaceAll(/\s+/g, ' ').trim();
  const points = [...whole];
  return points.length > HEADING_LENGTH ? `${points.slice(0, HEADING_LENGTH).join('').trimEnd()}…` : whole;
}

/** Rows of term and text. @param omitted names of what the page does not hold */
export function provenanceOf(
  document: StoryDocument,
  omitted: readonly string[]
): readonly (readonly [term: string, text: string])[] {
  const { text, pair, model, engine, made, truncated } = document;
  const cut = truncated
    ? ` (${truncated.pieces} pieces at the end were left out: too long for the model)`
    : '';
  return [
    ...(pair === null
      ? [['Text', `${text}${cut}`] as const]
      : [['Text A', text] as const, ['Text B', `${pair}${cut}`] as const]),
    [
      'Model',
      `${model.id} · ${model.architecture} · ${model.layers} layers × ${model.heads} heads · width ${model.width}${model.revision === undefined ? '' : ` · revision ${model.revision}`} · sha256 ${model.sha256}`
    ],
    ['Attention', 'where a head looks, in its own layer; rows sum to 1'],
    ['Attribution', attributionOf(document)],
    [
      'Computed',
      `${made.date.slice(0, 10)} by bertstory ${made.version}, ${engine.name} ${engine.version}, ${engine.threads} threads`
    ],
    ['In this page', keptIn(document, omitted)]
  ];
}

const NORM_TEXTS = {
  frobenius: 'the Frobenius norm of the derivative',
  sum: 'the norm of the gradient of the sum',
  input: 'the norm of the derivative along the token itself'
} as const;
const TARGET_TEXTS = { head: "a head's output", projected: "a head's projected output" } as const;

function attributionOf(document: StoryDocument): string {
  const { norm, target, source, paths, mode, samples, seed, exact_directions: chosen } = document.method;
  if (samples === 0) {
    return 'not computed';
  }
  const through = paths === 'all' ? 'all paths' : 'the values alone';
  const all = directionsOf(document);
  const done = mode === 'hybrid' ? `${chosen} chosen and ${samples} random` : `${samples} random`;
  const quality = mode === 'exact' ? 'exact' : `estimated from ${done} of ${all} directions (seed ${seed})`;
  return (
    `what the output depends on: ${NORM_TEXTS[norm]} of ${TARGET_TEXTS[target]} with respect to ${sourceText(source)}, ` +
    `through ${through}; rows sum to 1; ${quality}`
  );
}

function sourceText(source: string): string {
  return source === 'input' ? 'the input tokens' : source.replace(':', ' ');
}

const OMITTED_TEXTS: Readonly<Record<string, string>> = {
  groups: 'the groups of directions behind the errors',
  heads: 'the maps of all but one head of each layer',
  maps: 'all maps',
  hidden: 'the norms of hidden states',
  errors: 'the errors of some measures',
  measures: 'some measures'
};

function keptIn({ reduced }: StoryDocument, omitted: readonly string[]): string {
  const left = omitted.map(name => OMITTED_TEXTS[name] ?? name);
  const form =
    reduced === undefined
      ? 'the numbers as they were computed'
      : `the numbers in reduced form (${reduced.form}), cells moved by at most ${Number((100 * reduced.cell_error).toPrecision(2))} % of their row's largest`;
  return left.length === 0 ? form : `${form}; left out: ${left.join(', ')}`;
}
