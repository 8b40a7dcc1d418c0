// What tokens are called at axes, in sentences and in chips.

import { itemsOf } from '../../../src/analysis/units';
import { namesOf, overlapping } from '../../../src/views/spec/names';
import { piecesOf } from './story';

const SINGLE = piecesOf(['[CLS]', 'the', 'is', '##hma', '##el', 'the', '[SEP]']);
const PAIR = piecesOf(
  ['[CLS]', 'the', 'bank', 'the', '[SEP]', 'the', 'bank', '[SEP]'],
  [0, 0, 0, 0, 0, 1, 1, 1]
);

describe('names', () => {
  it('should mark pieces that continue a word, and number repeated ones from 0', () => {
    const names = namesOf(itemsOf(SINGLE, 'pieces'), false);
    expect(names.map(name => name.axis)).toEqual(['[CLS]', 'the', 'is', '·hma', '·el', 'the', '[SEP]']);
    expect(names.map(name => name.full)).toEqual(['[CLS]', 'the₁', 'is', '·hma', '·el', 'the₅', '[SEP]']);
  });

  it('should join words', () => {
    const names = namesOf(itemsOf(SINGLE, 'words'), false);
    expect(names.map(name => name.full)).toEqual(['[CLS]', 'the₁', 'ishmael', 'the₃', '[SEP]']);
  });

  it('should say the segment in pairs, and number only what is repeated within it', () => {
    expect(namesOf(itemsOf(PAIR, 'pieces'), true).map(name => name.full)).toEqual([
      '[CLS]',
      'the₁ (A)',
      'bank (A)',
      'the₃ (A)',
      '[SEP] (A)',
      'the (B)',
      'bank (B)',
      '[SEP] (B)'
    ]);
  });

  describe('#overlapping()', () => {
    const pieces = itemsOf(SINGLE, 'pieces');
    const words = itemsOf(SINGLE, 'words');

    it('should go from pieces to their word, each once, and back to its first piece', () => {
      expect(overlapping(pieces, [4, 3, 5], words)).toEqual([2, 3]);
      expect(overlapping(words, [2], pieces)).toEqual([2]);
    });

    it('should leave out what there is none of', () => {
      expect(overlapping(pieces, [99], words)).toEqual([]);
    });
  });
});
