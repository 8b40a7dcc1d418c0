import { embed } from '../../src/model/embed';
import { tinyModel, type Model } from '../compute-fixture';

describe('embed', () => {
  let model: Model;
  beforeAll(async () => {
    model = await tinyModel();
  });

  const embedded = (ids: number[], segments = ids.map(() => 0)): ReturnType<typeof embed> =>
    embed(model.config, model.parameters, Int32Array.from(ids), Int32Array.from(segments));

  it('should add word, position and segment before the norm', () => {
    const { config, parameters } = model;
    const { sum } = embedded([7, 9], [0, 1]);
    for (let c = 0; c < config.width; c++) {
      const due =
        (parameters.words[9 * config.width + c] ?? NaN) +
        (parameters.positions[config.width + c] ?? NaN) +
        (parameters.segments[config.width + c] ?? NaN);
      expect(sum[config.width + c]).toBeCloseTo(due, 6);
    }
  });

  it('should refuse an id, a segment or a length that the model does not have', () => {
    expect(() => embedded([101])).toThrow('the piece id 101 does not fit the model, which takes 0 to 100');
    expect(() => embedded([1], [2])).toThrow('the segment 2 does not fit the model, which takes 0 to 1');
    expect(() => embedded([])).toThrow('the number of tokens 0');
    expect(() => embedded(new Array(65).fill(1))).toThrow(
      'the number of tokens 65 does not fit the model, which takes 1 to 64'
    );
  });
});
