import { StoryError } from '../../src/core/errors';
import { DEFAULT_SWITCHES } from '../../src/analysis/options';
import type { StoryContents } from '../../src/story/contents';
import { readStory, writeStory } from '../../src/story/file';
import { storyData } from '../../src/story/memory';
import { writeSafetensors, type Tensor } from '../../src/weights/safetensors';
import { exactStory, sampledStory } from './example';

const KEYS = 'golden-minilm/keys';
const CAT = 'golden-tiny/cat';
const PEARSON = { measure: 'pearson', ...DEFAULT_SWITCHES } as const;

describe('writeStory', () => {
  it('should write what readStory reads: document, maps, groups', () => {
    const story = sampledStory(KEYS);
    expect(readStory(writeStory(story))).toEqual(story);
  });

  it('should keep NaN where rows were not computed', () => {
    const story = exactStory(CAT);
    const norms = story.norms?.map((value, cell) => (cell < 9 ? NaN : value)) ?? null;
    expect(readStory(writeStory({ ...story, norms })).norms).toEqual(norms);
  });

  it('should keep attention alone', () => {
    const story = sampledStory(CAT);
    const { document } = story;
    const attentionAlone = {
      ...story,
      document: { ...document, method: { ...document.method, samples: 0 } },
      norms: null,
      error: null,
      groups: null
    };
    expect(readStory(writeStory(attentionAlone))).toEqual(attentionAlone);
  });

  it('should keep norms of hidden states', () => {
    const story = exactStory(CAT);
    const hiddenNorms = Float32Array.from({ length: 3 * 9 * 9 }, (_, cell) => cell / 7);
    expect(readStory(writeStory({ ...story, hiddenNorms })).hiddenNorms).toEqual(hiddenNorms);
    const wrong = { ...story, hiddenNorms: hiddenNorms.subarray(9 * 9) };
    expect(() => readStory(writeStory(wrong))).toThrow();
  });

  it('should keep measures that came along, with their errors', () => {
    const story = sampledStory(CAT);
    const result = storyData(story).measure(PEARSON);
    if (result === null) {
      throw new Error('all heads are there');
    }
    expect(result.curve[2]).toBeGreaterThan(0);
    const read = readStory(writeStory({ ...story, groups: null, results: [result] }));
    expect(read.results).toEqual([result]);
    expect(read.document).toEqual(story.document);
    expect(storyData(read).measure(PEARSON)).toEqual(result);
    expect(storyData(read).measure({ ...PEARSON, own: 'drop' })?.curve[2]).toBeNaN();
  });
});

describe('readStory', () => {
  const story = exactStory(CAT);
  const { document } = story;
  const shape = [3, 4, 9, 9];
  const floats = (length: number, ofShape: readonly number[]): Tensor => ({
    dtype: 'F32',
    shape: ofShape,
    data: new Float32Array(length)
  });
  const maps = { attention: floats(972, shape), norms: floats(972, shape) };
  const file = (tensors: Record<string, Tensor>, json: unknown = document) =>
    writeSafetensors(tensors, { bertstory: typeof json === 'string' ? json : JSON.stringify(json) });

  const refused: readonly [string, () => Uint8Array, string][] = [
    ['no safetensors file', () => new Uint8Array(100), 'its header would have 0 bytes'],
    ['a file without a document', () => writeSafetensors(maps, {}), 'without the document of a story'],
    ['a document that is not JSON', () => file(maps, '{'), 'its document is not JSON'],
    ['a field of the wrong kind', () => file(maps, { ...document, text: 3 }), 'text is 3, not string'],
    [
      'an unknown option',
      () => file(maps, { ...document, method: { ...document.method, norm: 'max' } }),
      'method.norm is "max"'
    ],
    ['no attention', () => file({ norms: maps.norms }), 'it has no attention'],
    ['no norms', () => file({ attention: maps.attention }), 'it has no norms of 32 samples'],
    [
      'a map of another shape',
      () => file({ ...maps, norms: floats(3 * 4 * 81, [3, 4, 81]) }),
      'norms is [3, 4, 81], the document needs [3, 4, 9, 9]'
    ],
    [
      'codes without a scale',
      () => file({ ...maps, norms: { dtype: 'U8', shape, data: new Uint8Array(972) } }),
      'norms is U8, not F32'
    ],
    [
      'half floats, which are no codes',
      () => file({ ...maps, norms: { dtype: 'F16', shape, data: new Uint16Array(972) } }),
      'norms is F16, not F32'
    ],
    [
      'a head that the model does not have',
      () => file({ ...maps, heads: { dtype: 'I32', shape: [3], data: Int32Array.of(0, 4, 0) } }),
      'heads are not numbers from 0 to 3'
    ],
    [
      'more groups than there are',
      () => file({ ...maps, groups: floats(9 * 972, [9, ...shape]) }),
      'it has 9 direction groups'
    ]
  ];
  it.each(refused)('should refuse %s', (_, make, sentence) => {
    expect(() => readStory(make())).toThrow(sentence);
    expect(() => readStory(make())).toThrow(expect.objectContaining({ code: 'bad_file' }));
  });

  it('should say of a newer file to upgrade', () => {
    const read = () => readStory(file(maps, { version: 2 }));
    expect(read).toThrow('version 2 of the file format, this is version 1');
    expect(read).toThrow(StoryError);
  });

  it('should refuse every truncation of a file', () => {
    const whole = writeStory(story);
    for (const length of [0, 4, 8, 200, whole.length - 4, whole.length - 1]) {
      expect(() => readStory(whole.subarray(0, length))).toThrow(StoryError);
    }
  });

  it('should take a summary that Python left out', () => {
    const summary = { measures: ['pearson'], switches: [DEFAULT_SWITCHES] };
    const read: StoryContents = readStory(file(maps, { ...document, summary }));
    expect(read.results).toEqual([]);
  });
});
