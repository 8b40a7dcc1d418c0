// Maps as images: blocks keep their largest magnitude, and the PNG is one that others can read.

import { unzlibSync } from 'fflate';
import { base64, blockExtremes, enlarged, indexedPng, stepOf } from '../../../src/views/spec/raster';

describe('raster', () => {
  describe('#blockExtremes()', () => {
    it('should return the same values where they fit', () => {
      const values = Float32Array.of(1, 2, 3, 4);
      expect(blockExtremes(values, 2, 2, 2, 9).values).toBe(values);
    });

    it('should keep the value of largest magnitude, with its sign, and NaN only where all are', () => {
      const values = Float32Array.of(...[0.1, -0.5, NaN, NaN], ...[0.2, 0.3, NaN, NaN], ...[0, 0, NaN, 0.7]);
      const small = blockExtremes(values, 3, 4, 2, 2);
      expect([small.rows, small.columns]).toEqual([2, 2]);
      expect([...small.values]).toEqual([-0.5, NaN, 0, 0.7].map(Math.fround));
    });

    it('should shrink 512 to 256 a side and lose no peak', () => {
      const values = new Float32Array(512 * 512);
      values[300 * 512 + 17] = -1;
      const small = blockExtremes(values, 512, 512, 256, 256);
      expect([small.rows, small.columns]).toEqual([256, 256]);
      expect(small.values[150 * 256 + 8]).toBe(-1);
    });
  });

  it('should repeat pixels as blocks', () => {
    expect([...enlarged(Uint8Array.of(1, 2, 3, 4), 2, 2, 3, 1)]).toEqual([
      1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4
    ]);
    expect([...enlarged(Uint8Array.of(1, 2), 2, 1, 1, 2)]).toEqual([1, 2, 1, 2]);
  });

  it('should clamp values to the ramp and mark missing ones', () => {
    expect([-2, -1, 0, 1, 2, NaN].map(value => stepOf(value, [-1, 1]))).toEqual([0, 0, 128, 255, 255, -1]);
  });

  it('should write a PNG of palette colours', () => {
    const png = indexedPng(Uint8Array.of(0, 1, 1, 0, 1, 0), 3, 2, ['#ff0000', '#0000ff']);
    expect([...png.subarray(0, 8)]).toEqual([137, 80, 78, 71, 13, 10, 26, 10]);
    const view = new DataView(png.buffer);
    const chunks = new Map<string, Uint8Array>();
    for (let at = 8; at < png.length;) {
      const length = view.getUint32(at);
      chunks.set(String.fromCharCode(...png.subarray(at + 4, at + 8)), png.subarray(at + 8, at + 8 + length));
      at += length + 12;
    }
    expect([...chunks.keys()]).toEqual(['IHDR', 'PLTE', 'IDAT', 'IEND']);
    expect([...(chunks.get('PLTE') ?? [])]).toEqual([255, 0, 0, 0, 0, 255]);
    expect([...unzlibSync(chunks.get('IDAT') ?? new Uint8Array(0))]).toEqual([0, 0, 1, 1, 0, 0, 1, 0]);
    // The checksum of an empty IEND is known.
    expect(view.getUint32(png.length - 4)).toBe(0xae426082);
  });

  it('should encode base64 as everybody does', () => {
    for (const text of ['', 'a', 'ab', 'abc', 'any carnal pleas']) {
      const bytes = new TextEncoder().encode(text);
      expect(base64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
    }
  });
});
