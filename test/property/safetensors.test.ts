// Any arrays go through a file unharmed; whatever happens to a file is refused or read, and never anything else.
import fc from 'fast-check';
import { StoryError } from '../../src/core/errors';
import { bytesInMemory } from '../../src/weights/bytes';
import type { Dtype } from '../../src/weights/dtypes';
import { DTYPES, FORMATS } from '../../src/weights/dtypes';
import type { Tensor } from '../../src/weights/safetensors';
import { readSafetensors, SafetensorsFile, writeSafetensors } from '../../src/weights/safetensors';

const shapes = fc.array(fc.nat({ max: 4 }), { maxLength: 4 });

const anyTensor: fc.Arbitrary<Tensor> = fc
  .tuple(fc.constantFrom<Dtype>(...DTYPES), shapes)
  .chain(([dtype, shape]) => {
    const length = shape.reduce((product, size) => product * size, 1);
    const bytes = length * FORMATS[dtype].bytes;
    return fc.uint8Array({ minLength: bytes, maxLength: bytes }).map(raw => ({
      dtype,
      shape,
      data: FORMATS[dtype].view(new Uint8Array(raw).buffer, 0, length)
    }));
  });

const anyName = fc.string({ unit: 'grapheme', maxLength: 8 }).filter(name => name !== '__metadata__');
const anyTensors = fc.dictionary(anyName, anyTensor, { maxKeys: 5 });
const anyMetadata = fc.dictionary(
  fc.string({ unit: 'grapheme', maxLength: 8 }),
  fc.string({ unit: 'grapheme' }),
  {
    maxKeys: 3
  }
);

function rawBytes({ data }: Tensor): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/** Reads it in both ways; anything but success and `bad_weights` fails the test. */
async function isRefused(file: Uint8Array): Promise<boolean> {
  const attempts = [
    async () => void readSafetensors(file),
    async () => {
      const opened = await SafetensorsFile.open(bytesInMemory(file));
      for (const name of opened.header.tensors.keys()) {
        await opened.read(name);
      }
    }
  ];
  const refused: boolean[] = [];
  for (const attempt of attempts) {
    try {
      await attempt();
      refused.push(false);
    } catch (error) {
      expect(error).toBeInstanceOf(StoryError);
      expect(error).toMatchObject({ code: 'bad_weights' });
      refused.push(true);
    }
  }
  expect(refused[0]).toBe(refused[1]);
  return refused[0] === true;
}

describe('safetensors, any arrays', () => {
  it('should come back as they went', () => {
    fc.assert(
      fc.property(anyTensors, anyMetadata, (tensors, metadata) => {
        const read = readSafetensors(writeSafetensors(tensors, metadata));
        expect({ ...read.metadata }).toEqual({ ...metadata });
        expect([...read.tensors.keys()].sort()).toEqual(Object.keys(tensors).sort());
        for (const [name, tensor] of Object.entries(tensors)) {
          const back = read.tensors.get(name);
          expect(back).toMatchObject({ dtype: tensor.dtype, shape: tensor.shape });
          expect(back === undefined ? null : rawBytes(back)).toEqual(rawBytes(tensor));
        }
      })
    );
  });

  it('should be refused when cut short anywhere', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyTensors,
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        async (tensors, share) => {
          const file = writeSafetensors(tensors, { some: 'metadata' });
          expect(await isRefused(file.slice(0, Math.floor(share * file.length)))).toBe(true);
        }
      )
    );
  });

  it('should be refused when bytes are appended', async () => {
    await fc.assert(
      fc.asyncProperty(anyTensors, fc.uint8Array({ minLength: 1, maxLength: 20 }), async (tensors, more) => {
        const file = writeSafetensors(tensors, {});
        expect(await isRefused(Uint8Array.of(...file, ...more))).toBe(true);
      })
    );
  });

  it('should be read or refused, never anything else, when bytes of length and header change', async () => {
    const changes = fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(anyTensors, changes, async (tensors, list) => {
        const file = writeSafetensors(tensors, { some: 'metadata' });
        const header = 8 + Number(new DataView(file.buffer).getBigUint64(0, true));
        for (const [at, byte] of list) {
          file[at % header] = byte;
        }
        await isRefused(file);
      }),
      { numRuns: 300 }
    );
  });

  it('should be read or refused, never anything else, when there is only noise', async () => {
    const facts = fc.record({
      dtype: fc.oneof(fc.constantFrom(...DTYPES), fc.anything()),
      shape: fc.oneof(shapes, fc.anything()),
      data_offsets: fc.oneof(fc.tuple(fc.nat({ max: 20 }), fc.nat({ max: 20 })), fc.anything())
    });
    const header = fc.oneof(fc.dictionary(fc.string(), fc.oneof(facts, fc.anything())), fc.anything());
    await fc.assert(
      fc.asyncProperty(header, fc.uint8Array({ maxLength: 30 }), async (value, data) => {
        const text = JSON.stringify(value, (_key, part: unknown) =>
          typeof part === 'bigint' ? Number(part) : part
        );
        const json = new TextEncoder().encode(text ?? '');
        const length = new Uint8Array(8);
        new DataView(length.buffer).setBigUint64(0, BigInt(json.length), true);
        await isRefused(Uint8Array.of(...length, ...json, ...data));
      }),
      { numRuns: 300 }
    );
  });
});
