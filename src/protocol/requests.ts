// What may the kernel ask of the service? Schemas of all requests; what does not fit is refused with what would.

import * as v from 'valibot';
import { OWN, SPECIAL, UNITS, type QuantityName } from '../analysis/options';
import { isQuantity, QUANTITY_CHOICES } from '../analysis/quantities';
import { StoryError } from '../core/errors';
import { DEFAULT_METHOD, NORMS, PATHS, TARGETS } from '../core/method';
import type { Frame } from './frames';

/** A record without other fields; a field too many is refused with the fields that there are. */
function record<T extends v.ObjectEntries>(entries: T) {
  return v.strictObject(entries, `allowed: ${Object.keys(entries).join(', ') || 'none'}`);
}

// Messages say what would have been valid.
const text = v.string('a string');
const Count = wholeFrom(0);
const Positive = wholeFrom(1);
const Key = v.pipe(text, v.nonEmpty('a string that is not empty'));
const Text = v.union([v.string(), v.array(v.string())], 'a string or a list of words');
const Share = between(0, 1);

function wholeFrom(least: number) {
  const message = `a whole number from ${least} on`;
  return v.pipe(v.number(message), v.safeInteger(message), v.minValue(least, message));
}

function between(above: number, most: number) {
  const message = `a number above ${above} and at most ${most}`;
  return v.pipe(v.number(message), v.gtValue(above, message), v.maxValue(most, message));
}

const Options = record({
  norm: v.optional(v.picklist(NORMS), DEFAULT_METHOD.norm),
  target: v.optional(v.picklist(TARGETS), DEFAULT_METHOD.target),
  source: v.optional(
    v.pipe(text, v.regex(/^(input|embedding|local|layer:\d+)$/, 'input, embedding, local, layer:K')),
    DEFAULT_METHOD.source
  ),
  paths: v.optional(v.picklist(PATHS), DEFAULT_METHOD.paths),
  hidden: v.optional(v.boolean('true or false'), false),
  hybrid: v.optional(Count, 0)
});

const Stop = v.variant('rule', [
  record({ rule: v.literal('auto'), error: Share }),
  record({ rule: v.literal('error'), error: Share }),
  record({ rule: v.literal('samples'), samples: Positive }),
  record({ rule: v.literal('exact') })
]);

const Measure = record({
  measure: v.custom<QuantityName>(isQuantity, QUANTITY_CHOICES),
  special: v.optional(v.picklist(SPECIAL), 'keep'),
  own: v.optional(v.picklist(OWN), 'keep'),
  units: v.optional(v.picklist(UNITS), 'pieces')
});

/** What names a story: the key of one that the service holds, or its document with its arrays beside it. */
const STORY = {
  story: v.optional(v.nullable(Key), null),
  document: v.optional(v.nullable(v.looseObject({})), null)
};
const INPUT = { model: Key, text: Text, pair: v.optional(v.nullable(Text), null) };
const JOB = {
  stop: Stop,
  measures: v.optional(v.array(Measure), () => []),
  slot: v.optional(v.nullable(text), null)
};
/** Of a story whose model the service has, or is given by its key. */
const ROW = { model: v.optional(v.nullable(Key), null), layer: Count, head: Count, query: Count };
const WIDEST = 10_000;

const SCHEMAS = {
  hello: record({ client: record({ name: text, version: text }) }),
  load: record({ model: Key, name: Key, revision: v.optional(v.nullable(Key), null) }),
  tokenize: record(INPUT),
  tell: record({ ...INPUT, ...JOB, options: v.optional(Options, () => ({})), seed: v.optional(Count, 0) }),
  refine: record({ ...STORY, ...JOB, model: v.optional(v.nullable(Key), null) }),
  row: record({ ...STORY, ...ROW }),
  jacobian: record({ ...STORY, ...ROW, source: v.optional(v.nullable(Count), null) }),
  activations: record({
    ...STORY,
    model: v.optional(v.nullable(Key), null),
    names: v.array(v.picklist(['hidden', 'query', 'key', 'value']))
  }),
  measure: record({
    ...STORY,
    requests: v.array(Measure),
    rows: v.optional(v.boolean('true or false'), false)
  }),
  draw: record({
    ...STORY,
    figure: v.optional(
      v.picklist(['page', 'strip', 'heads', 'curve', 'head', 'patterns', 'measures']),
      'page'
    ),
    format: v.optional(v.picklist(['svg', 'png', 'csv']), 'svg'),
    width: v.optional(between(200, WIDEST), 900),
    theme: v.optional(v.picklist(['light', 'dark']), 'light'),
    state: v.optional(v.nullable(v.looseObject({})), null)
  }),
  save: record({ ...STORY, budget: Positive }),
  page: record({ ...STORY, budget: Positive, state: v.optional(v.nullable(v.looseObject({})), null) }),
  cancel: record({ target: Count }),
  status: record({ rate: v.optional(v.boolean('true or false'), false) }),
  bye: record({})
};

