import { layerNorm } from '../../src/model/norm';

const plain = (width: number): { gain: Float32Array; bias: Float32Array } => ({
  gain: new Float32Array(width).fill(1),
  bias: new Float32Array(width)
});

describe('layerNorm', () => {
  it('should normalise two numbers to −1 and 1', () => {
    const { output, unit, rate } = layerNorm(Float32Array.of(3, 7), plain(2), 0);
    expect([...output]).toEqual([-1, 1]);
    expect([...unit]).toEqual([-1, 1]);
    expect([...rate]).toEqual([0.5]);
  });

  it('should scale and shift each column, token by token', () => {
    const parameters = { gain: Float32Array.of(2, 3), bias: Float32Array.of(10, 20) };
    const { output } = layerNorm(Float32Array.of(3, 7, 1, -1), parameters, 0);
    expect([...output]).toEqual([8, 23, 12, 17]);
  });

  it('should turn a constant into the bias', () => {
    const { output } = layerNorm(
      Float32Array.of(5, 5, 5),
      { ...plain(3), bias: Float32Array.of(1, 2, 3) },
      1e-12
    );
    expect([...output]).toEqual([1, 2, 3]);
  });

  it('should keep its precision far from zero', () => {
    const { unit } = layerNorm(Float32Array.of(1e6, 1e6 + 1, 1e6 + 2), plain(3), 0);
    expect(unit[2]).toBeCloseTo(Math.sqrt(1.5), 6);
  });
});
