import { named } from '../../src/core/arrays';
import { decodeFrame, encodeFrame, FrameReader, type Header } from '../../src/protocol/frames';

const HELLO: Header = { v: 1, id: 1, kind: 'hello' };

/** A frame with the given header text and bytes behind it, however wrong. */
function raw(header: string | Uint8Array, rest = new Uint8Array(0)): Uint8Array {
  const text = typeof header === 'string' ? new TextEncoder().encode(header) : header;
  const frame = new Uint8Array(8 + text.length + rest.length);
  new DataView(frame.buffer).setUint32(0, text.length, true);
  new DataView(frame.buffer).setUint32(4, frame.length, true);
  frame.set(text, 8);
  frame.set(rest, 8 + text.length);
  return frame;
}

function rawArray(entry: object): Uint8Array {
  const text = JSON.stringify({ ...HELLO, arrays: { a: entry } }).padEnd(192, ' ');
  return raw(text, new Uint8Array(16));
}

const GOOD = { dtype: 'f32', shape: [2, 2], axes: ['query', 'source'], offset: 200, bytes: 16 };

describe('encodeFrame', () => {
  it('should write the bytes of docs/protocol.md', () => {
    const text = '{"v":1,"id":1,"kind":"hello"}';
    expect([...encodeFrame(HELLO)]).toEqual([29, 0, 0, 0, 37, 0, 0, 0, ...new TextEncoder().encode(text)]);
  });

  it('should begin every array at a multiple of 8', () => {
    const frame = encodeFrame(HELLO, {
      a: named(['x'], [3], Uint8Array.of(1, 2, 3)),
      b: named(['y'], [1], Float64Array.of(0.5))
    });
    const header = JSON.parse(new TextDecoder().decode(frame.subarray(8, 8 + (frame[0] ?? 0))));
    expect(header.arrays.a.offset % 8).toBe(0);
    expect(header.arrays.b.offset).toBe(header.arrays.a.offset + 8);
    expect(frame.length).toBe(header.arrays.b.offset + 8);
  });

  it.each([NaN, Infinity])('should refuse %d in a header', value => {
    expect(() => encodeFrame({ ...HELLO, error: value })).toThrow(/^error in a header is/);
  });
});

describe('decodeFrame', () => {
  it('should keep NaN, unaligned views and empty arrays', () => {
    const norms = named(['query', 'source'], [1, 2], Float32Array.of(NaN, 1.5));
    const frame = encodeFrame(HELLO, { norms, none: named(['x'], [0], new Uint16Array(0)) });
    const shifted = new Uint8Array(frame.length + 3);
    shifted.set(frame, 3);
    const { arrays } = decodeFrame(shifted.subarray(3));
    expect(arrays['norms']).toEqual(norms);
    expect(arrays['none']?.shape).toEqual([0]);
  });

  it('should take another version, so that hello can answer which side to upgrade', () => {
    expect(decodeFrame(encodeFrame({ ...HELLO, v: 2 })).header.v).toBe(2);
  });

  it.each<[string, Uint8Array, RegExp]>([
    ['nothing', new Uint8Array(3), /at least 8 bytes, this one has 3/],
    ['a header longer than the frame', Uint8Array.of(9, 0, 0, 0, 8, 0, 0, 0), /9 bytes does not fit/],
    ['text', new TextEncoder().encode('hello world'), /too long/],
    ['a wrong total', raw('{}').slice(0, 9), /says it has 10 bytes and has 9/],
    ['no JSON', raw('{'), /not JSON/],
    ['a byte order mark', raw('\ufeff{"v":1,"id":1,"kind":"bye"}'), /not JSON/],
    ['no UTF-8', raw(Uint8Array.of(0x22, 0xff, 0x22)), /not JSON in UTF-8/],
    ['a list', raw('[]'), /not a JSON object/],
    ['NaN', raw('{"v":1,"id":1,"kind":"x","a":NaN}'), /not JSON/],
    ['no id', raw('{"v":1,"kind":"x"}'), /id nothing/],
    ['a negative id', raw('{"v":1,"id":-1,"kind":"x"}'), /id -1/],
    ['bytes that belong to nothing', raw(JSON.stringify(HELLO), new Uint8Array(5)), /5 bytes at the end/],
    ['arrays that are none', raw('{"v":1,"id":1,"kind":"x","arrays":[]}'), /not an object/],
    ['an unknown dtype', rawArray({ ...GOOD, dtype: 'f16' }), /f32, f64, i32, u16, u8/],
    ['a dtype from the prototype', rawArray({ ...GOOD, dtype: 'toString' }), /needs dtype/],
    ['too few axes', rawArray({ ...GOOD, axes: ['query'] }), /needs dtype/],
    ['bytes that the shape does not give', rawArray({ ...GOOD, bytes: 12 }), /needs dtype/],
    ['a negative length', rawArray({ ...GOOD, shape: [-2, -2] }), /needs dtype/],
    ['an offset in the header', rawArray({ ...GOOD, offset: 8 }), /should begin at 200/],
    ['an end outside', rawArray({ ...GOOD, shape: [2, 4], bytes: 32 }), /end within 216/],
    ['nothing of an array', rawArray({}), /needs dtype/]
  ])('should refuse %s', (_, bytes, message) => {
    expect(() => decodeFrame(bytes)).toThrow(expect.objectContaining({ code: 'bad_frame' }));
    expect(() => decodeFrame(bytes)).toThrow(message);
  });

  it('should take the array that the refused ones differ from', () => {
    expect(decodeFrame(rawArray(GOOD)).arrays['a']?.shape).toEqual([2, 2]);
  });
});

describe('FrameReader', () => {
  describe('#push', () => {
    it('should refuse a lying length before allocating for it', () => {
      const lying = Uint8Array.of(255, 255, 255, 255, 255, 255, 255, 255);
      expect(() => new FrameReader().push(lying)).toThrow(expect.objectContaining({ code: 'bad_frame' }));
    });

    it('should know how much of a frame is still on its way', () => {
      const reader = new FrameReader();
      const frame = encodeFrame(HELLO);
      expect(reader.push(frame.subarray(0, 20))).toEqual([]);
      expect(reader.pending).toBe(20);
      expect(reader.push(frame.subarray(20))).toEqual([{ header: HELLO, arrays: {} }]);
      expect(reader.pending).toBe(0);
    });
  });
});
