import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bytesInMemory } from '../../src/weights/bytes';
import type { Tensor } from '../../src/weights/safetensors';
import { readSafetensors, SafetensorsFile, writeSafetensors } from '../../src/weights/safetensors';
import { TINY_FOLDER } from '../demo-model';

const tiny = new Uint8Array(readFileSync(join(TINY_FOLDER, 'model.safetensors')));

/** A file with this header and that many bytes of data. */
function fileOf(header: unknown, dataBytes: number): Uint8Array {
  const json = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const file = new Uint8Array(8 + json.length + dataBytes);
  new DataView(file.buffer).setBigUint64(0, BigInt(json.length), true);
  file.set(json, 8);
  return file;
}

const f32 = (begin: number, end: number): object => ({
  dtype: 'F32',
  shape: [(end - begin) / 4],
  data_offsets: [begin, end]
});

const MALFORMED: [string, Uint8Array, string][] = [
  ['nothing', new Uint8Array(0), 'it has 0 bytes'],
  ['half a header length', new Uint8Array(5), 'it has 5 bytes'],
  ['no header', new Uint8Array(8), 'its header would have 0 bytes'],
  [
    'an absurd header length',
    new Uint8Array(16).fill(255),
    'its header would have 18446744073709551615 bytes, 2 to 100000000 are possible'
  ],
  ['a header longer than the file', tiny.slice(0, 100), 'the whole file has 100'],
  ['a header that is no JSON', fileOf('{"a": ', 0), 'not JSON'],
  ['a header that is no UTF-8', fileOf('{"a": 1}', 0).fill(0xff, 10, 11), 'not JSON in UTF-8'],
  ['a header that is a list', fileOf([], 0), 'not a JSON object'],
  ['a tensor without facts', fileOf({ a: 3 }, 0), 'does not describe tensor "a"'],
  [
    'an unknown dtype',
    fileOf({ a: { dtype: 'F7', shape: [1], data_offsets: [0, 1] } }, 1),
    'tensor "a" has the dtype "F7"; known are F64, F32'
  ],
  [
    'a negative size',
    fileOf({ a: { dtype: 'F32', shape: [-1, -1], data_offsets: [0, 4] } }, 4),
    'the shape [-1,-1]'
  ],
  [
    'a fraction of a size',
    fileOf({ a: { dtype: 'F32', shape: [1.5], data_offsets: [0, 6] } }, 6),
    'the shape [1.5]'
  ],
  ['one offset', fileOf({ a: { dtype: 'F32', shape: [1], data_offsets: [4] } }, 4), 'the data_offsets [4]'],
  [
    'offsets in reverse',
    fileOf({ a: { dtype: 'F32', shape: [1], data_offsets: [4, 0] } }, 4),
    'has -4 bytes'
  ],
  [
    'a shape that the bytes do not fill',
    fileOf({ a: { dtype: 'F16', shape: [2, 3], data_offsets: [0, 16] } }, 16),
    'tensor "a" has 16 bytes, its shape [2, 3] in F16 takes 12'
  ],
  [
    'a product of sizes beyond all bounds',
    fileOf({ a: { dtype: 'F32', shape: [2 ** 52, 2 ** 52, 2 ** 52], data_offsets: [0, 4] } }, 4),
    'has 4 bytes'
  ],
  ['an overlap', fileOf({ a: f32(0, 8), b: f32(4, 12) }, 12), 'tensors "a" and "b" overlap'],
  ['a hole', fileOf({ a: f32(0, 4), b: f32(8, 12) }, 12), '4 bytes between "a" and "b" belong to no tensor'],
  ['a hole at the start', fileOf({ a: f32(4, 8) }, 8), '4 bytes between the header and "a"'],
  ['bytes left at the end', fileOf({ a: f32(0, 4) }, 9), '5 bytes after "a" belong to no tensor'],
  ['data cut short', tiny.slice(0, -1), 'it is cut short'],
  ['metadata that are no strings', fileOf({ __metadata__: { a: 1 } }, 0), '__metadata__']
];

