import { CommReceiver, CommSender, type CommMessage } from '../../src/protocol/comm';

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

function sender(): CommSender {
  return new CommSender({ from: 'kernel', maxMessageBytes: 2, maxKeptBytes: 6 });
}

function feed(receiver: CommReceiver, messages: readonly CommMessage[]) {
  return messages.map(({ content, buffer }) => receiver.accept(content, buffer));
}

describe('CommSender', () => {
  describe('#send', () => {
    it('should cut a frame into numbered pieces', () => {
      const made = sender();
      expect(made.send(bytes(1, 2, 3))).toEqual([
        { content: { from: 'kernel', frame: 0, index: 0, count: 2 }, buffer: bytes(1, 2) },
        { content: { from: 'kernel', frame: 0, index: 1, count: 2 }, buffer: bytes(3) }
      ]);
      expect(made.send(bytes())[0]?.content).toEqual({ from: 'kernel', frame: 1, index: 0, count: 1 });
    });
  });

  describe('#again', () => {
    it('should keep the last frames only, the newest always, and say what is gone', () => {
      const made = sender();
      [bytes(1, 2, 3), bytes(4, 5, 6), bytes(7, 8, 9), bytes(...Array(20).keys())].forEach(frame =>
        made.send(frame)
      );
      expect(made.again(2)).toEqual([{ content: { from: 'kernel', gone: 2 }, buffer: null }]);
      expect(made.again(3)).toHaveLength(10);
      expect(made.again(9)).toEqual([]);
    });
  });
});

describe('CommReceiver', () => {
  describe('#accept', () => {
    it('should ask for what is missing once a later frame is complete, and hand on in order', () => {
      const made = sender();
      const receiver = new CommReceiver();
      feed(receiver, made.send(bytes(1)));
      const [, lost] = [made.send(bytes(2, 2, 2)), made.send(bytes(3, 3, 3))];
      expect(feed(receiver, lost).at(-1)).toEqual({ frames: [], again: [1], lost: false });
      expect(feed(receiver, made.again(1)).at(-1)?.frames).toEqual([bytes(2, 2, 2), bytes(3, 3, 3)]);
    });

    it('should notice through last that the last frame is missing', () => {
      const made = sender();
      const receiver = new CommReceiver();
      feed(receiver, made.send(bytes(1)));
      made.send(bytes(2));
      const last = made.last();
      expect(last && receiver.accept(last.content, null).again).toEqual([1]);
    });

    it('should go on behind what is gone and say that something was lost', () => {
      const made = sender();
      const receiver = new CommReceiver();
      feed(receiver, made.send(bytes(1)));
      made.send(bytes(2, 2, 2));
      made.send(bytes(3, 3, 3));
      expect(feed(receiver, made.send(bytes(4, 4, 4))).at(-1)?.again).toEqual([1, 2]);
      const [gone] = made.again(1);
      expect(gone && receiver.accept(gone.content, null)).toEqual({ frames: [], again: [], lost: true });
      expect(feed(receiver, made.again(2)).at(-1)?.frames).toEqual([bytes(3, 3, 3), bytes(4, 4, 4)]);
    });

    it('should begin with the first frame that it sees', () => {
      const made = sender();
      made.send(bytes(1));
      expect(feed(new CommReceiver(), made.send(bytes(2)))[0]?.frames).toEqual([bytes(2)]);
    });

    it.each([
      { from: 'x', frame: 0, index: 2, count: 2 },
      { from: 'x', frame: -1, index: 0, count: 1 },
      { from: 'x', frame: 0, index: 0, count: NaN },
      { from: 'x', last: 0.5 },
      { from: 'x', gone: -1 }
    ])('should refuse %j', content => {
      expect(() => new CommReceiver().accept(content, bytes(1))).toThrow(
        expect.objectContaining({ code: 'bad_frame' })
      );
    });
  });
});
