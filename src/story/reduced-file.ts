// The file of a story in one of the forms that take fewer bytes, with what that did to the maps in its document.

import type { MeasureResult } from '../analysis/options';
import { codingError, encode, type Bits } from './codes';
import { isExact, type StoryContents } from './contents';
import type { StoryDocument } from './document';
import { assemble, hiddenTensor, type Tensors } from './file';
import { rmsError } from './saved';

export interface CodedForm {
  readonly name: '16 bit' | '8 bit' | 'heads' | 'summaries';
  readonly bits: Bits;
}

/** Errors of cells are rough anyway. */
export const ERROR_BITS: Bits = 8;

/**
 * @param results the measures that the file is to carry
 * @param kept [layer]: the heads whose maps are kept by form `heads`
 */
export function writeReduced(
  contents: StoryContents,
  form: CodedForm,
  results: readonly MeasureResult[],
  kept: Int32Array
): Uint8Array {
  const document = { ...contents.document, reduced: reductionOf(contents, form) };
  const { attention, norms, error, heads } = form.name === 'heads' ? onlyHeads(contents, kept) : contents;
  if (form.name === 'summaries') {
    return assemble(document, { results }, {});
  }
  const rows = rowsShape(document, heads);
  return assemble(
    document,
    { results },
    {
      ...codedMap('attention', attention, rows, form.bits),
      ...codedMap('norms', norms, rows, form.bits),
      ...codedMap('error', isExact(document) ? null : error, rows, ERROR_BITS),
      ...(form.name === 'heads' ? {} : hiddenTensor(contents)),
      ...(heads === null ? {} : { heads: { dtype: 'I32', shape: [heads.length], data: heads } })
    }
  );
}

/** Errors add up when a reduced story is reduced again. */
function reductionOf(
  { document, norms, error }: StoryContents,
  { name, bits }: CodedForm
): NonNullable<StoryDocument['reduced']> {
  const before = document.reduced;
  const rms =
    before?.rms_error ?? (isExact(document) ? null : rmsError([{ norms, error }], document.pieces.length));
  return {
    form: name,
    cell_error: name === 'summaries' ? 0 : (before?.cell_error ?? 0) + codingError(bits),
    ...(rms === null ? {} : { rms_error: rms })
  };
}

/** [layer, kept head, query] */
function rowsShape({ model, pieces }: StoryDocument, heads: Int32Array | null): number[] {
  return [model.layers, heads === null ? model.heads : 1, pieces.length];
}

function codedMap(name: string, values: Float32Array | null, rows: readonly number[], bits: Bits): Tensors {
  if (values === null) {
    return {};
  }
  const length = rows.at(-1) ?? 0;
  const { codes, scale } = encode(values, length, bits);
  return {
    [name]: { dtype: bits === 16 ? 'U16' : 'U8', shape: [...rows, length], data: codes },
    [`${name}.scale`]: { dtype: 'F32', shape: rows, data: scale }
  };
}

function onlyHeads(contents: StoryContents, kept: Int32Array): StoryContents {
  if (contents.heads !== null) {
    return contents;
  }
  const { model, pieces } = contents.document;
  const cells = pieces.length ** 2;
  const picked = (maps: Float32Array | null): Float32Array | null => {
    if (maps === null) {
      return null;
    }
    const result = new Float32Array(kept.length * cells);
    kept.forEach((head, layer) => {
      const start = (layer * model.heads + head) * cells;
      result.set(maps.subarray(start, start + cells), layer * cells);
    });
    return result;
  };
  const { attention, norms, error } = contents;
  return {
    ...contents,
    heads: kept,
    attention: picked(attention),
    norms: picked(norms),
    error: picked(error)
  };
}
