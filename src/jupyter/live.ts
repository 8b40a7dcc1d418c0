// A story as it comes from the kernel: frames over a widget's comm on one side, what the views know on the other.

import { UUID, type JSONValue } from '@lumino/coreutils';

import { errorData, StoryError } from '../core/errors';
import { CommReceiver, CommSender, type CommContent, type CommMessage } from '../protocol/comm';
import { decodeFrame, encodeFrame, type Frame, PROTOCOL_VERSION } from '../protocol/frames';
import type { Intent, StoryData, StorySource, StoryStatus } from '../story/data';
import {
  replaced,
  withHeads,
  withMeasures,
  withRow,
  type HeadsMessage,
  type HeldStory,
  type MeasuresMessage,
  type PartialMessage,
  type RowMessage
} from '../story/merge';
import type { ViewState } from '../views/spec/state';

export type SendMessage = (content: JSONValue, buffers: ArrayBufferView[]) => void;

const PENDING: StoryStatus = {
  state: 'pending',
  running: true,
  saved: false,
  done: 0,
  total: 0,
  error: null,
  secondsLeft: null,
  reason: null,
  failure: null
};

/** After this long the number of the last frame is sent, so that its loss is noticed. */
const REMINDERS_MS = [1000, 5000];

export class LiveStory implements StorySource {
  /**
   * @param send sends one custom message over the comm
   * @param signal set when the widget is closed
   */
  constructor(
    private readonly _send: SendMessage,
    private readonly _signal: AbortSignal
  ) {
    _signal.addEventListener(
      'abort',
      () => {
        this._remind([]);
        this._pages.forEach(page => page.reject(gone()));
        this._pages.clear();
      },
      { once: true }
    );
  }

  /** Whether there is anything to show yet. */
  get empty(): boolean {
    return this._held === null;
  }

  /** Asks the kernel for everything, the first time it is called; what comes is told as a change. */
  wake(): void {
    if (!this._asked) {
      this._asked = true;
      this._frame({ kind: 'ready' });
    }
  }

  get(): StoryData {
    if (!this._held) {
      throw new Error('a live story is read before anything came');
    }
    return this._held;
  }

  status(): StoryStatus {
    return this._status;
  }

  onChange(listener: () => void, signal: AbortSignal): void {
    if (!signal.aborted) {
      this._listeners.add(listener);
      signal.addEventListener('abort', () => this._listeners.delete(listener), { once: true });
    }
  }

  /** Sends what a view asks for; answers arrive as changes. */
  send(intent: Intent): void {
    this._frame({ ...intent });
  }

  /**
   * The HTML page of the story with its view in this state, made by the kernel.
   *
   * @throws StoryError what kept the kernel from it
   */
  page(state: ViewState): Promise<Uint8Array> {
    if (this._signal.aborted) {
      return Promise.reject(gone());
    }
    const fields = { kind: 'page', state };
    return new Promise((resolve, reject) => {
      this._pages.set(this._frame(fields), { resolve, reject });
    });
  }

  /** Takes one custom message of the comm. */
  receive(content: unknown, buffers: readonly DataView[]): void {
    if (!isCommContent(content)) {
      return;
    }
    if (content.from === this._name) {
      if ('again' in content) {
        this._dispatch(this._sender.again(content.again));
      }
      return;
    }
    const receiver = this._receivers.get(content.from) ?? new CommReceiver();
    this._receivers.set(content.from, receiver);
    try {
      const { frames, again, lost } = receiver.accept(content, bytesOf(buffers[0]));
      this._dispatch(again.map(number => ({ content: { from: content.from, again: number }, buffer: null })));
      for (const bytes of frames) {
        this._take(decodeFrame(bytes));
      }
      if (lost) {
        this._frame({ kind: 'ready' });
      }
    } catch (error) {
      console.warn(`bertstory: ${errorData(error).message}`);
    }
  }

