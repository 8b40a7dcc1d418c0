// Whatever a comm loses, doubles or swaps, the frames come out whole and in order.
import fc from 'fast-check';

import { CommReceiver, CommSender, type CommMessage } from '../../src/protocol/comm';

const sizes = fc.array(fc.nat(40), { minLength: 1, maxLength: 12 });
/** What becomes of each message, over and over: lost, doubled, or held back by so many messages. */
const fates = fc.array(fc.constantFrom('pass', 'pass', 'lose', 'double', 'delay'), {
  minLength: 1,
  maxLength: 30
});

function frameOf(size: number, number: number): Uint8Array {
  return Uint8Array.from({ length: size + 1 }, (_, index) => number * 31 + index);
}

describe('CommSender and CommReceiver', () => {
  it('should recover from any loss, doubling and swapping', () => {
    fc.assert(
      fc.property(sizes, fates, fc.integer({ min: 1, max: 16 }), (list, fate, maxMessageBytes) => {
        const sender = new CommSender({ from: 'kernel', maxMessageBytes });
        const receiver = new CommReceiver();
        const arrived: Uint8Array[] = [];
        let turn = 0;
        const held: CommMessage[] = [];
        const deliver = (message: CommMessage): void => {
          const { frames, again, lost } = receiver.accept(message.content, message.buffer);
          expect(lost).toBe(false);
          arrived.push(...frames);
          again.flatMap(number => sender.again(number)).forEach(transmit);
        };
        const transmit = (message: CommMessage): void => {
          switch (turn++ < 200 ? fate[turn % fate.length] : 'pass') {
            case 'lose':
              return;
            case 'delay':
              held.push(message);
              return;
            case 'double':
              deliver(message);
          }
          deliver(message);
        };
        const frames = list.map(frameOf);
        // The first piece of all tells the receiver where to begin.
        const [first, ...others] = frames.flatMap(frame => sender.send(frame));
        if (first) deliver(first);
        for (const message of others) {
          transmit(message);
          if (held.length > 2) held.splice(0).reverse().forEach(deliver);
        }
        held.splice(0).reverse().forEach(deliver);
        for (let round = 0; round < 300 && arrived.length < frames.length; round++) {
          const last = sender.last();
          if (last) transmit(last);
          held.splice(0).reverse().forEach(deliver);
        }
        expect(arrived).toEqual(frames);
      }),
      { seed: 1, numRuns: 300 }
    );
  });
});
