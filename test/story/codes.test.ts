import * as fc from 'fast-check';

import { measureStory } from '../../src/analysis/mismatch';
import { DEFAULT_SWITCHES } from '../../src/analysis/options';
import { codingError, decode, encode } from '../../src/story/codes';
import { wholeOf } from '../../src/story/memory';
import { exactStory } from './example';

const BITS = [8, 16] as const;

describe('encode', () => {
  it.each(BITS)('should move no cell by more than it says in %d bits', bits => {
    const cells = fc.array(fc.float({ min: 0, max: Math.fround(1e6), noNaN: true }), {
      minLength: 6,
      maxLength: 6
    });
    fc.assert(
      fc.property(cells, values => {
        const map = Float32Array.from(values);
        const decoded = decode(encode(map, 3, bits));
        for (const start of [0, 3]) {
          const top = Math.max(...map.subarray(start, start + 3));
          for (let cell = start; cell < start + 3; cell++) {
            const moved = Math.abs((decoded[cell] ?? NaN) - (map[cell] ?? NaN));
            // Beside the rounding of float32 itself.
            expect(moved).toBeLessThanOrEqual(top * (codingError(bits) + 1e-7));
          }
        }
      })
    );
  });

  it('should keep zeros, the largest cell, and in 16 bits every cell that is not zero', () => {
    const map = Float32Array.of(0, 0.75, 1e-30);
    const decoded = decode(encode(map, 3, 16));
    expect(decoded[0]).toBe(0);
    expect(decoded[1]).toBe(0.75);
    expect(decoded[2]).toBeGreaterThan(0);
    expect(decode(encode(map, 3, 8))[2]).toBe(0);
  });

  it('should keep a missing row missing, and a row of zeros zero', () => {
    const map = Float32Array.of(NaN, NaN, 0, 0, 1, 2);
    expect(Array.from(decode(encode(map, 2, 8)))).toEqual([NaN, NaN, 0, 0, expect.closeTo(1, 2), 2]);
  });

  it.each([
    [16, 3e-5],
    [8, 8e-3]
  ] as const)(
    'should move the Pearson of a row of the demo sentence in %d bits by at most %d',
    (bits, most) => {
      const whole = wholeOf(exactStory('golden-minilm/keys'));
      if (whole === null) {
        throw new Error('all heads are there');
      }
      const coded = (map: Float32Array) => decode(encode(map, whole.pieces.length, bits));
      const request = { measure: 'pearson', ...DEFAULT_SWITCHES } as const;
      const { rows } = measureStory(whole, request, { rows: true });
      const reduced = { ...whole, attention: coded(whole.attention), norms: coded(whole.norms) };
      const { rows: moved } = measureStory(reduced, request, { rows: true });
      const worst = Math.max(...Array.from(rows ?? [], (value, k) => Math.abs(value - (moved?.[k] ?? NaN))));
      expect(worst).toBeLessThanOrEqual(most);
      expect(worst).toBeGreaterThan(0);
    }
  );
});
