// How do frames cross a comm that takes small messages and may lose some? In numbered pieces, asked for again when missing.

import { StoryError } from '../core/errors';
import { MAX_COMM_BYTES, MAX_RESEND_BYTES } from '../core/limits';

/** Part `index` of `count` of a frame; frames count up from 0 for every sender. */
export interface CommPiece {
  readonly from: string;
  readonly frame: number;
  readonly index: number;
  readonly count: number;
}

/** What stands in a custom message's content; only pieces have a buffer. `from` names the frames' sender: pages share a comm. */
export type CommContent =
  | CommPiece
  /** Asks that sender for a frame that did not arrive. */
  | { readonly from: string; readonly again: number }
  /** Answer to `again`: that sender no longer has any frame up to this one. */
  | { readonly from: string; readonly gone: number }
  /** Sent some time after the last frame, so that its loss is noticed too. */
  | { readonly from: string; readonly last: number };

export interface CommMessage {
  readonly content: CommContent;
  readonly buffer: Uint8Array | null;
}

export interface CommSenderOptions {
  readonly from: string;
  readonly maxMessageBytes?: number;
  readonly maxKeptBytes?: number;
}

export class CommSender {
  readonly #from: string;
  readonly #maxMessageBytes: number;
  readonly #maxKeptBytes: number;
  /** By number, oldest first. */
  readonly #kept = new Map<number, Uint8Array>();
  #keptBytes = 0;
  #next = 0;

  constructor({
    from,
    maxMessageBytes = MAX_COMM_BYTES,
    maxKeptBytes = MAX_RESEND_BYTES
  }: CommSenderOptions) {
    this.#from = from;
    this.#maxMessageBytes = maxMessageBytes;
    this.#maxKeptBytes = maxKeptBytes;
  }

  /** Numbers the frame, keeps it for `again`, and returns its messages. */
  send(frame: Uint8Array): CommMessage[] {
    const number = this.#next++;
    this.#kept.set(number, frame);
    this.#keptBytes += frame.length;
    for (const [oldest, { length }] of this.#kept) {
      if (this.#keptBytes <= this.#maxKeptBytes || oldest === number) {
        break;
      }
      this.#kept.delete(oldest);
      this.#keptBytes -= length;
    }
    return this.#pieces(number, frame);
  }

  /** What to send when the receiver asks with `{again: number}`. */
  again(number: number): CommMessage[] {
    const frame = this.#kept.get(number);
    if (frame) {
      return this.#pieces(number, frame);
    }
    const [oldest = this.#next] = this.#kept.keys();
    return number < oldest ? [{ content: { from: this.#from, gone: oldest - 1 }, buffer: null }] : [];
  }

  /** What to send a second or so after the last frame; null before the first. */
  last(): CommMessage | null {
    return this.#next === 0 ? null : { content: { from: this.#from, last: this.#next - 1 }, buffer: null };
  }

  #pieces(frame: number, bytes: Uint8Array): CommMessage[] {
    const count = Math.max(1, Math.ceil(bytes.length / this.#maxMessageBytes));
    return Array.from({ length: count }, (_, index) => ({
      content: { from: this.#from, frame, index, count },
      buffer: bytes.subarray(index * this.#maxMessageBytes, (index + 1) * this.#maxMessageBytes)
    }));
  }
}

export interface CommArrivals {
  /** Complete frames, in the order in which they were sent. */
  readonly frames: readonly Uint8Array[];
  /** Frames to ask the sender for, each with `{from, again}`. */
  readonly again: readonly number[];
  /** Frames were lost for good: ask for everything anew. */
  readonly lost: boolean;
}

/** Frames asked for at once; the rest is asked for when these have come. */
const MAX_ASKED = 64;

/** Puts the frames of one sender together again. Begins with the first frame that it sees: what was before is not for it. */
export class CommReceiver {
  /** First frame that was not handed on yet; null before anything arrived. */
  #next: number | null = null;
  readonly #incomplete = new Map<number, Map<number, Uint8Array>>();
  readonly #complete = new Map<number, Uint8Array>();

  /** @throws StoryError bad_frame for content that is none of a comm's */
  accept(content: CommContent, buffer: Uint8Array | null): CommArrivals {
    if ('frame' in content) {
      const complete = this.#add(content, buffer);
      const frames = this.#handOn();
      return { frames, again: complete ? this.#missing(content.frame) : [], lost: false };
    }
    if ('last' in content) {
      const last = count(content.last);
      this.#next ??= last;
      return { frames: [], again: this.#missing(last + 1), lost: false };
    }
    if ('gone' in content) {
      const lost = this.#skipTo(count(content.gone) + 1);
      return { frames: this.#handOn(), again: [], lost };
    }
    return { frames: [], again: [], lost: false };
  }

  /** True when this piece completes a frame. */
  #add(piece: CommPiece, buffer: Uint8Array | null): boolean {
    const frame = count(piece.frame);
    if (count(piece.index) >= count(piece.count) || !buffer) {
      throw badPiece(`piece ${piece.index} of ${piece.count} of frame ${frame} is none`);
    }
    this.#next ??= frame;
    if (frame < this.#next || this.#complete.has(frame)) {
      return false;
    }
    const pieces = this.#incomplete.get(frame) ?? new Map<number, Uint8Array>();
    pieces.set(piece.index, buffer);
    this.#incomplete.set(frame, pieces);
    if (pieces.size < piece.count) {
      return false;
    }
    this.#incomplete.delete(frame);
    this.#complete.set(frame, joined(pieces));
    return true;
  }

  /** Frames below `end` that are not here. */
  #missing(end: number): number[] {
    const missing = [];
    for (let number = this.#next ?? end; number < end && missing.length < MAX_ASKED; number++) {
      if (!this.#complete.has(number)) {
        missing.push(number);
      }
    }
    return missing;
  }

  /** True when that leaves something out. */
  #skipTo(next: number): boolean {
    if (this.#next === null || next <= this.#next) {
      return false;
    }
    this.#next = next;
    for (const frames of [this.#incomplete, this.#complete]) {
      [...frames.keys()].filter(number => number < next).forEach(number => frames.delete(number));
    }
    return true;
  }

  #handOn(): Uint8Array[] {
    const frames = [];
    for (;;) {
      const frame = this.#next === null ? undefined : this.#complete.get(this.#next);
      if (this.#next === null || frame === undefined) {
        return frames;
      }
      this.#complete.delete(this.#next);
      this.#next++;
      frames.push(frame);
    }
  }
}

function joined(pieces: ReadonlyMap<number, Uint8Array>): Uint8Array {
  const inOrder = [...pieces].sort(([a], [b]) => a - b).map(([, bytes]) => bytes);
  const frame = new Uint8Array(inOrder.reduce((sum, { length }) => sum + length, 0));
  let end = 0;
  for (const bytes of inOrder) {
    frame.set(bytes, end);
    end += bytes.length;
  }
  return frame;
}

function count(value: number): number {
  if (!Number.isSafeInteger(value) || value < 0) {
    throw badPiece(`${String(value)} is no number of a piece or frame`);
  }
  return value;
}

function badPiece(message: string): StoryError {
  return new StoryError('bad_frame', message, 'the two sides of the comm do not speak the same protocol', {});
}
