import { csvChunks } from '../../src/story/csv';
import { storyData } from '../../src/story/memory';
import { sentence } from '../analysis/sentence';
import { exactStory } from './example';

const { document } = exactStory('golden-tiny/cat');
const small = {
  document: {
    ...document,
    pieces: sentence('"', ','),
    model: { ...document.model, layers: 1, heads: 2 },
    method: { ...document.method, mode: 'sampled', samples: 4 }
  },
  heads: null,
  attention: Float32Array.of(0.25, 0.75, 1, 0, 0.5, 0.5, 0.123456789, 0.876543211),
  norms: Float32Array.of(1, 3, 2, 2, NaN, NaN, 1e-8, 1),
  error: Float32Array.of(0.1, 0.2, 0.3, 0.4, NaN, NaN, 0.7, 0.8),
  groups: null,
  results: []
} as const;

describe('csvChunks', () => {
  it('should write the columns, then a chunk for every head', () => {
    const [columns, ...heads] = [...csvChunks(storyData(small))];
    expect(columns).toBe('layer,head,query,source,query_piece,source_piece,attention,attribution,error\n');
    expect(heads).toEqual([
      [
        '0,0,0,0,"""","""",0.25,0.25,0.1',
        '0,0,0,1,"""",",",0.75,0.75,0.2',
        '0,0,1,0,",","""",1,0.5,0.3',
        '0,0,1,1,",",",",0,0.5,0.4\n'
      ].join('\n'),
      [
        '0,1,0,0,"""","""",0.5,,',
        '0,1,0,1,"""",",",0.5,,',
        '0,1,1,0,",","""",0.123457,1e-8,0.7',
        '0,1,1,1,",",",",0.876543,1,0.8\n'
      ].join('\n')
    ]);
  });

  it('should write errors of 0 for what is exact', () => {
    const exact = { ...small, document: { ...small.document, method: document.method }, error: null };
    const [, first] = [...csvChunks(storyData(exact))];
    expect(first?.split('\n')[0]).toMatch(/0\.25,0$/);
  });
});
