import { csvOf } from '../../../src/views/spec/csv';
import { FIGURE_NAMES, shownIn } from '../../../src/views/spec/page';
import { show } from '../../../src/views/spec/shown';
import { DEFAULT_STATE } from '../../../src/views/spec/state';
import { EXACT, goldenStory, PENDING, withoutAttribution } from './story';

const story = goldenStory('keys');
const state = { ...DEFAULT_STATE, heads: [[5, 0]], queries: [6] } as const;

describe('csvOf', () => {
  it('should write every cell of the shown maps', () => {
    const [header, ...lines] = csvOf('head', show(story, EXACT, state))
      .trimEnd()
      .split('\n');
    expect(header).toBe('layer,head,query,source,query_piece,source_piece,attention,attribution');
    expect(lines).toHaveLength(14 * 14);
    const cell = lines[6 * 14]?.split(',') ?? [];
    expect(cell.slice(0, 6)).toEqual(['5', '0', '6', '0', 'cabinet', '[CLS]']);
    expect(Number(cell[6])).toBeCloseTo(story.head(5, 0)?.attention[6 * 14] ?? NaN, 6);
    const row = lines.slice(6 * 14, 7 * 14).map(line => Number(line.split(',')[7]));
    expect(row.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 4);
  });

  it('should write what the switches leave, with the numbers of the tokens before anything is dropped', () => {
    const switches = { special: 'drop', own: 'drop', units: 'pieces' } as const;
    const lines = csvOf('head', show(story, EXACT, { ...state, switches }))
      .trimEnd()
      .split('\n')
      .slice(1);
    expect(lines).toHaveLength(12 * 12);
    expect(lines[0]).toBe('5,0,1,1,the,the,,');
  });

  it('should name the heads of a mean', () => {
    const heads = [
      [0, 3],
      [3, 4]
    ] as const;
    const line = csvOf('head', show(story, EXACT, { ...state, heads })).split('\n')[1] ?? '';
    expect(line).toMatch(/^0\.3 3\.4,,0,0,\[CLS\],\[CLS\],[\d.e-]+,[\d.e-]+$/);
  });

  it('should quote what would break a line', () => {
    const pieces = story.document.pieces.map((piece, i) => (i === 1 ? { ...piece, text: 'a,"b"\n' } : piece));
    const awkward = { ...story, document: { ...story.document, pieces } };
    const text = csvOf('head', show(awkward, EXACT, state));
    expect(text).toContain('5,0,0,1,[CLS],"a,""b""\n",');
  });

  const rows = (text: string) =>
    text
      .trimEnd()
      .split('\n')
      .map(line => line.split(','));

  it('should write a line a head, with its error and rank', () => {
    const [header, ...lines] = rows(csvOf('heads', show(story, EXACT, state)));
    expect(header).toEqual(['layer', 'head', 'measure', 'value', 'error', 'rank']);
    expect(lines).toHaveLength(72);
    const { heads } = story.measure({ measure: 'pearson', ...state.switches }) ?? {};
    const line = lines[5 * 12];
    expect(line?.slice(0, 3)).toEqual(['5', '0', 'pearson']);
    expect(Number(line?.[3])).toBeCloseTo(heads?.[5 * 12 * 3] ?? NaN, 6);
    expect(line?.slice(4)).toEqual(['0', '1']);
  });

  it('should write a line a layer for the curve, and for every measure', () => {
    const lines = rows(csvOf('curve', show(story, EXACT, state)));
    const { curve } = story.measure({ measure: 'pearson', ...state.switches }) ?? {};
    expect(lines[0]).toEqual(['layer', 'measure', 'mean', 'standard_deviation', 'error_95']);
    expect(lines).toHaveLength(7);
    expect(Number(lines[3]?.[2])).toBeCloseTo(curve?.[2 * 3] ?? NaN, 6);
    expect(Number(lines[3]?.[3])).toBeCloseTo(curve?.[2 * 3 + 1] ?? NaN, 6);
    const all = rows(csvOf('measures', shownIn('measures', story, EXACT, state)));
    expect(new Set(all.slice(1).map(line => line[1])).size).toBe(9);
    expect(all.slice(1, 7)).toEqual(lines.slice(1));
    const patterns = rows(csvOf('patterns', shownIn('patterns', story, EXACT, state)));
    expect(patterns.some(line => line[1] === 'attention.cls')).toBe(true);
    expect(patterns.some(line => line[1] === 'attribution.cls')).toBe(true);
  });

  it('should write a line a source for the sentence', () => {
    const shown = show(story, EXACT, { ...state, queries: [2, 6] });
    const lines = rows(csvOf('strip', shown));
    expect(lines[0]).toEqual(['query', 'source', 'source_piece', 'attention', 'attribution']);
    expect(lines[7]?.slice(0, 3)).toEqual(['2 6', '6', 'cabinet']);
    expect(Number(lines[7]?.[3])).toBeCloseTo(shown.reading?.attention[6] ?? NaN, 6);
    expect(lines).toHaveLength(15);
  });

  it.each(FIGURE_NAMES)('should write the header of %s alone before there is attribution', name => {
    const bare = withoutAttribution(story);
    const [header, ...lines] = rows(csvOf(name, shownIn(name, bare, PENDING, DEFAULT_STATE)));
    expect(header?.length).toBeGreaterThan(4);
    const shares = ['page', 'head', 'strip'].includes(name);
    expect(lines.length > 0).toBe(shares);
    expect(lines.every(line => line.at(-1) === '')).toBe(true);
  });
});