export type RequestKind = keyof typeof SCHEMAS;
export type RequestOf<K extends RequestKind> = { readonly kind: K } & Readonly<
  v.InferOutput<(typeof SCHEMAS)[K]>
>;
export type Request = { [K in RequestKind]: RequestOf<K> }[RequestKind];
/** What a client writes: defaults may be left out. */
export type RequestInput<K extends RequestKind> = v.InferInput<(typeof SCHEMAS)[K]>;

/** @throws StoryError unknown_kind, unknown_option (a name or a value that does not exist), bad_request */
export function readRequest({ header }: Frame): Request {
  const { kind } = header;
  if (!isRequestKind(kind)) {
    throw new StoryError(
      'unknown_kind',
      `the service knows no request ${shown(kind)}, only ${Object.keys(SCHEMAS).join(', ')}`,
      'client and service may be of different versions; install both from one release',
      { kind }
    );
  }
  const fields = Object.entries(header).filter(([name]) => !['v', 'id', 'kind'].includes(name));
  const result = v.safeParse(SCHEMAS[kind], Object.fromEntries(fields), { abortEarly: true });
  if (!result.success) {
    throw refusal(kind, result.issues[0]);
  }
  // The schema of a kind gives that kind's fields; the compiler cannot follow the index through the record.
  return { kind, ...result.output } as Request;
}

function refusal(kind: string, issue: v.BaseIssue<unknown>): StoryError {
  const path = v.getDotPath(issue) ?? kind;
  const name = path.slice(path.lastIndexOf('.') + 1);
  const seen = shown(issue.input);
  if (issue.type === 'strict_object' && issue.expected === 'never') {
    return unknownOption(`${kind} has no option ${name}; ${issue.message}`, path, seen);
  }
  if (issue.type === 'strict_object' && issue.received === 'undefined') {
    return badRequest(`${kind} needs ${name}`, path, seen);
  }
  const isObject =
    issue.type === 'strict_object' || (issue.type === 'variant' && issue.expected === 'Object');
  if (isObject) {
    return badRequest(`${name} of ${kind} is ${seen}; it should be an object`, path, seen);
  }
  if (issue.type === 'picklist' || issue.type === 'variant' || isListed(issue)) {
    const allowed = isListed(issue) ? issue.message : listed(issue.expected);
    return unknownOption(`${name} is ${seen}; allowed: ${allowed}`, path, seen);
  }
  return badRequest(`${name} of ${kind} is ${seen}; it should be ${issue.message}`, path, seen);
}

/** The message lists what is allowed. */
function isListed({ type }: v.BaseIssue<unknown>): boolean {
  return type === 'regex' || type === 'custom';
}

function unknownOption(message: string, option: string, value: string): StoryError {
  return new StoryError('unknown_option', message, 'use one of what is allowed', { option, value });
}

function badRequest(message: string, option: string, value: string): StoryError {
  return new StoryError('bad_request', message, 'docs/protocol.md describes every request', {
    option,
    value
  });
}

/** `("a" | "b")` as `a, b`. */
function listed(expected: string | null): string {
  return (expected ?? '').replaceAll(/["()]/g, '').replaceAll(' | ', ', ');
}

function shown(value: unknown): string {
  const json = JSON.stringify(value) ?? 'nothing';
  return json.length > 60 ? `${json.slice(0, 60)}…` : json;
}

function isRequestKind(kind: string): kind is RequestKind {
  return Object.hasOwn(SCHEMAS, kind);
}
