// A story in the output of a notebook cell: the file deflated and in base64, within JSON.

import { Unzlib, zlibSync } from 'fflate';
import * as v from 'valibot';

import type { StoryContents } from './contents';
import { readStory } from './file';
import { badFile } from './schema';

/** The JSON under `application/vnd.bertstory.v1+json`. */
export interface Carrier {
  readonly version: 1;
  /** Model id of the live widget, or null. */
  readonly widget: string | null;
  /** base64 of the zlib-deflated file; null while nothing was computed yet. */
  readonly story: string | null;
  /** State of the view when it was saved; not checked here. */
  readonly view: unknown;
  /** Names of what was left out. */
  readonly omitted: readonly string[];
}

/** What a notebook holds is read in pieces, lest a few kilobytes unfold to fill the memory. */
const MAX_UNPACKED_BYTES = 64 * 1024 * 1024;
const PIECE_BYTES = 16 * 1024;

const schema = v.object({
  version: v.literal(1),
  widget: v.nullable(v.string()),
  story: v.nullable(v.string()),
  view: v.unknown(),
  omitted: v.array(v.string())
});

/**
 * The envelope alone; the story in it is unpacked by `unpackStory`.
 *
 * @throws StoryError `bad_file`
 */
export function readCarrier(data: unknown): Carrier {
  const result = v.safeParse(schema, data, { abortEarly: true });
  if (!result.success) {
    const [issue] = result.issues;
    throw badFile(
      `in the notebook, ${v.getDotPath(issue) ?? 'the data'} is ${issue.received}, not ${issue.expected}`
    );
  }
  return result.output;
}

/** @throws StoryError `bad_file` where it is no base64, not deflated, too large, or not the file of a story */
export function unpackStory(story: string): StoryContents {
  return readStory(inflate(fromBase64(story)));
}

export function packStory(file: Uint8Array): string {
  return toBase64(deflate(file));
}

export function deflate(file: Uint8Array): Uint8Array {
  return zlibSync(file, { level: 6 });
}

function inflate(deflated: Uint8Array): Uint8Array {
  const pieces: Uint8Array[] = [];
  let size = 0;
  let ended = false;
  const stream = new Unzlib((piece, final) => {
    pieces.push(piece);
    size += piece.length;
    ended ||= final;
  });
  try {
    for (let start = 0; start < deflated.length && size <= MAX_UNPACKED_BYTES; start += PIECE_BYTES) {
      const end = start + PIECE_BYTES;
      stream.push(deflated.subarray(start, end), end >= deflated.length);
    }
  } catch (error) {
    throw badFile(`its data cannot be inflated (${error instanceof Error ? error.message : String(error)})`);
  }
  if (size > MAX_UNPACKED_BYTES) {
    throw badFile(`it unfolds to more than ${MAX_UNPACKED_BYTES} bytes`);
  }
  if (!ended) {
    throw badFile('its data are cut short');
  }
  const file = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    file.set(piece, at);
    at += piece.length;
  }
  return file;
}

function toBase64(bytes: Uint8Array): string {
  let binary = '';
  // More arguments than this overflow the stack of some engines.
  for (let start = 0; start < bytes.length; start += PIECE_BYTES) {
    binary += String.fromCharCode(...bytes.subarray(start, start + PIECE_BYTES));
  }
  return btoa(binary);
}

function fromBase64(text: string): Uint8Array {
  let binary: string;
  try {
    binary = atob(text);
  } catch {
    throw badFile('its data are no base64');
  }
  const bytes = new Uint8Array(binary.length);
  for (let k = 0; k < bytes.length; k++) {
    bytes[k] = binary.charCodeAt(k);
  }
  return bytes;
}
