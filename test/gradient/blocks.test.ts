import fc from 'fast-check';

import { cutBlocks } from '../../src/gradient/blocks';

describe('cutBlocks', () => {
  it('should take several tokens at a time where their directions fit', () => {
    expect(cutBlocks(5, 8, 16, 24, 1)).toEqual([
      { from: 0, to: 3, first: 8, last: 16 },
      { from: 3, to: 5, first: 8, last: 16 }
    ]);
  });

  it('should divide the directions of one token where they do not', () => {
    expect(cutBlocks(1, 0, 10, 4, 1)).toEqual([
      { from: 0, to: 1, first: 0, last: 4 },
      { from: 0, to: 1, first: 4, last: 8 },
      { from: 0, to: 1, first: 8, last: 10 }
    ]);
  });

  it('should give every lane something to do', () => {
    expect(cutBlocks(16, 0, 8, 1000, 4)).toHaveLength(4);
  });

  it('should cover every direction of every token once, within the limit', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 0, max: 200 }),
        fc.integer({ min: 1, max: 64 }),
        fc.integer({ min: 1, max: 100 }),
        fc.integer({ min: 1, max: 5 }),
        (tokens, first, directions, columns, lanes) => {
          const last = first + directions;
          const pieces = cutBlocks(tokens, first, last, columns, lanes);
          const times = new Uint8Array(tokens * directions);
          for (const piece of pieces) {
            for (let token = piece.from; token < piece.to; token++) {
              for (let s = piece.first; s < piece.last; s++) {
                times[token * directions + s - first] = (times[token * directions + s - first] ?? NaN) + 1;
              }
            }
          }
          const sizes = pieces.map(piece => (piece.to - piece.from) * (piece.last - piece.first));
          expect(Math.max(...sizes)).toBeLessThanOrEqual(columns);
          expect(times.every(count => count === 1)).toBe(true);
        }
      )
    );
  });
});
