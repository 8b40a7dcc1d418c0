// Any frame in any chunks comes out the same; anything else is refused, never a crash.
import fc from 'fast-check';

import { type NamedArray, sizeOf } from '../../src/core/arrays';
import { StoryError } from '../../src/core/errors';
import { decodeFrame, encodeFrame, FrameReader, type Frame } from '../../src/protocol/frames';

const TYPES = [Float32Array, Float64Array, Int32Array, Uint16Array, Uint8Array] as const;

const array: fc.Arbitrary<NamedArray> = fc
  .record({
    shape: fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 3 }),
    type: fc.constantFrom(...TYPES),
    seed: fc.float()
  })
  .map(({ shape, type, seed }) => {
    const data = new type(sizeOf(shape));
    return { axes: shape.map((_, axis) => `axis${axis}`), shape, data: data.fill(seed) };
  });

const frame: fc.Arbitrary<Frame> = fc
  .record({
    id: fc.nat(),
    kind: fc.string({ unit: 'binary' }),
    fields: fc.dictionary(fc.string(), fc.jsonValue({ noUnicodeString: false }), { maxKeys: 4 }),
    arrays: fc.dictionary(fc.string(), array, { maxKeys: 4 })
  })
  .map(({ id, kind, fields, arrays }) => {
    // Through JSON, so that -0 and the like are what a header can hold; undefined is left out.
    const rest = JSON.parse(JSON.stringify({ ...fields, arrays: undefined }));
    return { header: { ...rest, v: 1, id, kind }, arrays };
  });

function chunks(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const ends = [...cuts.map(cut => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  return ends.map((end, index) => bytes.slice(ends[index - 1] ?? 0, end));
}

function plain({ header, arrays }: Frame): unknown {
  const list = Object.entries(arrays).map(([name, { axes, shape, data }]) => [
    name,
    { axes, shape, type: data.constructor.name, data: [...data] }
  ]);
  return {
    header: Object.entries(header).sort(([a], [b]) => (a < b ? -1 : 1)),
    arrays: Object.fromEntries(list)
  };
}

describe('frames', () => {
  it('should come out of any chunks as they went in', () => {
    fc.assert(
      fc.property(
        fc.array(frame, { maxLength: 4 }),
        fc.array(fc.nat(), { maxLength: 12 }),
        (frames, cuts) => {
          const stream = Uint8Array.from(
            frames.flatMap(({ header, arrays }) => [...encodeFrame(header, arrays)])
          );
          const reader = new FrameReader();
          const read = chunks(stream, cuts).flatMap(chunk => reader.push(chunk));
          expect(read.map(plain)).toEqual(frames.map(plain));
          expect(reader.pending).toBe(0);
        }
      ),
      { seed: 1, numRuns: 300 }
    );
  });

  it('should be refused with bad_frame, or read, when bytes are changed', () => {
    fc.assert(
      fc.property(
        frame,
        fc.array(fc.record({ at: fc.nat(), byte: fc.integer({ min: 0, max: 255 }) }), {
          minLength: 1,
          maxLength: 6
        }),
        fc.nat(),
        ({ header, arrays }, changes, cut) => {
          const bytes = encodeFrame(header, arrays);
          changes.forEach(({ at, byte }) => (bytes[at % bytes.length] = byte));
          expect(whatBecomesOf(() => decodeFrame(bytes))).toMatch(/read|bad_frame/);
          expect(whatBecomesOf(() => decodeFrame(bytes.slice(0, cut % bytes.length)))).toBe('bad_frame');
        }
      ),
      { seed: 2, numRuns: 500 }
    );
  });

  it('should be refused or waited for when the stream is noise', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), noise => {
        expect(whatBecomesOf(() => new FrameReader().push(noise))).toMatch(/read|bad_frame/);
      }),
      { seed: 3 }
    );
  });
});

function whatBecomesOf(read: () => unknown): string {
  try {
    read();
    return 'read';
  } catch (error) {
    return error instanceof StoryError ? error.code : String(error);
  }
}
