// A story within a budget of bytes: float32, then 16 bits, 8 bits, one head of each layer, and at last no maps at all.

import { headsByMismatch } from '../analysis/headline';
import { measureByLayer } from '../analysis/mismatch';
import { DEFAULT_SWITCHES, type MeasureRequest, type MeasureResult } from '../analysis/options';
import { deflate } from './carrier';
import { isExact, KEPT_REQUESTS, requestKey, type StoryContents } from './contents';
import { writeStory } from './file';
import { wholeOf } from './memory';
import { ERROR_BITS, writeReduced, type CodedForm } from './reduced-file';
import { axesOf } from './summary';

export interface ReducedStory {
  readonly file: Uint8Array;
  /**
   * What the file lacks: `groups` (errors of rows), `heads` (maps of all but one head of each layer), `maps`, `hidden` (norms
   * of hidden states, which go with all maps or not at all), `errors` of some
   * measures, or `measures` (some), since they would take too long.
   */
  readonly omitted: readonly string[];
  /** The measures that were given or taken for it, so that the next file need not take them again. */
  readonly results: readonly MeasureResult[];
}

type Form = CodedForm | { readonly name: 'float32'; readonly bits: 32 };

const SMALLEST_MAPS: CodedForm = { name: 'heads', bits: 8 };
const SMALLEST: CodedForm = { name: 'summaries', bits: 8 };
/** From the best to the smallest. */
const FORMS: readonly Form[] = [
  { name: 'float32', bits: 32 },
  { name: '16 bit', bits: 16 },
  { name: '8 bit', bits: 8 },
  { name: 'heads', bits: 16 },
  SMALLEST_MAPS,
  SMALLEST
];
/** Measured first when an estimate is saved: what the product prints side by side. */
const PRINTED: readonly MeasureRequest[] = [
  { measure: 'pearson', ...DEFAULT_SWITCHES },
  { measure: 'pearson', ...DEFAULT_SWITCHES, own: 'drop' },
  { measure: 'pearson', ...DEFAULT_SWITCHES, special: 'drop' }
];
/**
 * Cells that are measured for a file at most, those of each jackknife group counted too: 3 s at 0.1 µs a cell, which a notebook
 * waits for. At 6 layers of 12 heads all measures of 25 pieces with their errors.
 */
const MAX_MEASURED_CELLS = 30e6;
/** Names, shapes and padding beside document and numbers. */
const HEADER_BYTES = 2048;

/**
 * The story in the best form that fits. Measuring what the maps cannot tell any more goes layer by layer; yields after each,
 * so that others get their turn.
 *
 * @param budget bytes of the file. One head of each layer may take more, as long as it takes no more in a notebook; so may
 *   the measures, where even they do not fit.
 * @param selected [layer]: the heads to keep when there is room for one in each layer; null: those of most mismatch
 * @param cells that are measured at most
 */
export function* reduceStory(
  contents: StoryContents,
  budget: number,
  selected: Int32Array | null = null,
  cells = MAX_MEASURED_CELLS
): Generator<void, ReducedStory> {
  const fitting =
    FORMS.find(one => mapBytes(contents, one) + otherBytes(contents, one, cells) <= budget) ?? SMALLEST;
  const all = yield* measured(contents, fitting, cells);
  const results = derivable(contents, fitting) ? [] : all;
  if (fitting.name === 'float32') {
    const error = isExact(contents.document) ? null : contents.error;
    const file = writeStory({ ...contents, error, groups: null, results });
    return { file, omitted: omittedBy(contents, fitting, cells), results: all };
  }
  const kept = selected ?? headsOfMostMismatch(contents, results);
  if (fitting === SMALLEST && contents.attention !== null) {
    const file = writeReduced(contents, SMALLEST_MAPS, results, kept);
    if (packedBytes(file) <= budget) {
      return { file, omitted: omittedBy(contents, SMALLEST_MAPS, cells), results: all };
    }
  }
  const file = writeReduced(contents, fitting, results, kept);
  return { file, omitted: omittedBy(contents, fitting, cells), results: all };
}

/** In base64, deflated. */
function packedBytes(file: Uint8Array): number {
  return Math.ceil(deflate(file).length / 3) * 4;
}

function omittedBy(contents: StoryContents, form: Form, cells: number): readonly string[] {
  const jobs = jobsFor(contents, form, cells);
  const all = jobs.length === requestsFor(contents, form).length;
  const lacksErrors = hasGroups(contents) && !(all && jobs.every(({ withError }) => withError));
  return [
    ...(contents.groups === null ? [] : ['groups']),
    ...(form.name === 'heads' ? ['heads'] : form.name === 'summaries' ? ['maps'] : []),
    ...(contents.hiddenNorms && keepsNoHidden(form.name) ? ['hidden'] : []),
    ...(lacksErrors ? ['errors'] : []),
    ...(all || keepsAllMaps(form.name) ? [] : ['measures'])
  ];
}

