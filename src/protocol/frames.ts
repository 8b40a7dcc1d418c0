// What is one message on a wire? Two lengths, a JSON header, arrays behind it (docs/protocol.md: Frame).

import { type NamedArray, type Numbers, sizeOf } from '../core/arrays';
import { StoryError, type ErrorValues } from '../core/errors';
import { MAX_FRAME_BYTES, MAX_HEADER_BYTES } from '../core/limits';

export const PROTOCOL_VERSION = 1;

export interface Header {
  /** Version of the protocol; only `hello` looks at it, so that a newer side is told and not cut off. */
  readonly v: number;
  /** Counted up by the asking side from 1, repeated in its answers; 0 for what nobody asked for. */
  readonly id: number;
  readonly kind: string;
  readonly [field: string]: unknown;
}

export type Arrays = Readonly<Record<string, NamedArray>>;

export interface Frame {
  /** Without `arrays`, which became the arrays beside it. */
  readonly header: Header;
  readonly arrays: Arrays;
}

type DType = 'f32' | 'f64' | 'i32' | 'u16' | 'u8';

interface ArrayEntry {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly axes: readonly string[];
  readonly offset: number;
  readonly bytes: number;
}

const PREFIX = 8;
const ALIGNMENT = 8;

const TYPES = {
  f32: Float32Array,
  f64: Float64Array,
  i32: Int32Array,
  u16: Uint16Array,
  u8: Uint8Array
} as const;

export function encodeFrame(header: Header, arrays: Arrays = {}): Uint8Array<ArrayBuffer> {
  const list = Object.entries(arrays);
  const { text, entries, total } = layOut(header, list);
  const frame = new Uint8Array(total);
  const lengths = new DataView(frame.buffer);
  lengths.setUint32(0, text.length, true);
  lengths.setUint32(4, total, true);
  frame.set(text, PREFIX);
  list.forEach(([, { data }], index) => {
    const offset = entries[index]?.[1].offset ?? 0;
    frame.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), offset);
  });
  return frame;
}

/** The offsets stand in the header whose length they depend on: repeat until nothing moves (they only grow). */
function layOut(header: Header, list: readonly (readonly [string, NamedArray])[]) {
  for (let start = PREFIX; ;) {
    let end = start;
    const entries = list.map(([name, { axes, shape, data }]) => {
      const offset = aligned(end);
      end = offset + data.byteLength;
      const entry: ArrayEntry = { dtype: dtypeOf(data), shape, axes, offset, bytes: data.byteLength };
      return [name, entry] as const;
    });
    const whole = list.length === 0 ? header : { ...header, arrays: Object.fromEntries(entries) };
    const text = new TextEncoder().encode(JSON.stringify(whole, refuseNonFinite));
    if (text.length > MAX_HEADER_BYTES || end > MAX_FRAME_BYTES) {
      throw tooLong(text.length, end);
    }
    if (PREFIX + text.length === start) {
      return { text, entries, total: end };
    }
    start = PREFIX + text.length;
  }
}

/** @throws StoryError bad_frame; arrays share the memory of `bytes` where that is aligned */
export function decodeFrame(bytes: Uint8Array): Frame {
  if (bytes.length < PREFIX) {
    throw badFrame(`a frame has at least ${PREFIX} bytes, this one has ${bytes.length}`, {
      bytes: bytes.length
    });
  }
  const { header: headerLength, total } = readLengths(bytes);
  if (total !== bytes.length) {
    throw badFrame(`the frame says it has ${total} bytes and has ${bytes.length}`, {
      said: total,
      bytes: bytes.length
    });
  }
  const { arrays: entries, ...header } = readHeader(bytes.subarray(PREFIX, PREFIX + headerLength));
  const memory = bytes.byteOffset % ALIGNMENT === 0 ? bytes : bytes.slice();
  return { header, arrays: readArrays(memory, PREFIX + headerLength, entries) };
}

/** Lengths from the first eight bytes, checked before anything is allocated for them. */
function readLengths(bytes: Uint8Array): { readonly header: number; readonly total: number } {
  const lengths = new DataView(bytes.buffer, bytes.byteOffset, PREFIX);
  const header = lengths.getUint32(0, true);
  const total = lengths.getUint32(4, true);
  if (header > MAX_HEADER_BYTES || total > MAX_FRAME_BYTES) {
    throw tooLong(header, total);
  }
  if (total < PREFIX + header) {
    throw badFrame(`a header of ${header} bytes does not fit into a frame of ${total} bytes`, {
      header,
      total
    });
  }
  return { header, total };
}

function readHeader(bytes: Uint8Array): Header {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    throw badFrame('the header of a frame is not JSON in UTF-8', { bytes: bytes.length });
  }
  if (!isRecord(header)) {
    throw badFrame('the header of a frame is not a JSON object', {});
  }
  const { v, id, kind } = header;
  if (!isCount(v) || v === 0 || !isCount(id) || typeof kind !== 'string') {
    throw badFrame(
      'the header of a frame needs v (1, 2, …), id (0, 1, …) and kind (a string), ' +
        `it has v ${shown(v)}, id ${shown(id)}, kind ${shown(kind)}`,
      {}
    );
  }
  return { ...header, v, id, kind };
}

