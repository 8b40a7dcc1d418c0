// What the header of a safetensors file promises, and whether the file can keep it.
// Format: 8 bytes header length (little-endian), JSON header, data without gaps.

import { StoryError } from '../core/errors';
import type { Dtype } from './dtypes';
import { DTYPES, FORMATS, isDtype } from './dtypes';

export const LENGTH_BYTES = 8;
/** Bytes of a header beyond which it is taken for damaged, as the reference does. */
const MAX_HEADER = 100_000_000;

export interface TensorInfo {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  /** Bytes from the start of the file; `end` is one past the last. */
  readonly begin: number;
  readonly end: number;
}

export interface Header {
  readonly metadata: Readonly<Record<string, string>>;
  /** In the order of their data. */
  readonly tensors: ReadonlyMap<string, TensorInfo>;
}

/** @throws StoryError `bad_weights` */
export function headerLength(first: Uint8Array, size: number): number {
  if (size < LENGTH_BYTES) {
    throw malformed(`it has ${size} bytes, too few for the length of its header`);
  }
  const length = new DataView(first.buffer, first.byteOffset, LENGTH_BYTES).getBigUint64(0, true);
  if (length < 2n || length > BigInt(MAX_HEADER)) {
    throw malformed(`its header would have ${length} bytes, 2 to ${MAX_HEADER} are possible`);
  }
  if (length > BigInt(size - LENGTH_BYTES)) {
    throw malformed(`its header would have ${length} bytes, the whole file has ${size}`);
  }
  return Number(length);
}

/**
 * @param json the bytes of the header
 * @param size bytes of the whole file
 * @throws StoryError `bad_weights`
 */
export function parseHeader(json: Uint8Array, size: number): Header {
  const { __metadata__: metadata = {}, ...entries } = parseObject(json);
  const dataStart = LENGTH_BYTES + json.length;
  const infos = Object.entries(entries).map(([name, entry]) => ({
    name,
    ...tensorInfo(name, entry, dataStart)
  }));
  infos.sort((a, b) => a.begin - b.begin || a.end - b.end);
  let end = dataStart;
  let before = 'the header';
  for (const info of infos) {
    if (info.end > size) {
      throw malformed(
        `it is cut short: tensor ${quoted(info.name)} ends at byte ${info.end}, the file at ${size}`
      );
    }
    if (info.begin < end) {
      throw malformed(`tensors ${before} and ${quoted(info.name)} overlap`);
    }
    if (info.begin > end) {
      throw malformed(
        `${info.begin - end} bytes between ${before} and ${quoted(info.name)} belong to no tensor`
      );
    }
    end = info.end;
    before = quoted(info.name);
  }
  if (end < size) {
    throw malformed(`${size - end} bytes after ${before} belong to no tensor`);
  }
  return {
    metadata: checkMetadata(metadata),
    tensors: new Map(infos.map(({ name, ...info }) => [name, info]))
  };
}

function parseObject(json: Uint8Array): Record<string, unknown> {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(json));
  } catch {
    throw malformed('its header is not JSON in UTF-8');
  }
  if (!isObject(header)) {
    throw malformed('its header is not a JSON object');
  }
  return header;
}

function tensorInfo(name: string, entry: unknown, dataStart: number): TensorInfo {
  if (!isObject(entry)) {
    throw malformed(`the header does not describe tensor ${quoted(name)}`);
  }
  const { dtype, shape, data_offsets: offsets } = entry;
  if (!isDtype(dtype)) {
    throw malformed(`tensor ${quoted(name)} has the dtype ${quoted(dtype)}; known are ${DTYPES.join(', ')}`);
  }
  if (!isSizes(shape)) {
    throw malformed(`tensor ${quoted(name)} has the shape ${quoted(shape)}, which is no list of sizes`);
  }
  if (!isSizes(offsets) || offsets.length !== 2) {
    throw malformed(`tensor ${quoted(name)} has the data_offsets ${quoted(offsets)} in place of two offsets`);
  }
  const [first = 0, last = 0] = offsets;
  const bytes = shape.reduce((product, length) => product * length, FORMATS[dtype].bytes);
  if (last - first !== bytes) {
    throw malformed(
      `tensor ${quoted(name)} has ${last - first} bytes, its shape [${shape.join(', ')}] in ${dtype} takes ${bytes}`
    );
  }
  return { dtype, shape, begin: dataStart + first, end: dataStart + last };
}

function checkMetadata(metadata: unknown): Record<string, string> {
  if (!isObject(metadata) || !Object.values(metadata).every(value => typeof value === 'string')) {
    throw malformed('its __metadata__ is no list of names and strings');
  }
  return metadata as Record<string, string>;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every(length => Number.isSafeInteger(length) && length >= 0);
}

/** Short enough for a sentence, whatever a damaged file holds. */
function quoted(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}

export function malformed(what: string): StoryError {
  return new StoryError(
    'bad_weights',
    `the safetensors file cannot be read: ${what}`,
    'it is damaged or cut short; copy it again from where it came from',
    {}
  );
}
