// The number formats of safetensors: their size, their typed array, their value as float32.

export type TensorData =
  | Float64Array
  | Float32Array
  | BigInt64Array
  | BigUint64Array
  | Int32Array
  | Uint32Array
  | Int16Array
  | Uint16Array
  | Int8Array
  | Uint8Array;

interface Format {
  /** Bytes of one number. */
  readonly bytes: number;
  /** The raw numbers; half floats as their 16 bits, booleans as 0 and 1. */
  readonly view: (buffer: ArrayBufferLike, offset: number, length: number) => TensorData;
  /** null where there is no use for the conversion. */
  readonly toFloat32: ((data: TensorData) => Float32Array) | null;
}

/** All hosts of the product are little-endian, as the format is. */
export const FORMATS = {
  F64: { bytes: 8, view: (b, o, n) => new Float64Array(b, o, n), toFloat32: rounded },
  F32: { bytes: 4, view: (b, o, n) => new Float32Array(b, o, n), toFloat32: same },
  F16: { bytes: 2, view: (b, o, n) => new Uint16Array(b, o, n), toFloat32: data => mapBits(data, halfBits) },
  BF16: {
    bytes: 2,
    view: (b, o, n) => new Uint16Array(b, o, n),
    toFloat32: data => mapBits(data, bits => bits << 16)
  },
  I64: { bytes: 8, view: (b, o, n) => new BigInt64Array(b, o, n), toFloat32: rounded },
  U64: { bytes: 8, view: (b, o, n) => new BigUint64Array(b, o, n), toFloat32: rounded },
  I32: { bytes: 4, view: (b, o, n) => new Int32Array(b, o, n), toFloat32: rounded },
  U32: { bytes: 4, view: (b, o, n) => new Uint32Array(b, o, n), toFloat32: rounded },
  I16: { bytes: 2, view: (b, o, n) => new Int16Array(b, o, n), toFloat32: rounded },
  U16: { bytes: 2, view: (b, o, n) => new Uint16Array(b, o, n), toFloat32: rounded },
  I8: { bytes: 1, view: (b, o, n) => new Int8Array(b, o, n), toFloat32: rounded },
  U8: { bytes: 1, view: (b, o, n) => new Uint8Array(b, o, n), toFloat32: rounded },
  BOOL: { bytes: 1, view: (b, o, n) => new Uint8Array(b, o, n), toFloat32: rounded },
  F8_E5M2: { bytes: 1, view: (b, o, n) => new Uint8Array(b, o, n), toFloat32: null },
  F8_E4M3: { bytes: 1, view: (b, o, n) => new Uint8Array(b, o, n), toFloat32: null }
} as const satisfies Record<string, Format>;

export type Dtype = keyof typeof FORMATS;

export const DTYPES = Object.keys(FORMATS) as Dtype[];

export function isDtype(name: unknown): name is Dtype {
  return typeof name === 'string' && Object.hasOwn(FORMATS, name);
}

function same(data: TensorData): Float32Array {
  return data instanceof Float32Array ? data : rounded(data);
}

function rounded(data: TensorData): Float32Array {
  return Float32Array.from(data as ArrayLike<number | bigint>, Number);
}

/** 16 bits each to the bits of a float32. */
function mapBits(data: TensorData, toBits: (bits: number) => number): Float32Array {
  const result = new Float32Array(data.length);
  const bits = new Uint32Array(result.buffer);
  for (let k = 0; k < bits.length; k += 1) {
    bits[k] = toBits(Number(data[k]));
  }
  return result;
}

/** IEEE 754 half precision: 1 sign, 5 exponent (bias 15), 10 fraction bits; as bits of a float32 (bias 127, 23 bits). */
function halfBits(half: number): number {
  const sign = (half & 0x8000) << 16;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0x1f) {
    return sign | 0x7f800000 | (fraction << 13);
  }
  if (exponent !== 0) {
    return sign | ((exponent + 112) << 23) | (fraction << 13);
  }
  if (fraction === 0) {
    return sign;
  }
  // Subnormal: fraction × 2^-24, normalised by moving its highest bit to place 10.
  const shift = Math.clz32(fraction) - 21;
  return sign | ((113 - shift) << 23) | (((fraction << shift) & 0x3ff) << 13);
}
