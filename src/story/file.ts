// A story as a safetensors file: every language reads it, and no code runs on load.
//
// Metadata key `bertstory`: the document. Tensors: `attention`, `norms`, `error` [layer, kept head, query, source] in F32, or
// in U16 or U8 with NAME.scale [layer, kept head, query]; `groups` [group, layer, head, query, source]; `hidden_norms` [layer,
// query, source]; `heads` [layer] when one head of each layer is kept; `summary` and `summary_curve` with the axes that the document names.

import { sizeOf } from '../core/arrays';
import { StoryError } from '../core/errors';
import { JACKKNIFE_GROUPS } from '../core/limits';
import { readSafetensors, writeSafetensors, type Tensor } from '../weights/safetensors';
import { decode, type CodedMap } from './codes';
import type { StoryContents } from './contents';
import type { StoryDocument, SummaryAxes } from './document';
import { badFile, readDocument } from './schema';
import { resultsOf, summaryOf } from './summary';

const DOCUMENT_KEY = 'bertstory';

export type Tensors = Readonly<Record<string, Tensor>>;

/** @throws StoryError `bad_file` where anything is malformed or does not fit the rest */
export function readStory(file: Uint8Array): StoryContents {
  const { metadata, tensors } = opened(file);
  const json = metadata[DOCUMENT_KEY];
  if (json === undefined) {
    throw badFile('it is a safetensors file without the document of a story');
  }
  const { summary, ...document } = readDocument(json);
  const { layers, heads: allHeads } = document.model;
  const heads = keptHeads(tensors, document);
  const pieces = document.pieces.length;
  const shape = [layers, heads === null ? allHeads : 1, pieces, pieces];
  if (document.reduced?.form !== 'summaries') {
    checkPresence(tensors, document);
  }
  return {
    document,
    heads,
    attention: mapOf(tensors, 'attention', shape),
    norms: mapOf(tensors, 'norms', shape),
    error: mapOf(tensors, 'error', shape),
    groups: groupsOf(tensors, shape),
    ...hiddenOf(tensors, [layers, pieces, pieces]),
    results: summary === undefined ? [] : readSummary(tensors, summary, document)
  };
}

/** The whole story, maps in float32, all that it has. */
export function writeStory(contents: StoryContents): Uint8Array {
  const { document, heads, attention, norms, error, groups } = contents;
  const { model, pieces } = document;
  const shape = [model.layers, heads === null ? model.heads : 1, pieces.length, pieces.length];
  const maps = Object.entries({ attention, norms, error }).flatMap(([name, data]) =>
    data === null ? [] : [[name, { dtype: 'F32', shape, data }] as const]
  );
  const kept: Tensors = heads === null ? {} : { heads: { dtype: 'I32', shape: [heads.length], data: heads } };
  const grouped: Tensors =
    groups === null
      ? {}
      : { groups: { dtype: 'F32', shape: [groups.length / sizeOf(shape), ...shape], data: groups } };
  return assemble(document, contents, {
    ...Object.fromEntries(maps),
    ...kept,
    ...grouped,
    ...hiddenTensor(contents)
  });
}

/** `hidden_norms`, where there are any. */
export function hiddenTensor({ document, hiddenNorms }: StoryContents): Tensors {
  const { model, pieces } = document;
  const shape = [model.layers, pieces.length, pieces.length];
  return hiddenNorms ? { hidden_norms: { dtype: 'F32', shape, data: hiddenNorms } } : {};
}

/** Puts document, given tensors and the summary of the results into one file. */
export function assemble(
  document: StoryDocument,
  { results }: Pick<StoryContents, 'results'>,
  tensors: Tensors
): Uint8Array {
  if (results.length === 0) {
    return writeSafetensors(tensors, { [DOCUMENT_KEY]: JSON.stringify(document) });
  }
  const { layers, heads } = document.model;
  const { axes, heads: ofHeads, curve } = summaryOf(results, document.model);
  const places = [axes.measures.length, axes.switches.length, layers];
  return writeSafetensors(
    {
      ...tensors,
      summary: { dtype: 'F32', shape: [...places, heads, 3], data: ofHeads },
      summary_curve: { dtype: 'F32', shape: [...places, 3], data: curve }
    },
    { [DOCUMENT_KEY]: JSON.stringify({ ...document, summary: axes }) }
  );
}

