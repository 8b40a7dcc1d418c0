import fc from 'fast-check';
import { charactersOf, textOf } from '../../src/text/characters';
import { decompose } from '../../src/text/decompose';

/** Letters that decompose, marks of many classes, marks that do not move, Hangul, and others. */
const LETTERS = fc.constantFrom(...'aéǟṩΐがᄒ한\u0344\u0958\u{1D15E}🙂', 'b', ' ');
const MARKS = fc.integer({ min: 0x300, max: 0x36f }).map(code => String.fromCodePoint(code));
const OTHER_MARKS = fc.constantFrom(
  '\u0334',
  '\u093c',
  '\u0e38',
  '\u302e',
  '\u3099',
  '\u20dd',
  '\u0f73',
  '\u{16FF0}'
);
const TEXT = fc.array(fc.oneof(LETTERS, MARKS, OTHER_MARKS), { maxLength: 60 }).map(parts => parts.join(''));

describe('decompose', () => {
  it('should give the canonical decomposition of any text', () => {
    fc.assert(fc.property(TEXT, text => textOf(decompose(charactersOf(text))) === text.normalize('NFD')));
  });

  it('should know every mark that moves', () => {
    const marks = Array.from({ length: 0x20000 }, (_, code) => code)
      .filter(code => code < 0xd800 || code > 0xdfff)
      .map(code => String.fromCodePoint(code))
      .filter(char => /\p{M}/u.test(char) && char.normalize('NFD') === char);
    const wrong = marks.filter(mark =>
      ['\u0301', '\u0334', '\u0345', '\u0323'].some(other =>
        [mark + other, other + mark].some(
          text => textOf(decompose(charactersOf(text))) !== text.normalize('NFD')
        )
      )
    );
    expect(marks.length).toBeGreaterThan(2000);
    expect(wrong).toEqual([]);
  });

  it('should leave every character in the span of the one it came from', () => {
    expect(decompose(charactersOf('xé'))).toEqual([
      { char: 'x', start: 0, end: 1 },
      { char: 'e', start: 1, end: 2 },
      { char: '\u0301', start: 1, end: 2 }
    ]);
  });

  it('should never have a long run put in order by String.prototype.normalize, which compares each with each', () => {
    const text = Array.from({ length: 100_000 }, (_, k) =>
      String.fromCodePoint(0x300 + ((k * 37) % 112))
    ).join('');
    const normalize = jest.spyOn(String.prototype, 'normalize');
    const ordered = decompose(charactersOf(text));
    const given = normalize.mock.contexts.map(String);
    normalize.mockRestore();
    expect(ordered.length).toBeGreaterThanOrEqual(100_000);
    expect(Math.max(...new Set(given.map(({ length }) => length)))).toBeLessThanOrEqual(4);
    // Each on its own, and the kinds of marks with each other once.
    expect(given.length).toBeLessThan(120_000);
  });
});