/** The same at once. */
export function reduced(
  contents: StoryContents,
  budget: number,
  selected: Int32Array | null = null,
  cells = MAX_MEASURED_CELLS
): ReducedStory {
  const steps = reduceStory(contents, budget, selected, cells);
  let step = steps.next();
  while (step.done !== true) {
    step = steps.next();
  }
  return step.value;
}

/** What the maps in the file will give less exactly, without its error, or not at all; known results left out. */
function requestsFor(contents: StoryContents, { name }: Form): readonly MeasureRequest[] {
  if (wholeOf(contents) === null || (keepsAllMaps(name) && !hasGroups(contents))) {
    return [];
  }
  const wanted = hasGroups(contents) ? [...PRINTED, ...KEPT_REQUESTS] : KEPT_REQUESTS;
  const known = contents.results.map(({ request }) => requestKey(request));
  const keys = [...known, ...wanted.map(requestKey)];
  return wanted.filter((request, place) => keys.indexOf(requestKey(request)) === known.length + place);
}

function keepsNoHidden(name: Form['name']): boolean {
  return name === 'heads' || name === 'summaries';
}

/** So exactly that measures of the maps in the file are those of the story. */
function keepsAllMaps(name: Form['name']): boolean {
  return name === 'float32' || name === '16 bit';
}

function hasGroups({ document, groups }: StoryContents): boolean {
  return groups !== null && !isExact(document);
}

interface Job {
  readonly request: MeasureRequest;
  readonly withError: boolean;
}

/** As many of the requests as take bearable time, the first one always; with their errors as long as there is time for those. */
function jobsFor(contents: StoryContents, form: Form, most: number): readonly Job[] {
  const cells = contents.norms?.length ?? 0;
  const withGroups = cells + (hasGroups(contents) ? (contents.groups?.length ?? 0) : 0);
  const jobs: Job[] = [];
  let left = most;
  for (const request of requestsFor(contents, form)) {
    const withError = hasGroups(contents) && (jobs.length === 0 || withGroups <= left);
    const cost = withError ? withGroups : cells;
    const worthIt = withError || !keepsAllMaps(form.name);
    if (jobs.length === 0 || (worthIt && cost <= left)) {
      jobs.push({ request, withError });
      left -= cost;
    }
  }
  return jobs;
}

/** What came along, and what the jobs give. */
function* measured(
  contents: StoryContents,
  form: Form,
  cells: number
): Generator<void, readonly MeasureResult[]> {
  const whole = wholeOf(contents);
  if (whole === null) {
    return contents.results;
  }
  const jobs = jobsFor(contents, form, cells);
  const requests = (withError: boolean): MeasureRequest[] =>
    jobs.filter(job => job.withError === withError).map(({ request }) => request);
  const full = yield* measureByLayer(whole, requests(true));
  const bare = yield* measureByLayer({ ...whole, groups: null }, requests(false));
  return [...contents.results, ...full, ...bare];
}

/** Whether the maps in the file give all measures as they are. */
function derivable(contents: StoryContents, form: Form): boolean {
  const { document } = contents;
  const whole = wholeOf(contents) !== null && document.reduced === undefined;
  return whole && isExact(document) && keepsAllMaps(form.name);
}

function mapBytes(contents: StoryContents, form: Form): number {
  const { document, heads, attention, norms, error, hiddenNorms } = contents;
  if (form.name === 'summaries') {
    return 0;
  }
  const { model, pieces } = document;
  const rows = model.layers * (heads === null && form.name !== 'heads' ? model.heads : 1) * pieces.length;
  const perRow = (bits: number) => (pieces.length * bits) / 8 + (bits === 32 ? 0 : 4);
  const ofErrors = form.bits === 32 ? 32 : ERROR_BITS;
  return (
    (keepsNoHidden(form.name) ? 0 : (hiddenNorms?.byteLength ?? 0)) +
    rows *
      ((attention === null ? 0 : perRow(form.bits)) +
        (norms === null ? 0 : perRow(form.bits)) +
        (error === null || isExact(document) ? 0 : perRow(ofErrors)))
  );
}

/** Document and summary. */
function otherBytes(contents: StoryContents, form: Form, cells: number): number {
  const { document, results } = contents;
  const asked = jobsFor(contents, form, cells).map(({ request }) => request);
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
