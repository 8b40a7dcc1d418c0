import { named } from '../../src/core/arrays';
import { LiveStory } from '../../src/jupyter/live';
import { CommReceiver, CommSender, type CommContent, type CommMessage } from '../../src/protocol/comm';
import { decodeFrame, encodeFrame, type Arrays, type Header } from '../../src/protocol/frames';
import { storyData } from '../../src/story/memory';
import { DEFAULT_STATE } from '../../src/views/spec/state';
import { exactStory } from '../story/example';

/** The kernel's end of the comm: what it hears, and how it answers. */
class Kernel {
  readonly story: LiveStory;
  readonly heard: Header[] = [];
  readonly contents: CommContent[] = [];
  readonly closing = new AbortController();

  constructor() {
    const receiver = new CommReceiver();
    this.story = new LiveStory((content, buffers) => {
      const one = content as unknown as CommContent;
      this.contents.push(one);
      const [buffer] = buffers as Uint8Array[];
      if ('frame' in one) {
        const { frames } = receiver.accept(one, buffer ?? null);
        this.heard.push(...frames.map(frame => decodeFrame(frame).header));
      }
    }, this.closing.signal);
  }

  frame(header: Omit<Header, 'v' | 'id'> & { readonly kind: string }, arrays: Arrays = {}): CommMessage[] {
    return this.sender.send(encodeFrame({ v: 1, id: 0, ...header }, arrays));
  }

  deliver(messages: readonly CommMessage[]): void {
    for (const { content, buffer } of messages) {
      const view = buffer && new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
      this.story.receive(content, view ? [view] : []);
    }
  }

  readonly sender = new CommSender({ from: 'kernel' });
}

const exact = exactStory('golden-tiny/cat');
const status = {
  kind: 'status',
  state: 'sampled',
  running: true,
  done: 8,
  total: 32,
  error: 0.1,
  seconds_left: 1.5,
  reason: null,
  failure: null
};

function partial(kernel: Kernel): CommMessage[] {
  const maps = storyData(exact).head(1, 2);
  const map = (values: Float32Array | null | undefined) =>
    named(['given', 'query', 'source'], [1, 9, 9], values ?? new Float32Array(81));
  return kernel.frame(
    { kind: 'partial', document: exact.document, heads: [[1, 2]], results: [] },
    { attention: map(maps?.attention), norms: map(maps?.norms) }
  );
}

