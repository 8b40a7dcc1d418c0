import { barScale } from '../../src/views/strip';

describe('barScale', () => {
  it('should end bars at device pixels', () => {
    for (const ratio of [1, 1.5, 2]) {
      for (const length of [0.04, 0.3, 0.777, 1]) {
        const pixels = barScale(length, 26, ratio) * 26 * ratio;
        expect(pixels).toBeCloseTo(Math.round(pixels), 9);
        expect(Math.abs(pixels - length * 26 * ratio)).toBeLessThanOrEqual(0.5);
      }
    }
  });

  it('should show a little as a pixel, and nothing as nothing', () => {
    expect(barScale(0.02, 10, 1)).toBeCloseTo(0.1, 9);
    expect(barScale(0.001, 10, 1)).toBe(0);
    expect(barScale(0, 10, 2)).toBe(0);
    expect(barScale(1, 10, 2)).toBe(1);
  });
});