  private _take({ header, arrays }: Frame): void {
    // The kernel is this package's other half: its messages are taken as documented.
    const message = header as unknown as KernelMessage;
    const page = this._pages.get(header.id);
    if (page && (message.kind === 'result' || message.kind === 'error')) {
      this._pages.delete(header.id);
      const file = arrays['file']?.data;
      if (file instanceof Uint8Array) {
        page.resolve(file);
      } else {
        page.reject(
          message.kind === 'error' ? new StoryError('internal', message.message, message.hint) : gone()
        );
      }
      return;
    }
    switch (message.kind) {
      case 'partial':
        this._held = replaced(message, arrays, this._held);
        break;
      case 'result':
        if (!this._held) {
          return;
        }
        this._held =
          'heads' in message
            ? withHeads(this._held, message, arrays)
            : withMeasures(this._held, message, arrays);
        break;
      case 'row':
        this._held &&= withRow(this._held, message, arrays);
        break;
      case 'status':
        this._status = readStatus(message);
        break;
      case 'error':
        console.warn(`bertstory: ${message.message}. ${message.hint}`);
        return;
    }
    for (const listener of [...this._listeners]) {
      listener();
    }
  }

  /** @returns the id that answers to it will have */
  private _frame(fields: { readonly kind: string }): number {
    const id = ++this._lastId;
    this._dispatch(this._sender.send(encodeFrame({ v: PROTOCOL_VERSION, id, ...fields })));
    this._remind(REMINDERS_MS);
    return id;
  }

  private _dispatch(messages: readonly CommMessage[]): void {
    if (this._signal.aborted) {
      return;
    }
    for (const { content, buffer } of messages) {
      this._send({ ...content }, buffer ? [buffer] : []);
    }
  }

  private _remind(delays: readonly number[]): void {
    this._reminders.forEach(clearTimeout);
    this._reminders = delays.map(delay =>
      setTimeout(() => {
        const last = this._sender.last();
        this._dispatch(last ? [last] : []);
      }, delay)
    );
  }

  // Not crypto.randomUUID: that is missing on pages served without TLS.
  private readonly _name = UUID.uuid4();
  private readonly _sender = new CommSender({ from: this._name });
  private readonly _receivers = new Map<string, CommReceiver>();
  private readonly _listeners = new Set<() => void>();
  /** Pages that the kernel was asked for, by the id of the question. */
  private readonly _pages = new Map<number, Waiting>();
  private _reminders: ReturnType<typeof setTimeout>[] = [];
  private _asked = false;
  private _lastId = 0;
  private _held: HeldStory | null = null;
  private _status: StoryStatus = PENDING;
}

interface Waiting {
  resolve(file: Uint8Array): void;
  reject(error: Error): void;
}

function gone(): Error {
  return new StoryError('cancelled', 'the kernel gave no page', 'run the cell again');
}

interface StatusMessage {
  readonly kind: 'status';
  readonly state: StoryStatus['state'];
  readonly running: boolean;
  readonly done: number;
  readonly total: number;
  readonly error: number | null;
  readonly seconds_left: number | null;
  readonly reason: StoryStatus['reason'];
  readonly failure: StoryStatus['failure'];
}

type KernelMessage =
  | ({ readonly kind: 'partial' } & PartialMessage)
  | ({ readonly kind: 'result' } & (HeadsMessage | MeasuresMessage))
  | ({ readonly kind: 'row' } & RowMessage)
  | StatusMessage
  | { readonly kind: 'error'; readonly message: string; readonly hint: string };

function readStatus({ kind: _kind, seconds_left: secondsLeft, ...rest }: StatusMessage): StoryStatus {
  return { ...PENDING, ...rest, secondsLeft };
}

function isCommContent(content: unknown): content is CommContent {
  return (
    typeof content === 'object' && content !== null && 'from' in content && typeof content.from === 'string'
  );
}

function bytesOf(view: DataView | undefined): Uint8Array | null {
  return view ? new Uint8Array(view.buffer, view.byteOffset, view.byteLength) : null;
}
