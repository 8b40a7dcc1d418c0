import { itemsOf } from '../../src/analysis/units';
import { sentence } from './sentence';

describe('itemsOf', () => {
  const whale = sentence('[CLS]', 'call', 'is', '##hma', '##el', '.', '[SEP]');

  it('should make one item of every piece', () => {
    const items = itemsOf(whale, 'pieces');
    expect(items.map(item => item.pieces)).toEqual([[0], [1], [2], [3], [4], [5], [6]]);
    expect(items.map(item => item.label)).toEqual(['[CLS]', 'call', 'is', 'hma', 'el', '.', '[SEP]']);
    expect(items.map(item => item.continues)).toEqual([false, false, false, true, true, false, false]);
  });

  it('should join the pieces of a word', () => {
    const items = itemsOf(whale, 'words');
    expect(items.map(item => item.label)).toEqual(['[CLS]', 'call', 'ishmael', '.', '[SEP]']);
    expect(items[2]).toEqual({
      parts: ['is', 'hma', 'el'],
      label: 'ishmael',
      pieces: [2, 3, 4],
      segment: 0,
      special: false,
      word: 1,
      continues: false
    });
  });

  it('should keep special pieces apart, the ones in the middle too', () => {
    const items = itemsOf(sentence('[CLS]', 'one', '[SEP]', '|two', '##s', '[SEP]'), 'words');
    expect(items.map(item => item.pieces)).toEqual([[0], [1], [2], [3, 4], [5]]);
    expect(items.map(item => item.segment)).toEqual([0, 0, 0, 1, 1]);
  });

  it('should separate the parts of a given word by the spaces that it holds', () => {
    const [york, city] = sentence('york', 'city');
    const [dont] = sentence('don');
    if (york === undefined || city === undefined || dont === undefined) {
      throw new Error('the sentences have these pieces');
    }
    expect(itemsOf([york, { ...city, word: 0 }], 'words')[0]?.label).toBe('york city');
    const apostrophe = { ...dont, text: "'", start: 3, end: 4 };
    expect(itemsOf([dont, apostrophe], 'words')[0]?.label).toBe("don'");
    expect(itemsOf([dont, apostrophe], 'pieces')[1]?.continues).toBe(true);
    expect(itemsOf([york, { ...city, word: 0 }], 'pieces')[1]?.continues).toBe(false);
  });

  it('should leave a piece that is ## itself as it is', () => {
    expect(itemsOf(sentence('##'), 'pieces')[0]?.label).toBe('##');
  });
});