describe('readSafetensors', () => {
  it('should read what Python wrote', () => {
    const { metadata, tensors } = readSafetensors(tiny);
    expect(metadata).toEqual({ format: 'pt' });
    expect(tensors.get('embeddings.word_embeddings.weight')).toMatchObject({
      dtype: 'F32',
      shape: [101, 32]
    });
    expect(tensors.size).toBe(5 + 3 * 16);
  });

  it('should read from memory that begins anywhere', () => {
    const tensors = { a: { dtype: 'F32', shape: [2], data: Float32Array.of(1.5, -2) } } as const;
    for (let shift = 0; shift < 8; shift += 1) {
      const file = writeSafetensors(tensors, {});
      const shifted = new Uint8Array(file.length + shift).subarray(shift);
      shifted.set(file);
      expect(readSafetensors(shifted).tensors.get('a')?.data).toEqual(Float32Array.of(1.5, -2));
    }
  });

  it('should read a file without tensors', () => {
    expect(readSafetensors(fileOf({}, 0)).tensors.size).toBe(0);
  });

  it.each(MALFORMED)('should refuse %s', (_name, file, words) => {
    expect(() => readSafetensors(file)).toThrow(
      expect.objectContaining({
        code: 'bad_weights',
        message: expect.stringContaining(words),
        hint: expect.stringContaining('copy it again')
      })
    );
  });
});

describe('SafetensorsFile', () => {
  it.each(MALFORMED)('should refuse %s', async (_name, file, words) => {
    await expect(SafetensorsFile.open(bytesInMemory(file))).rejects.toMatchObject({
      code: 'bad_weights',
      message: expect.stringContaining(words)
    });
  });

  describe('#read()', () => {
    it('should read each tensor as the file in memory has it', async () => {
      const file = await SafetensorsFile.open(bytesInMemory(tiny));
      const { tensors } = readSafetensors(tiny);
      expect([...file.header.tensors.keys()].sort()).toEqual([...tensors.keys()].sort());
      for (const [name, tensor] of tensors) {
        expect(await file.read(name)).toEqual(tensor);
      }
    });

    it('should copy what a pooled Buffer has out of line', async () => {
      const bytes = writeSafetensors({ a: { dtype: 'F64', shape: [1], data: Float64Array.of(Math.PI) } }, {});
      const pooled = Buffer.concat([Buffer.from([0]), bytes]).subarray(1);
      const file = await SafetensorsFile.open(bytesInMemory(pooled));
      expect((await file.read('a')).data).toEqual(Float64Array.of(Math.PI));
    });

    it('should say which tensor is not there, or is cut short since', async () => {
      const file = await SafetensorsFile.open(bytesInMemory(tiny));
      await expect(file.read('x')).rejects.toMatchObject({
        code: 'bad_weights',
        message: expect.stringContaining('"x"')
      });
      const source = {
        size: tiny.length,
        read: async (at: number, n: number) => tiny.subarray(at, at + Math.min(n, 9000))
      };
      const shrunk = await SafetensorsFile.open(source);
      await expect(shrunk.read('embeddings.word_embeddings.weight')).rejects.toMatchObject({
        code: 'bad_weights',
        message: expect.stringContaining('ends after 9000 bytes')
      });
    });
  });
});

describe('writeSafetensors', () => {
  it('should align every array to its numbers and the data to 8 bytes', () => {
    const tensors: Record<string, Tensor> = {
      odd: { dtype: 'U8', shape: [3], data: Uint8Array.of(1, 2, 3) },
      wide: { dtype: 'F64', shape: [1], data: Float64Array.of(1) },
      flat: { dtype: 'F32', shape: [], data: Float32Array.of(2) }
    };
    const file = writeSafetensors(tensors, { made: 'now' });
    expect(Number(new DataView(file.buffer).getBigUint64(0, true)) % 8).toBe(0);
    const read = readSafetensors(file);
    expect([...read.tensors.keys()]).toEqual(['wide', 'flat', 'odd']);
    expect([...read.tensors.values()].every(({ data }) => data.buffer === file.buffer)).toBe(true);
    expect(read.metadata).toEqual({ made: 'now' });
  });

  it('should refuse data that do not fill their shape', () => {
    const data = Float32Array.of(1, 2);
    expect(() => writeSafetensors({ a: { dtype: 'F32', shape: [3], data } }, {})).toThrow('F32 [3]');
    expect(() => writeSafetensors({ a: { dtype: 'F16', shape: [2], data } }, {})).toThrow('4 bytes');
  });
});