function readArrays(frame: Uint8Array, start: number, entries: unknown): Arrays {
  if (entries !== undefined && !isRecord(entries)) {
    throw badFrame('arrays in the header of a frame is not an object', {});
  }
  const list = Object.entries(entries ?? {}).map(([name, entry]) => [name, checked(name, entry)] as const);
  const inOrder = [...list].sort(([, a], [, b]) => a.offset - b.offset || a.bytes - b.bytes);
  let end = start;
  for (const [name, { offset, bytes }] of inOrder) {
    if (offset !== aligned(end) || offset + bytes > frame.length) {
      throw badFrame(
        `array ${shown(name)} lies at ${offset} to ${offset + bytes}, it should begin at ${aligned(end)} ` +
          `and end within ${frame.length}`,
        { offset, bytes, total: frame.length }
      );
    }
    if (frame.subarray(end, offset).some(byte => byte !== 0)) {
      throw badFrame(`the gap before array ${shown(name)} is not zero`, { offset });
    }
    end = offset + bytes;
  }
  if (end !== frame.length) {
    throw badFrame(`${frame.length - end} bytes at the end of a frame belong to nothing`, {
      end,
      total: frame.length
    });
  }
  return Object.fromEntries(
    list.map(([name, { dtype, shape, axes, offset }]) => {
      const data = new TYPES[dtype](frame.buffer as ArrayBuffer, frame.byteOffset + offset, sizeOf(shape));
      return [name, { axes, shape, data }];
    })
  );
}

function checked(name: string, entry: unknown): ArrayEntry {
  if (isRecord(entry)) {
    const { dtype, shape, axes, offset, bytes } = entry;
    if (
      isDType(dtype) &&
      isListOf(shape, isCount) &&
      isListOf(axes, isString) &&
      axes.length === shape.length &&
      isCount(offset) &&
      isCount(bytes) &&
      bytes === sizeOf(shape) * TYPES[dtype].BYTES_PER_ELEMENT
    ) {
      return { dtype, shape, axes, offset, bytes };
    }
  }
  throw badFrame(
    `array ${shown(name)} needs dtype (${Object.keys(TYPES).join(', ')}), shape, as many axes, offset and ` +
      `the bytes that follow from these, it has ${shown(entry)}`,
    {}
  );
}

/** Puts frames together from chunks of any size. After an error it is of no more use: nothing can be trusted. */
export class FrameReader {
  readonly #prefix = new Uint8Array(PREFIX);
  #frame = this.#prefix;
  #filled = 0;

  /** Bytes of a frame that is not complete yet. */
  get pending(): number {
    return this.#filled;
  }

  /** @throws StoryError bad_frame */
  push(chunk: Uint8Array): Frame[] {
    const frames: Frame[] = [];
    for (let read = 0; read < chunk.length;) {
      const part = chunk.subarray(read, read + this.#frame.length - this.#filled);
      this.#frame.set(part, this.#filled);
      this.#filled += part.length;
      read += part.length;
      if (this.#frame === this.#prefix && this.#filled === PREFIX) {
        this.#frame = allocate(readLengths(this.#prefix).total);
        this.#frame.set(this.#prefix);
      }
      if (this.#filled === this.#frame.length) {
        frames.push(decodeFrame(this.#frame));
        this.#frame = this.#prefix;
        this.#filled = 0;
      }
    }
    return frames;
  }
}

function allocate(total: number): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(total);
  } catch {
    throw badFrame(`there is no memory for a frame of ${total} bytes`, { total });
  }
}

function dtypeOf(data: Numbers): DType {
  for (const [dtype, type] of Object.entries(TYPES)) {
    if (data.constructor.name === type.name && isDType(dtype)) {
      return dtype;
    }
  }
  throw new TypeError(`${data.constructor.name} cannot travel in a frame`);
}

function refuseNonFinite(key: string, value: unknown): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw badFrame(`${key} in a header is ${value}, a header holds finite numbers only`, { key });
  }
  return value;
}

function tooLong(header: number, total: number): StoryError {
  return badFrame(
    `a frame of ${total} bytes with a header of ${header} is too long; ` +
      `at most ${MAX_FRAME_BYTES} and ${MAX_HEADER_BYTES} are taken`,
    { header, total, max_header: MAX_HEADER_BYTES, max_total: MAX_FRAME_BYTES }
  );
}

function badFrame(message: string, values: ErrorValues): StoryError {
  return new StoryError(
    'bad_frame',
    message,
    'something else than frames of bertstory was written to this stream',
    values
  );
}

const aligned = (offset: number): number => Math.ceil(offset / ALIGNMENT) * ALIGNMENT;
const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
const isString = (value: unknown): value is string => typeof value === 'string';
const isDType = (value: unknown): value is DType => isString(value) && Object.hasOwn(TYPES, value);
const isListOf = <T>(value: unknown, is: (item: unknown) => item is T): value is T[] =>
  Array.isArray(value) && value.every(is);

/** At most 100 characters of a value, as JSON. */
function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
