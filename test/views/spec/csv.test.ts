import { csvOf } from '../../../src/views/spec/csv';
import { show } from '../../../src/views/spec/shown';
import { DEFAULT_STATE } from '../../../src/views/spec/state';
import { EXACT, goldenStory } from './story';

const story = goldenStory('keys');
const state = { ...DEFAULT_STATE, heads: [[5, 0]], queries: [6] } as const;

describe('csvOf', () => {
  it('should write every cell of the shown maps', () => {
    const [header, ...lines] = csvOf(show(story, EXACT, state))
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
    const lines = csvOf(show(story, EXACT, { ...state, switches }))
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
    const line = csvOf(show(story, EXACT, { ...state, heads })).split('\n')[1] ?? '';
    expect(line).toMatch(/^0\.3 3\.4,,0,0,\[CLS\],\[CLS\],[\d.e-]+,[\d.e-]+$/);
  });

  it('should quote what would break a line', () => {
    const pieces = story.document.pieces.map((piece, i) => (i === 1 ? { ...piece, text: 'a,"b"\n' } : piece));
    const awkward = { ...story, document: { ...story.document, pieces } };
    const text = csvOf(show(awkward, EXACT, state));
    expect(text).toContain('5,0,0,1,[CLS],"a,""b""\n",');
  });
});
