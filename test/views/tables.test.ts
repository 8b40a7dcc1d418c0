import { tabSeparated } from '../../src/views/tables';

describe('tabSeparated', () => {
  it('should keep rows rows and cells cells, whatever the tokens are', () => {
    const text = tabSeparated({
      caption: '',
      columns: ['source', 'attention'],
      rows: [
        ['a\tb', '1'],
        ['c\r\nd', '2']
      ]
    });
    expect(text.split('\n').map(row => row.split('\t'))).toEqual([
      ['source', 'attention'],
      ['a b', '1'],
      ['c d', '2']
    ]);
  });
});
