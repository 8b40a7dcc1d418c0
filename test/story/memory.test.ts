import { DEFAULT_SWITCHES, type MeasureRequest } from '../../src/analysis/options';
import { measureStory } from '../../src/analysis/mismatch';
import { storyData, wholeOf } from '../../src/story/memory';
import { exactStory, sampledStory } from './example';

const PEARSON: MeasureRequest = { measure: 'pearson', ...DEFAULT_SWITCHES };

describe('storyData', () => {
  const story = exactStory('golden-tiny/cat');

  it('should show the maps of a head', () => {
    const maps = storyData(story).head(2, 3);
    const start = (2 * 4 + 3) * 81;
    expect(maps?.attention).toEqual(story.attention?.slice(start, start + 81));
    expect(maps?.norms).toEqual(story.norms?.slice(start, start + 81));
    expect(maps?.error).toBeNull();
  });

  it('should give the same objects at every call', () => {
    const data = storyData(story);
    expect(data.head(0, 0)).toBe(data.head(0, 0));
    expect(data.measure(PEARSON)).toBe(data.measure({ ...PEARSON }));
  });

  it('should measure as the whole maps do, with no error when exact', () => {
    const whole = wholeOf(story);
    const result = storyData(story).measure(PEARSON);
    expect(result).toEqual(whole && measureStory(whole, PEARSON));
    expect(result?.curve[2]).toBe(0);
  });

  it('should give an estimate the jackknife error where the groups are, else none', () => {
    const sampled = sampledStory('golden-tiny/cat');
    expect(storyData(sampled).measure(PEARSON)?.curve[2]).toBeGreaterThan(0);
    expect(storyData({ ...sampled, groups: null }).measure(PEARSON)?.curve[2]).toBeNaN();
  });

  it('should answer with a result that came along', () => {
    const result = { request: PEARSON, heads: new Float32Array(36), curve: new Float32Array(9) };
    expect(storyData({ ...story, results: [result] }).measure(PEARSON)).toBe(result);
  });

  it('should not have a head that is NaN, nor measure without it', () => {
    const attention = story.attention?.map((value, cell) => (cell < 81 ? NaN : value)) ?? null;
    const data = storyData({ ...story, heads: null, attention });
    expect(data.head(0, 0)).toBeNull();
    expect(data.head(0, 1)).not.toBeNull();
    expect(data.measure(PEARSON)).toBeNull();
  });
});
