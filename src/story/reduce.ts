// A story within a budget of bytes: float32, then 16 bits, 8 bits, one head of each layer, and at last no maps at all.

import { headsByMismatch } from '../analysis/headline';
import { measureByLayer } from '../analysis/mismatch';
import { DEFAULT_SWITCHES, type MeasureRequest, type MeasureResult } from '../analysis/options';
import { isExact, KEPT_REQUESTS, requestKey, type StoryContents } from './contents';
import { writeStory } from './file';
import { wholeOf } from './memory';
import { ERROR_BITS, writeReduced, type CodedForm } from './reduced-file';
import { axesOf } from './summary';

export interface ReducedStory {
  readonly file: Uint8Array;
  /** What the file lacks: `groups` (errors of other measures), `heads` (maps of all but one head of each layer), `maps`. */
  readonly omitted: readonly string[];
}

type Form = CodedForm | { readonly name: 'float32'; readonly bits: 32 };

const SMALLEST: CodedForm = { name: 'summaries', bits: 8 };
/** From the best to the smallest. */
const FORMS: readonly Form[] = [
  { name: 'float32', bits: 32 },
  { name: '16 bit', bits: 16 },
  { name: '8 bit', bits: 8 },
  { name: 'heads', bits: 16 },
  { name: 'heads', bits: 8 },
  SMALLEST
];
/** Measured with their errors when an estimate is saved: what the product prints side by side. */
const PRINTED: readonly MeasureRequest[] = [
  { measure: 'pearson', ...DEFAULT_SWITCHES },
  { measure: 'pearson', ...DEFAULT_SWITCHES, own: 'drop' },
  { measure: 'pearson', ...DEFAULT_SWITCHES, special: 'drop' }
];
/** Names, shapes and padding beside document and numbers. */
const HEADER_BYTES = 2048;

/**
 * The story in the best form that fits. Measuring what the maps cannot tell any more goes layer by layer; yields after each,
 * so that others get their turn.
 *
 * @param budget bytes of the file; exceeded only where even the summaries do not fit
 * @param selected [layer]: the heads to keep when there is room for one in each layer; null: those of most mismatch
 */
export function* reduceStory(
  contents: StoryContents,
  budget: number,
  selected: Int32Array | null = null
): Generator<void, ReducedStory> {
  const form = FORMS.find(one => mapBytes(contents, one) + otherBytes(contents, one) <= budget) ?? SMALLEST;
  const results = yield* measured(contents, requestsFor(contents, form));
  const omitted = contents.groups === null ? [] : ['groups'];
  if (form.name === 'float32') {
    const error = isExact(contents.document) ? null : contents.error;
    return { file: writeStory({ ...contents, error, groups: null, results }), omitted };
  }
  const file = writeReduced(contents, form, results, selected ?? headsOfMostMismatch(contents, results));
  switch (form.name) {
    case '16 bit':
    case '8 bit':
      return { file, omitted };
    case 'heads':
      return { file, omitted: [...omitted, 'heads'] };
    case 'summaries':
      return { file, omitted: [...omitted, 'maps'] };
  }
}

/** The same at once. */
export function reduced(
  contents: StoryContents,
  budget: number,
  selected: Int32Array | null = null
): ReducedStory {
  const steps = reduceStory(contents, budget, selected);
  let step = steps.next();
  while (step.done !== true) {
    step = steps.next();
  }
  return step.value;
}

/** What must be measured now, since the maps in the file will give it less exactly, without its error, or not at all. */
function requestsFor({ document, groups }: StoryContents, { name }: Form): readonly MeasureRequest[] {
  const withErrors = isExact(document) || groups === null ? [] : PRINTED;
  return name === 'float32' || name === '16 bit' ? withErrors : [...withErrors, ...KEPT_REQUESTS];
}

/** The results that came along, and those asked for; the first with errors where these are lost with the groups. */
function* measured(
  contents: StoryContents,
  requests: readonly MeasureRequest[]
): Generator<void, readonly MeasureResult[]> {
  const whole = wholeOf(contents);
  if (whole === null) {
    return contents.results;
  }
  const results = isExact(contents.document) && requests.length === 0 ? [] : [...contents.results];
  const there = new Set(results.map(({ request }) => requestKey(request)));
  for (const request of requests) {
    if (there.has(requestKey(request))) {
      continue;
    }
    there.add(requestKey(request));
    // The jackknife takes many times as long: only what is printed is worth that.
    const steps = measureByLayer(PRINTED.includes(request) ? whole : { ...whole, groups: null }, request);
    let step = steps.next();
    while (step.done !== true) {
      yield;
      step = steps.next();
    }
    results.push(step.value);
  }
  return results;
}

function mapBytes({ document, heads, attention, norms, error }: StoryContents, form: Form): number {
  if (form.name === 'summaries') {
    return 0;
  }
  const { model, pieces } = document;
  const rows = model.layers * (heads === null && form.name !== 'heads' ? model.heads : 1) * pieces.length;
  const perRow = (bits: number) => (pieces.length * bits) / 8 + (bits === 32 ? 0 : 4);
  const ofErrors = form.bits === 32 ? 32 : ERROR_BITS;
  return (
    rows *
    ((attention === null ? 0 : perRow(form.bits)) +
      (norms === null ? 0 : perRow(form.bits)) +
      (error === null || isExact(document) ? 0 : perRow(ofErrors)))
  );
}

/** Document and summary. */
function otherBytes(contents: StoryContents, form: Form): number {
  const { document, results, norms } = contents;
  const asked = norms === null ? [] : requestsFor(contents, form);
  const { measures, switches } = axesOf([...results.map(({ request }) => request), ...asked]);
  const { layers, heads } = document.model;
  const ofSummary = measures.length * switches.length * layers * (heads + 1) * 12;
  const axes = { ...document, measures, switches };
  // Twice as JSON: the document is a string in the header.
  return ofSummary + new TextEncoder().encode(JSON.stringify(JSON.stringify(axes))).length + HEADER_BYTES;
}

/** [layer]: by the first measure that is there; head 0 before there is attribution. */
function headsOfMostMismatch({ document }: StoryContents, results: readonly MeasureResult[]): Int32Array {
  const { layers, heads } = document.model;
  const ranked = results[0] === undefined ? [] : headsByMismatch(results[0], heads);
  return Int32Array.from(
    { length: layers },
    (_, layer) => ranked.find(one => one.layer === layer)?.head ?? 0
  );
}
