import { StoryError } from '../../src/core/errors';
import type { Dtype, TensorData } from '../../src/weights/dtypes';
import { FORMATS, isDtype } from '../../src/weights/dtypes';
import { toFloat32 } from '../../src/weights/safetensors';

function converted(dtype: Dtype, data: TensorData): Float32Array {
  return toFloat32({ dtype, shape: [data.length], data });
}

const PATTERNS = Uint16Array.from({ length: 0x10000 }, (_, bits) => bits);

describe('toFloat32', () => {
  it('should give every half-precision number its value, sign × 2^(exponent - 15) × 1.fraction', () => {
    const values = converted('F16', PATTERNS);
    const wrong = [...PATTERNS].filter(bits => {
      const sign = bits & 0x8000 ? -1 : 1;
      const exponent = (bits >> 10) & 0x1f;
      const fraction = (bits & 0x3ff) / 1024;
      const normal = exponent === 0 ? 2 ** -14 * fraction : 2 ** (exponent - 15) * (1 + fraction);
      const special = fraction === 0 ? Infinity : NaN;
      return !Object.is(values[bits], sign * (exponent === 0x1f ? special : normal));
    });
    expect(wrong).toEqual([]);
  });

  it('should give every bfloat16 number the float32 whose upper half it is', () => {
    const values = converted('BF16', PATTERNS);
    const view = new DataView(new ArrayBuffer(4));
    const wrong = [...PATTERNS].filter(bits => {
      view.setUint16(0, bits);
      return !Object.is(values[bits], view.getFloat32(0));
    });
    expect(wrong).toEqual([]);
    expect(converted('BF16', Uint16Array.of(0x3f80, 0xc049))).toEqual(Float32Array.of(1, -3.140625));
  });

  it('should round larger formats to the nearest', () => {
    expect(converted('F64', Float64Array.of(1 / 3, -2))).toEqual(Float32Array.of(1 / 3, -2));
    expect(converted('I64', BigInt64Array.of(-5n, 1n << 40n))).toEqual(Float32Array.of(-5, 2 ** 40));
    expect(converted('BOOL', Uint8Array.of(0, 1))).toEqual(Float32Array.of(0, 1));
  });

  it('should hand out float32 as it is, without a copy', () => {
    const data = Float32Array.of(1, 2);
    expect(converted('F32', data)).toBe(data);
  });

  it('should refuse 8-bit floats, whose scales are elsewhere', () => {
    expect(() => converted('F8_E4M3', Uint8Array.of(1))).toThrow(StoryError);
  });
});

describe('isDtype', () => {
  it('should know the formats and nothing that objects have by birth', () => {
    expect(Object.keys(FORMATS).every(isDtype)).toBe(true);
    expect(['F4', 'toString', '__proto__', 3, null].some(isDtype)).toBe(false);
  });
});
