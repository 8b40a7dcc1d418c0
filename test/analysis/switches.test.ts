import { distributions, headMatrices, layoutOf } from '../../src/analysis/switches';
import { DEFAULT_SWITCHES, type Switches } from '../../src/analysis/options';
import { sentence } from './sentence';

const PIECES = sentence('[CLS]', 'is', '##hma', 'sea', '[SEP]');
/** [query, source]; row sums 10, 10, 20, 10, 10. */
const MAP = Float32Array.of(
  ...[2, 2, 2, 2, 2],
  ...[4, 1, 1, 3, 1],
  ...[2, 4, 4, 2, 8],
  ...[1, 1, 2, 5, 1],
  ...[1, 2, 3, 4, 0]
);
const switches = (changes: Partial<Switches>): Switches => ({ ...DEFAULT_SWITCHES, ...changes });

function rowsOf(matrix: ArrayLike<number>, width: number): number[][] {
  return Array.from({ length: matrix.length / width }, (_, row) =>
    Array.from({ length: width }, (_, column) => matrix[row * width + column] ?? NaN)
  );
}

describe('headMatrices', () => {
  it('should normalise rows by default', () => {
    const { attention, attribution, queries, sources } = headMatrices(MAP, MAP, PIECES, switches({}));
    expect(Array.from(queries)).toEqual([0, 1, 2, 3, 4]);
    expect(Array.from(sources)).toEqual([0, 1, 2, 3, 4]);
    expect(rowsOf(attention, 5)[2]).toEqual([0.1, 0.2, 0.2, 0.1, 0.4].map(Math.fround));
    expect(attribution).toEqual(attention);
  });

  it('should sum the source pieces of a word and average its query pieces', () => {
    const { attention, items } = headMatrices(MAP, null, PIECES, switches({ units: 'words' }));
    expect(items.map(item => item.label)).toEqual(['[CLS]', 'ishma', 'sea', '[SEP]']);
    // Rows .4 .2 .3 .1 and .1 .4 .1 .4.
    expect(rowsOf(attention, 4)[1]).toEqual([0.25, 0.3, 0.2, 0.25].map(Math.fround));
  });

  it('should drop special sources alone under no_sources', () => {
    const { attention, queries, sources } = headMatrices(
      MAP,
      null,
      PIECES,
      switches({ special: 'no_sources' })
    );
    expect(Array.from(queries)).toEqual([0, 1, 2, 3, 4]);
    expect(Array.from(sources)).toEqual([1, 2, 3]);
    expect(rowsOf(attention, 3)[1]).toEqual([0.2, 0.2, 0.6].map(Math.fround));
  });

  it('should drop special queries too under drop', () => {
    const { queries, sources } = headMatrices(MAP, null, PIECES, switches({ special: 'drop' }));
    expect(Array.from(queries)).toEqual([1, 2, 3]);
    expect(Array.from(sources)).toEqual([1, 2, 3]);
  });

  it('should leave the own item out of the row and show no value there', () => {
    const { attention } = headMatrices(MAP, null, PIECES, switches({ own: 'drop' }));
    expect(rowsOf(attention, 5)[3]).toEqual([0.2, 0.2, 0.4, NaN, 0.2].map(Math.fround));
  });

  it('should take a whole word for the own item of its query', () => {
    const { attention } = headMatrices(MAP, null, PIECES, switches({ own: 'drop', units: 'words' }));
    // .25 .3 .2 .25 without the second.
    expect(rowsOf(attention, 4)[1]).toEqual([25 / 70, NaN, 20 / 70, 25 / 70].map(Math.fround));
  });

  it('should merge before it drops, and normalise attribution over all pieces before it merges', () => {
    // Row 2 counts as much as row 1 although its norms are twice as large.
    const { attribution } = headMatrices(MAP, MAP, PIECES, switches({ special: 'drop', units: 'words' }));
    expect(rowsOf(attribution ?? [], 2)[0]).toEqual([0.6, 0.4].map(Math.fround));
  });

  it('should give no attribution without norms', () => {
    expect(headMatrices(MAP, null, PIECES, DEFAULT_SWITCHES).attribution).toBeNull();
  });
});

describe('distributions', () => {
  it('should give NaN for a row that was not computed, and for the word that it is part of', () => {
    const map = MAP.slice();
    map[10] = NaN;
    const pieces = distributions(map, layoutOf(PIECES, DEFAULT_SWITCHES));
    expect(rowsOf(pieces, 5)[2]).toEqual([NaN, NaN, NaN, NaN, NaN]);
    expect(rowsOf(pieces, 5)[1]?.[0]).toBe(0.4);
    const words = distributions(map, layoutOf(PIECES, switches({ units: 'words' })));
    expect(rowsOf(words, 4)[1]).toEqual([NaN, NaN, NaN, NaN]);
  });

  it('should give NaN for a row with nothing in what is kept', () => {
    const map = Float32Array.of(...[1, 0, 1], ...[1, 0, 1], ...[1, 0, 1]);
    const layout = layoutOf(sentence('[CLS]', 'sea', '[SEP]'), switches({ special: 'drop' }));
    expect(Array.from(distributions(map, layout))).toEqual([NaN]);
  });

  it('should have nothing to show where nothing but special pieces is there', () => {
    const layout = layoutOf(sentence('[CLS]', '[SEP]'), switches({ special: 'drop' }));
    expect(distributions(Float32Array.of(0.5, 0.5, 0.5, 0.5), layout)).toHaveLength(0);
  });
});
