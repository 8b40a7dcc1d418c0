import { applyGelu, erf } from '../../src/model/gelu';

describe('erf', () => {
  it('should have the tabulated values (A&S table 7.1)', () => {
    expect(erf(0)).toBe(0);
    expect(erf(0.5)).toBeCloseTo(0.5204998778130465, 14);
    expect(erf(1)).toBeCloseTo(0.8427007929497149, 14);
    expect(erf(2)).toBeCloseTo(0.9953222650189527, 14);
    expect(erf(3.5)).toBeCloseTo(0.9999992569016276, 14);
  });

  it('should be odd, bounded and defined everywhere', () => {
    for (const x of [1e-30, 0.1, 1.7, 5.9, 6.1, 300, Infinity]) {
      expect(erf(-x)).toBe(-erf(x));
      expect(Math.abs(erf(x))).toBeLessThanOrEqual(1);
    }
    expect(erf(Infinity)).toBe(1);
    expect(erf(NaN)).toBeNaN();
  });
});

describe('applyGelu', () => {
  it('should give u Φ(u) in place', () => {
    const values = Float32Array.of(0, 1, -1, 40, -40);
    applyGelu(values);
    expect(values[0]).toBe(0);
    expect(values[1]).toBeCloseTo(0.8413447460685429, 6);
    expect(values[2]).toBeCloseTo(-0.15865525393145707, 6);
    expect(values[3]).toBe(40);
    expect(values[4]).toBeCloseTo(0, 12);
  });

  it('should return the slope, as central differences see it', () => {
    const gelu = (u: number): number => (u * (1 + erf(u / Math.SQRT2))) / 2;
    const h = 1e-5;
    for (let u = -6; u <= 6; u += 0.37) {
      const [slope] = applyGelu(Float32Array.of(u));
      const exactly = Math.fround(u);
      expect(slope).toBeCloseTo((gelu(exactly + h) - gelu(exactly - h)) / (2 * h), 6);
    }
  });

  it('should be as precise as float32 between the points of its table, and beyond them', () => {
    const inputs = Float32Array.from({ length: 4001 }, (_, i) => (i - 2000) * 0.00517);
    const values = inputs.slice();
    const slope = applyGelu(values);
    inputs.forEach((u, i) => {
      const share = (1 + erf(u / Math.SQRT2)) / 2;
      const density = Math.exp((-u * u) / 2) / Math.sqrt(2 * Math.PI);
      const scale = Math.max(1, Math.abs(u));
      expect(Math.abs((values[i] ?? NaN) - u * share) / scale).toBeLessThan(6e-8);
      expect(Math.abs((slope[i] ?? NaN) - (share + u * density))).toBeLessThan(7e-8);
    });
  });

  it('should reach its limits without making NaN of an infinity', () => {
    const values = Float32Array.of(Infinity, -Infinity, NaN);
    expect([...applyGelu(values)]).toEqual([1, 0, NaN]);
    expect([...values]).toEqual([Infinity, 0, NaN]);
  });
});