describe('LiveStory', () => {
  let kernel: Kernel;
  beforeEach(() => (kernel = new Kernel()));
  afterEach(() => kernel.closing.abort());

  it('should ask for everything once, and only when it is woken', () => {
    expect(kernel.heard).toEqual([]);
    kernel.story.wake();
    kernel.story.wake();
    expect(kernel.heard.map(({ kind }) => kind)).toEqual(['ready']);
  });

  it('should hold what the kernel sends and tell of it', () => {
    const changed = jest.fn();
    kernel.story.onChange(changed, kernel.closing.signal);
    expect(kernel.story.empty).toBe(true);
    kernel.deliver(partial(kernel));
    expect(changed).toHaveBeenCalledTimes(1);
    expect(kernel.story.empty).toBe(false);
    expect(kernel.story.get().head(1, 2)?.attention).toEqual(storyData(exact).head(1, 2)?.attention);
    expect(kernel.story.get().head(0, 0)).toBeNull();
  });

  it('should read a status', () => {
    kernel.deliver(kernel.frame(status));
    expect(kernel.story.status()).toMatchObject({
      state: 'sampled',
      secondsLeft: 1.5,
      saved: false,
      done: 8
    });
  });

  it('should tell of a failure although there is nothing to show', () => {
    const changed = jest.fn();
    kernel.story.onChange(changed, kernel.closing.signal);
    const failure = { message: 'it failed', hint: 'try again' };
    kernel.deliver(kernel.frame({ ...status, state: 'failed', failure }));
    expect(changed).toHaveBeenCalledTimes(1);
    expect(kernel.story.empty).toBe(true);
    expect(kernel.story.status().failure).toEqual(failure);
  });

  it('should ask again for a frame that got lost, and take both in order', () => {
    kernel.deliver(kernel.frame({ ...status, done: 1 }));
    const lost = kernel.frame({ ...status, done: 2 });
    kernel.deliver(kernel.frame({ ...status, done: 3 }));
    expect(kernel.story.status().done).toBe(1);
    expect(kernel.contents.at(-1)).toEqual({ from: 'kernel', again: 1 });
    kernel.deliver(lost);
    expect(kernel.story.status().done).toBe(3);
  });

  it('should send again what the kernel missed', () => {
    kernel.story.send({ kind: 'cancel' });
    const sent = kernel.contents.length;
    const [first] = kernel.contents;
    kernel.story.receive({ from: first?.from, again: 0 }, []);
    expect(kernel.contents.slice(sent)).toEqual([first]);
  });

  it('should take a row that was made exact', () => {
    kernel.deliver(partial(kernel));
    const before = kernel.story.get().head(1, 2)?.norms ?? new Float32Array();
    const values = Float32Array.from({ length: 9 }, (_, i) => i);
    const row = { layer: 1, head: 2, query: 3 };
    kernel.deliver(kernel.frame({ kind: 'row', row }, { norms: named(['source'], [9], values) }));
    const after = kernel.story.get().head(1, 2)?.norms;
    expect(after?.subarray(27, 36)).toEqual(values);
    expect(after?.subarray(0, 27)).toEqual(before.subarray(0, 27));
    expect(after?.subarray(36)).toEqual(before.subarray(36));
    kernel.deliver(
      kernel.frame({ kind: 'row', row: { ...row, head: 0 } }, { norms: named(['source'], [9], values) })
    );
    expect(kernel.story.get().head(1, 0)).toBeNull();
  });

  it('should pass on intents as they are', () => {
    kernel.story.send({ kind: 'fetch', heads: [[2, 3]] });
    kernel.story.send({ kind: 'refine', stop: { rule: 'exact' } });
    expect(kernel.heard).toMatchObject([
      { kind: 'fetch', heads: [[2, 3]] },
      { kind: 'refine', stop: { rule: 'exact' } }
    ]);
  });

  it('should give the page that the kernel made, and say why there is none', async () => {
    const state = { ...DEFAULT_STATE, heads: [[1, 2]] as const };
    const page = kernel.story.page(state);
    const other = kernel.story.page(state);
    const [first, second] = kernel.heard;
    expect(first).toMatchObject({ kind: 'page', state: { heads: [[1, 2]] } });
    const file = { file: named(['byte'], [3], new Uint8Array([1, 2, 3])) };
    const answer = (id: number | undefined, header: object, arrays: Arrays = {}) =>
      kernel.sender.send(encodeFrame({ v: 1, id: id ?? 0, kind: 'result', ...header }, arrays));
    kernel.deliver(answer(first?.id, {}, file));
    kernel.deliver(answer(second?.id, { kind: 'error', message: 'no Node', hint: 'install it' }));
    expect([...(await page)]).toEqual([1, 2, 3]);
    await expect(other).rejects.toMatchObject({ message: 'no Node', hint: 'install it' });
    const late = kernel.story.page(state);
    kernel.closing.abort();
    await expect(late).rejects.toMatchObject({ code: 'cancelled' });
    await expect(kernel.story.page(state)).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('should survive messages that are none of its own', () => {
    const warn = jest.spyOn(console, 'warn').mockImplementation();
    kernel.story.receive('noise', []);
    kernel.story.receive({ from: 'kernel', frame: 0, index: 3, count: 2 }, []);
    expect(warn).toHaveBeenCalledTimes(1);
    expect(kernel.story.empty).toBe(true);
    warn.mockRestore();
  });

  it('should send nothing once it is closed', () => {
    kernel.closing.abort();
    kernel.story.wake();
    expect(kernel.contents).toEqual([]);
  });
});
