// Named arrays in a safetensors file: read from anywhere without running any code, written so that every language reads them.

import { sizeOf } from '../core/arrays';
import { StoryError } from '../core/errors';
import type { ByteSource } from './bytes';
import type { Dtype, TensorData } from './dtypes';
import { FORMATS } from './dtypes';
import type { Header, TensorInfo } from './safetensors-header';
import { headerLength, LENGTH_BYTES, malformed, parseHeader } from './safetensors-header';

export interface Tensor {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  /** Row-major, raw; half floats as their 16 bits, booleans as 0 and 1. */
  readonly data: TensorData;
}

/** A file of which tensors are read one by one. Not for use after its source is closed. */
export class SafetensorsFile {
  private constructor(
    readonly header: Header,
    private readonly source: ByteSource
  ) {}

  /** @throws StoryError `bad_weights` where the file is malformed in any way */
  static async open(source: ByteSource): Promise<SafetensorsFile> {
    const first = await source.read(0, Math.min(LENGTH_BYTES, source.size));
    const length = headerLength(first, source.size);
    return new SafetensorsFile(parseHeader(await source.read(LENGTH_BYTES, length), source.size), source);
  }

  /** @throws StoryError `bad_weights` where there is no such tensor */
  async read(name: string): Promise<Tensor> {
    const info = this.header.tensors.get(name);
    if (info === undefined) {
      throw malformed(`it has no tensor ${JSON.stringify(name)}`);
    }
    const bytes = await this.source.read(info.begin, info.end - info.begin);
    if (bytes.length !== info.end - info.begin) {
      throw malformed(`tensor ${JSON.stringify(name)} ends after ${bytes.length} bytes`);
    }
    return tensorOf(info, bytes);
  }
}

/**
 * All tensors of a file in memory; they share its memory where their alignment allows.
 * @throws StoryError `bad_weights` where the file is malformed in any way
 */
export function readSafetensors(file: Uint8Array): {
  readonly metadata: Readonly<Record<string, string>>;
  readonly tensors: ReadonlyMap<string, Tensor>;
} {
  const length = headerLength(file, file.length);
  const header = parseHeader(file.subarray(LENGTH_BYTES, LENGTH_BYTES + length), file.length);
  const tensors = new Map<string, Tensor>();
  for (const [name, info] of header.tensors) {
    tensors.set(name, tensorOf(info, file.subarray(info.begin, info.end)));
  }
  return { metadata: header.metadata, tensors };
}

/** The numbers as float32, without a copy where they are. */
export function toFloat32(tensor: Tensor): Float32Array {
  const { toFloat32: convert } = FORMATS[tensor.dtype];
  if (convert === null) {
    throw new StoryError(
      'unsupported_model',
      `the weights are stored as ${tensor.dtype}, which needs scales that are kept elsewhere`,
      'choose a checkpoint in F32, F16 or BF16',
      { dtype: tensor.dtype }
    );
  }
  return convert(tensor.data);
}

/**
 * A safetensors file; largest numbers first, so that every array is aligned, then by name.
 * @throws RangeError where data do not fill their shape or are not of their dtype
 */
export function writeSafetensors(
  tensors: Readonly<Record<string, Tensor>>,
  metadata: Readonly<Record<string, string>>
): Uint8Array {
  const entries = Object.entries(tensors).sort(
    ([nameA, a], [nameB, b]) => FORMATS[b.dtype].bytes - FORMATS[a.dtype].bytes || (nameA < nameB ? -1 : 1)
  );
  const header: [string, object][] = Object.keys(metadata).length > 0 ? [['__metadata__', metadata]] : [];
  let offset = 0;
  for (const [name, { dtype, shape, data }] of entries) {
    if (data.length !== sizeOf(shape) || data.BYTES_PER_ELEMENT !== FORMATS[dtype].bytes) {
      throw new RangeError(
        `${name}: ${data.length} numbers of ${data.BYTES_PER_ELEMENT} bytes are not ${dtype} [${shape.join(', ')}]`
      );
    }
    header.push([name, { dtype, shape, data_offsets: [offset, offset + data.byteLength] }]);
    offset += data.byteLength;
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  const padded = Math.ceil(json.length / LENGTH_BYTES) * LENGTH_BYTES;
  const file = new Uint8Array(LENGTH_BYTES + padded + offset);
  new DataView(file.buffer).setBigUint64(0, BigInt(padded), true);
  file.set(json, LENGTH_BYTES);
  file.fill(' '.charCodeAt(0), LENGTH_BYTES + json.length, LENGTH_BYTES + padded);
  let at = LENGTH_BYTES + padded;
  for (const [, { data }] of entries) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return file;
}

function tensorOf({ dtype, shape }: TensorInfo, bytes: Uint8Array): Tensor {
  const { bytes: width, view } = FORMATS[dtype];
  // Not bytes.slice(), which in a Buffer of Node is no copy.
  const aligned = bytes.byteOffset % width === 0 ? bytes : new Uint8Array(bytes);
  return { dtype, shape, data: view(aligned.buffer, aligned.byteOffset, aligned.length / width) };
}
