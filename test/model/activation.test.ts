import { ACTIVATIONS, applyActivation, type Activation } from '../../src/model/activation';

const KINDS: readonly Activation[] = ['gelu', 'gelu_tanh', 'relu'];
const POINTS = [-8, -3, -1.5, -0.7, -0.1, 0.1, 0.4, 1, 2.5, 6, 9];

function valueAndSlope(kind: Activation, points: readonly number[]): [Float32Array, Float32Array] {
  const values = Float32Array.from(points);
  return [values, applyActivation(kind, values)];
}

describe('applyActivation', () => {
  // torch.nn.functional.gelu(x), gelu(x, approximate='tanh'), relu(x) in float64.
  it.each<[Activation, readonly number[]]>([
    ['gelu', [-0.15865525393145707, 0.8413447460685429, 1.9544997361036416]],
    ['gelu_tanh', [-0.15880800939172324, 0.8411919906082768, 1.954597694087775]],
    ['relu', [0, 1, 2]]
  ])('should give %s its known values', (kind, due) => {
    const [values] = valueAndSlope(kind, [-1, 1, 2]);
    due.forEach((value, i) => expect(values[i]).toBeCloseTo(value, 6));
  });

  it.each(KINDS)('should give %s the slope that central differences see', kind => {
    const [, slope] = valueAndSlope(kind, POINTS);
    // Powers of two are added without rounding.
    const step = 2 ** -8;
    const [above] = valueAndSlope(
      kind,
      POINTS.map(u => Math.fround(u) + step)
    );
    const [below] = valueAndSlope(
      kind,
      POINTS.map(u => Math.fround(u) - step)
    );
    POINTS.forEach((_, i) => {
      const seen = ((above[i] ?? NaN) - (below[i] ?? NaN)) / (2 * step);
      expect(Math.abs((slope[i] ?? NaN) - seen)).toBeLessThan(1e-4);
    });
  });

  it.each(KINDS)('should leave large numbers alone and NaN what it is: %s', kind => {
    const [values, slope] = valueAndSlope(kind, [1e4, -1e4, NaN]);
    expect([...values].map(value => value + 0)).toEqual([1e4, 0, NaN]);
    expect([...slope].slice(0, 2).map(value => value + 0)).toEqual([1, 0]);
  });

  it('should know the approximation by all its names', () => {
    expect(Object.keys(ACTIVATIONS).filter(name => ACTIVATIONS[name] === 'gelu_tanh')).toEqual([
      'gelu_new',
      'gelu_fast',
      'gelu_pytorch_tanh'
    ]);
  });
});