function opened(file: Uint8Array): ReturnType<typeof readSafetensors> {
  try {
    return readSafetensors(file);
  } catch (error) {
    throw error instanceof StoryError ? badFile(error.message) : error;
  }
}

function checkPresence(tensors: ReadTensors, { method }: StoryDocument): void {
  if (!tensors.has('attention')) {
    throw badFile('it has no attention');
  }
  if (method.samples > 0 !== tensors.has('norms')) {
    throw badFile(
      method.samples > 0 ? `it has no norms of ${method.samples} samples` : 'it has norms of no samples'
    );
  }
}

type ReadTensors = ReadonlyMap<string, Tensor>;

function keptHeads(tensors: ReadTensors, { model }: StoryDocument): Int32Array | null {
  const tensor = tensors.get('heads');
  if (tensor === undefined) {
    return null;
  }
  const { data } = tensor;
  checkShape('heads', tensor, [model.layers]);
  if (!(data instanceof Int32Array) || data.some(head => head < 0 || head >= model.heads)) {
    throw badFile(`heads are not numbers from 0 to ${model.heads - 1} in I32`);
  }
  return data;
}

function mapOf(tensors: ReadTensors, name: string, shape: readonly number[]): Float32Array | null {
  const tensor = tensors.get(name);
  if (tensor === undefined) {
    return null;
  }
  checkShape(name, tensor, shape);
  if (tensor.dtype === 'F32') {
    return floats(name, tensor);
  }
  const scale = tensors.get(`${name}.scale`);
  if (!isCodes(tensor) || scale === undefined) {
    throw badFile(`${name} is ${tensor.dtype}, not F32, nor U16 or U8 with a scale`);
  }
  checkShape(`${name}.scale`, scale, shape.slice(0, -1));
  return decode({ codes: tensor.data, scale: floats(`${name}.scale`, scale) });
}

function isCodes(tensor: Tensor): tensor is Tensor & { readonly data: CodedMap['codes'] } {
  return tensor.dtype === 'U16' || tensor.dtype === 'U8';
}

function groupsOf(tensors: ReadTensors, shape: readonly number[]): Float32Array | null {
  const tensor = tensors.get('groups');
  if (tensor === undefined) {
    return null;
  }
  const [count = 0] = tensor.shape;
  checkShape('groups', tensor, [count, ...shape]);
  if (count < 2 || count > JACKKNIFE_GROUPS) {
    throw badFile(`it has ${count} direction groups, 2 to ${JACKKNIFE_GROUPS} are possible`);
  }
  return floats('groups', tensor);
}

function hiddenOf(tensors: ReadTensors, shape: readonly number[]): Pick<StoryContents, 'hiddenNorms'> {
  const tensor = tensors.get('hidden_norms');
  if (tensor === undefined) {
    return {};
  }
  checkShape('hidden_norms', tensor, shape);
  return { hiddenNorms: floats('hidden_norms', tensor) };
}

function readSummary(tensors: ReadTensors, axes: SummaryAxes, document: StoryDocument) {
  const { layers, heads } = document.model;
  const places = [axes.measures.length, axes.switches.length, layers];
  const ofHeads = tensors.get('summary');
  const curve = tensors.get('summary_curve');
  if (ofHeads === undefined || curve === undefined) {
    // Python writes the maps anew without it.
    return [];
  }
  checkShape('summary', ofHeads, [...places, heads, 3]);
  checkShape('summary_curve', curve, [...places, 3]);
  const summary = { axes, heads: floats('summary', ofHeads), curve: floats('summary_curve', curve) };
  return resultsOf(summary, document.model);
}

function floats(name: string, { dtype, data }: Tensor): Float32Array {
  if (!(data instanceof Float32Array)) {
    throw badFile(`${name} is ${dtype}, not F32`);
  }
  return data;
}

function checkShape(name: string, { shape }: Tensor, expected: readonly number[]): void {
  if (String(shape) !== String(expected)) {
    throw badFile(`${name} is [${shape.join(', ')}], the document needs [${expected.join(', ')}]`);
  }
}
