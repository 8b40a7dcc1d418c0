import { zlibSync } from 'fflate';

import { packStory, readCarrier, unpackStory } from '../../src/story/carrier';
import { writeStory } from '../../src/story/file';
import { exactStory } from './example';

const story = exactStory('golden-tiny/cat');

describe('unpackStory', () => {
  it('should read what packStory made', () => {
    expect(unpackStory(packStory(writeStory(story)))).toEqual(story);
  });

  it('should refuse what is no base64, not deflated, or cut short', () => {
    const packed = packStory(writeStory(story));
    expect(() => unpackStory('§')).toThrow('its data are no base64');
    expect(() => unpackStory(btoa('no zlib stream'))).toThrow('cannot be inflated');
    expect(() => unpackStory(packed.slice(0, 4 * Math.floor(packed.length / 8)))).toThrow(
      expect.objectContaining({ code: 'bad_file' })
    );
    expect(() => unpackStory('')).toThrow(expect.objectContaining({ code: 'bad_file' }));
  });

  it('should refuse kilobytes that unfold to fill the memory', () => {
    const bomb = zlibSync(new Uint8Array(80 * 1024 * 1024), { level: 9 });
    expect(bomb.length).toBeLessThan(200_000);
    const text = btoa(Array.from(bomb, byte => String.fromCharCode(byte)).join(''));
    expect(() => unpackStory(text)).toThrow('it unfolds to more than 67108864 bytes');
  });
});

describe('readCarrier', () => {
  const carrier = { version: 1, widget: 'abc', story: 'eA==', view: { version: 1 }, omitted: ['groups'] };

  it('should read the envelope, without a story too', () => {
    expect(readCarrier(carrier)).toEqual(carrier);
    expect(readCarrier({ ...carrier, widget: null, story: null })).toMatchObject({ story: null });
  });

  it('should refuse what is malformed, saying where', () => {
    expect(() => readCarrier(null)).toThrow('the data is null, not Object');
    expect(() => readCarrier({ ...carrier, story: 3 })).toThrow('story is 3');
    expect(() => readCarrier({ ...carrier, omitted: [1] })).toThrow('omitted.0 is 1');
    expect(() => readCarrier({ ...carrier, version: 2 })).toThrow('version is 2, not 1');
  });
});
