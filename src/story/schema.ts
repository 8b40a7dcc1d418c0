// Is this JSON the document of a story? What is read is checked whole before anything is shown of it.

import * as v from 'valibot';

import { OWN, SPECIAL, UNITS, type QuantityName } from '../analysis/options';
import { isQuantity, QUANTITY_CHOICES } from '../analysis/quantities';
import { NORMS, PATHS, TARGETS } from '../core/method';
import { StoryError } from '../core/errors';
import type { StoryDocument } from './document';

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const positive = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const share = v.pipe(v.number(), v.finite(), v.minValue(0));
const text = v.string();

const piece = v.object({
  text,
  id: count,
  start: v.nullable(count),
  end: v.nullable(count),
  segment: v.picklist([0, 1]),
  special: v.boolean(),
  word: v.nullable(count)
});

const switches = v.object({
  special: v.picklist(SPECIAL),
  own: v.picklist(OWN),
  units: v.picklist(UNITS)
});

const documentSchema = v.object({
  version: v.literal(1),
  text,
  pair: v.nullable(text),
  pieces: v.pipe(v.array(piece), v.minLength(1)),
  truncated: v.nullable(v.object({ pieces: count, text_end: count, pair_end: v.nullable(count) })),
  model: v.object({
    id: text,
    sha256: text,
    architecture: text,
    layers: positive,
    heads: positive,
    width: positive,
    embedding_width: v.exactOptional(positive),
    revision: v.exactOptional(text)
  }),
  method: v.object({
    norm: v.picklist(NORMS),
    target: v.picklist(TARGETS),
    source: text,
    paths: v.picklist(PATHS),
    mode: v.picklist(['sampled', 'exact', 'hybrid']),
    samples: count,
    exact_directions: count,
    seed: v.pipe(v.number(), v.safeInteger()),
    precision: v.picklist(['float32', 'bfloat16']),
    ablate: v.array(v.tuple([count, count])),
    hidden: v.exactOptional(v.boolean())
  }),
  engine: v.object({ name: text, version: text, threads: count, product_error: v.exactOptional(share) }),
  timing: v.record(text, share),
  made: v.object({ version: text, date: text }),
  reduced: v.exactOptional(
    v.object({
      form: v.picklist(['16 bit', '8 bit', 'heads', 'summaries']),
      cell_error: share,
      rms_error: v.exactOptional(share)
    })
  ),
  summary: v.exactOptional(
    v.object({
      measures: v.array(v.custom<QuantityName>(isQuantity, QUANTITY_CHOICES)),
      switches: v.array(switches)
    })
  )
});

/** @throws StoryError `bad_file`, saying which field is not as it must be */
export function readDocument(json: string): StoryDocument {
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch {
    throw badFile('its document is not JSON');
  }
  const version = v.safeParse(v.object({ version: v.number() }), parsed);
  if (version.success && version.output.version > 1) {
    throw new StoryError(
      'bad_file',
      `the story was saved in version ${version.output.version} of the file format, this is version 1`,
      'upgrade bertstory to open it',
      { version: version.output.version }
    );
  }
  const result = v.safeParse(documentSchema, parsed, { abortEarly: true });
  if (!result.success) {
    const [issue] = result.issues;
    throw badFile(`${v.getDotPath(issue) ?? 'its document'} is ${issue.received}, not ${issue.expected}`);
  }
  return result.output;
}

/** @param what such as 'its document is not JSON' */
export function badFile(what: string): StoryError {
  return new StoryError(
    'bad_file',
    `this is no story, or a damaged one: ${what}`,
    'save the story again with story.save or bertstory tell --out',
    {}
  );
}
