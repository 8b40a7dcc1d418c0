// How does a program talk to the service? Requests out, their answers in the order in which they come.

import { StoryError } from '../core/errors';
import { type Answer, type Failure, readAnswer } from './answers';
import { type Arrays, encodeFrame, FrameReader, PROTOCOL_VERSION } from './frames';
import type { RequestInput, RequestKind } from './requests';

export interface Reply {
  readonly answer: Exclude<Answer, Failure>;
  readonly arrays: Arrays;
}

/** A request on its way: all its answers, the last one a `welcome` or `result`; an `error` is thrown. */
export interface Conversation extends AsyncIterable<Reply> {
  readonly id: number;
}

/** One client on one duplex stream: the owner of the stream hands in what arrives and says when it ended. */
export class ServiceClient {
  readonly #write: (frame: Uint8Array) => void;
  readonly #reader = new FrameReader();
  readonly #open = new Map<number, Mailbox>();
  #ended: Error | null = null;
  #last = 0;

  constructor(write: (frame: Uint8Array) => void) {
    this.#write = write;
  }

  /** @throws StoryError bad_frame */
  receive(chunk: Uint8Array): void {
    for (const { header, arrays } of this.#reader.push(chunk)) {
      const answer = readAnswer(header);
      this.#open.get(header.id)?.put({ answer, arrays });
      if (answer.kind !== 'partial' && answer.kind !== 'progress') {
        this.#open.delete(header.id);
      }
    }
  }

  /** Nothing more will arrive: every open and later conversation throws this. */
  end(error: Error): void {
    this.#ended ??= error;
    this.#open.forEach(mailbox => mailbox.fail(error));
    this.#open.clear();
  }

  request<K extends RequestKind>(kind: K, fields: RequestInput<K>, arrays: Arrays = {}): Conversation {
    const id = ++this.#last;
    const mailbox = new Mailbox();
    if (this.#ended) {
      mailbox.fail(this.#ended);
    } else {
      this.#open.set(id, mailbox);
      this.#write(encodeFrame({ v: PROTOCOL_VERSION, id, ...fields, kind }, arrays));
    }
    return { id, [Symbol.asyncIterator]: () => conversation(mailbox) };
  }

  /** The last answer alone. @throws StoryError what the service refused the request with */
  async ask<K extends RequestKind>(kind: K, fields: RequestInput<K>, arrays: Arrays = {}): Promise<Reply> {
    let last: Reply | null = null;
    for await (const reply of this.request(kind, fields, arrays)) {
      last = reply;
    }
    if (!last) {
      throw new StoryError('internal', `${kind} ended without an answer`, 'report this', {});
    }
    return last;
  }
}

async function* conversation(mailbox: Mailbox): AsyncGenerator<Reply, void> {
  for (;;) {
    const { answer, arrays } = await mailbox.take();
    if (answer.kind === 'error') {
      throw new StoryError(answer.code, answer.message, answer.hint, answer.values);
    }
    yield { answer, arrays };
    if (answer.kind === 'result' || answer.kind === 'welcome') {
      return;
    }
  }
}

interface Letter {
  readonly answer: Answer;
  readonly arrays: Arrays;
}

/** Answers that nobody has taken yet, or the one that waits for the next. */
class Mailbox {
  readonly #letters: Letter[] = [];
  #error: Error | null = null;
  #wake: () => void = () => undefined;

  put(letter: Letter): void {
    this.#letters.push(letter);
    this.#wake();
  }

  fail(error: Error): void {
    this.#error = error;
    this.#wake();
  }

  async take(): Promise<Letter> {
    for (;;) {
      const letter = this.#letters.shift();
      if (letter) {
        return letter;
      }
      if (this.#error) {
        throw this.#error;
      }
      await new Promise<void>(resolve => (this.#wake = resolve));
    }
  }
}
