// Numbers as written on the screen: every rule of the specification, at its edges.

import {
  axisNumber,
  duration,
  ellipsis,
  keyNumber,
  measureNumber,
  percent,
  plusMinus,
  points,
  rawNumber,
  subscript,
  wholePercent
} from '../../../src/views/spec/format';

const THIN = '\u202f';

describe('format', () => {
  describe('#percent()', () => {
    it.each([
      [0.52, `52${THIN}%`],
      [1, `100${THIN}%`],
      [0.0995, `10${THIN}%`],
      [0.0994, `9.9${THIN}%`],
      [0.041, `4.1${THIN}%`],
      [0.0005, `0.1${THIN}%`],
      [0.0004999, `<0.1${THIN}%`],
      [1e-12, `<0.1${THIN}%`],
      [0, `0${THIN}%`],
      [NaN, '–']
    ])('should write %p as %p', (share, text) => {
      expect(percent(share)).toBe(text);
    });
  });

  describe('#points()', () => {
    it.each([
      [0.077, `+7.7${THIN}pts`],
      [-0.51, `\u221251${THIN}pts`],
      [-0.0004, `0${THIN}pts`],
      [0, `0${THIN}pts`],
      [NaN, '–']
    ])('should write %p as %p', (difference, text) => {
      expect(points(difference)).toBe(text);
    });
  });

  describe('#measureNumber()', () => {
    it.each([
      [0.0948, '0.09'],
      [-0.131, '\u22120.13'],
      [-0.001, '0.00'],
      [1, '1.00'],
      [NaN, '–']
    ])('should write %p as %p', (value, text) => {
      expect(measureNumber(value)).toBe(text);
    });
  });

  describe('#axisNumber()', () => {
    it.each([
      [0, '0'],
      [-0, '0'],
      [0.25, '.25'],
      [0.5, '.5'],
      [1, '1'],
      [-0.5, '\u2212.5'],
      [0.69, '.69'],
      [0.005, '.005'],
      [2.5, '2.5']
    ])('should write %p as %p', (value, text) => {
      expect(axisNumber(value)).toBe(text);
    });
  });

  it('should write keys, whole percents, errors and raw fractions', () => {
    expect(keyNumber(0.3)).toBe('30');
    expect(keyNumber(0.15)).toBe('15');
    expect(wholePercent(0.068)).toBe('7');
    expect(plusMinus(0.07)).toBe(`±7${THIN}%`);
    expect(plusMinus(0.035)).toBe(`±3.5${THIN}%`);
    expect(plusMinus(0.004)).toBe(`±0.4${THIN}%`);
    expect(rawNumber(1 / 3)).toBe('0.333333');
    expect(rawNumber(NaN)).toBe('');
  });

  it('should say durations in the unit that people use', () => {
    expect(duration(0.83)).toBe(`0.8${THIN}s`);
    expect(duration(12.4)).toBe(`12${THIN}s`);
    expect(duration(150)).toBe(`3${THIN}min`);
    expect(duration(9000)).toBe(`2.5${THIN}h`);
  });

  it('should write indexes in subscript digits', () => {
    expect(subscript(0)).toBe('₀');
    expect(subscript(507)).toBe('₅₀₇');
  });

  describe('#ellipsis()', () => {
    const fits = (most: number) => (text: string) => [...text].length <= most;

    it('should keep what fits and cut the rest by code points', () => {
      expect(ellipsis('cabinet', fits(7))).toBe('cabinet');
      expect(ellipsis('cabinet', fits(5))).toBe('cabi…');
      expect(ellipsis('😀😀😀😀', fits(4))).toBe('😀😀😀😀');
      expect(ellipsis('😀😀😀😀😀', fits(4))).toBe('😀😀😀…');
    });

    it('should leave two code points where nothing fits', () => {
      expect(ellipsis('cabinet', () => false)).toBe('ca…');
    });
  });
});
