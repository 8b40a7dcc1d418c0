import type { Intent } from '../../src/story/data';
import { createAsking } from '../../src/views/asking';

const REQUEST = { measure: 'cosine', special: 'keep', own: 'keep', units: 'pieces' } as const;

function asked() {
  const sent: Intent[] = [];
  const clock = { now: 0 };
  return {
    sent,
    clock,
    asking: createAsking(
      intent => sent.push(intent),
      () => clock.now
    )
  };
}

describe('Asking', () => {
  describe('#heads', () => {
    it('should ask for each head once, together with the others that are new', () => {
      const { sent, asking } = asked();
      asking.heads([[0, 1]]);
      asking.heads([
        [0, 1],
        [2, 3],
        [4, 5]
      ]);
      asking.heads([[2, 3]]);
      expect(sent).toEqual([
        { kind: 'fetch', heads: [[0, 1]] },
        {
          kind: 'fetch',
          heads: [
            [2, 3],
            [4, 5]
          ]
        }
      ]);
    });

    it('should ask again when the answer is overdue, and after the data were replaced', () => {
      const { sent, clock, asking } = asked();
      asking.heads([[0, 1]]);
      clock.now = 4999;
      asking.heads([[0, 1]]);
      expect(sent).toHaveLength(1);
      clock.now = 5000;
      asking.heads([[0, 1]]);
      expect(sent).toHaveLength(2);
      asking.forget();
      asking.heads([[0, 1]]);
      expect(sent).toHaveLength(3);
    });
  });

  describe('#measures', () => {
    it('should tell requests apart by every switch', () => {
      const { sent, asking } = asked();
      asking.measures([REQUEST]);
      asking.measures([{ ...REQUEST, own: 'drop' }]);
      asking.measures([REQUEST]);
      expect(sent).toEqual([
        { kind: 'measure', requests: [REQUEST] },
        { kind: 'measure', requests: [{ ...REQUEST, own: 'drop' }] }
      ]);
    });

    it('should ask nobody when there is nobody', () => {
      const asking = createAsking(null, () => 0);
      expect(() => {
        asking.measures([REQUEST]);
        asking.heads([[0, 0]]);
      }).not.toThrow();
    });
  });
});
