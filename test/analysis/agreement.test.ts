// Measures against the reference, and the mean Pearson per layer that is known for the demo sentence.

import { measureStory, type AtlasMaps } from '../../src/analysis/mismatch';
import {
  DEFAULT_SWITCHES,
  MEASURES,
  OWN,
  SPECIAL,
  UNITS,
  type MeasureName,
  type Switches
} from '../../src/analysis/options';
import { readArrays, readGolden, type Golden } from '../golden';

/** Of values up to 1 that were rounded to float32. */
const ROUNDING = 5e-7;

const NAMES = [
  'golden-minilm/keys',
  'golden-minilm/bank',
  'golden-tiny/cat',
  'golden-tiny/pair',
  'golden-tiny/unknown'
];
const REFERENCED: readonly MeasureName[] = [
  'pearson',
  'spearman',
  'kendall',
  'cosine',
  'jensen_shannon',
  'kullback_leibler',
  'total_variation'
];

function mapsOf(golden: Golden): AtlasMaps {
  return {
    layers: golden.layers,
    heads: golden.heads,
    width: golden.width,
    pieces: golden.pieces,
    attention: Float32Array.from(golden.array('attention')),
    norms: Float32Array.from(golden.array('frobenius')),
    groups: null,
    samples: golden.width
  };
}

function rowsOf(golden: Golden, measure: MeasureName, switches: Switches): Float32Array {
  const { rows } = measureStory(mapsOf(golden), { measure, ...switches }, { rows: true });
  return rows ?? new Float32Array();
}

/** NaN when one side alone is NaN. */
function largestDifference(values: ArrayLike<number>, expected: ArrayLike<number>): number {
  expect(values).toHaveLength(expected.length);
  return Math.max(
    ...Array.from(values, (value, k) =>
      Object.is(value, expected[k]) ? 0 : Math.abs(value - (expected[k] ?? NaN))
    )
  );
}

describe('measureStory', () => {
  describe.each(NAMES)('on %s', name => {
    const golden = readGolden(name);

    it.each(REFERENCED)('should give the reference rows of %s over all sources', measure => {
      const rows = rowsOf(golden, measure, DEFAULT_SWITCHES);
      const expected = golden.array(`agreement.all.${measure}`);
      expect(largestDifference(rows, expected)).toBeLessThan(ROUNDING);
    });

    // The reference of `unknown` counts [UNK] as special.
    if (name !== 'golden-tiny/unknown') {
      it.each(REFERENCED)('should give the reference rows of %s without special sources', measure => {
        const rows = rowsOf(golden, measure, { ...DEFAULT_SWITCHES, special: 'no_sources' });
        const expected = golden.array(`agreement.words.${measure}`);
        expect(largestDifference(rows, expected)).toBeLessThan(ROUNDING);
      });
    }
  });

  const settings = SPECIAL.flatMap(special =>
    OWN.flatMap(own => UNITS.map(units => ({ special, own, units })))
  );
  const switched = [
    ['golden-minilm/keys', 'golden-switches/keys'],
    ['golden-tiny/pair', 'golden-switches/pair'],
    ['golden-tiny/unknown', 'golden-switches/unknown'],
    ['golden-tiny/empty', 'golden-switches/empty']
  ] as const;
  describe.each(switched)('on %s', (name, expectedName) => {
    const maps = mapsOf(readGolden(name));
    const expected = readArrays(expectedName);

    it.each(MEASURES)('should give the reference heads of %s under every switch', measure => {
      for (const switches of settings) {
        const { heads } = measureStory(maps, { measure, ...switches });
        const { special, own, units } = switches;
        const reference = expected.array(`${measure}/${special}/${own}/${units}`);
        const valueAndMissing = Array.from(heads).filter((_, k) => k % 3 !== 1);
        expect(largestDifference(valueAndMissing, reference)).toBeLessThan(ROUNDING);
      }
    });
  });

  const known: readonly [Partial<Switches>, readonly number[]][] = [
    [{}, [0.816, 0.552, 0.462, 0.353, 0.295, 0.505]],
    [{ own: 'drop' }, [0.995, 0.679, 0.576, 0.451, 0.383, 0.535]],
    [{ special: 'drop' }, [0.672, 0.79, 0.78, 0.593, 0.588, 0.715]],
    [{ special: 'no_sources' }, [0.718, 0.804, 0.79, 0.602, 0.589, 0.716]]
  ];
  it.each(known)('should give the known layer means of the demo sentence under %j', (switches, means) => {
    const { curve } = measureStory(mapsOf(readGolden('golden-minilm/keys')), {
      measure: 'pearson',
      ...DEFAULT_SWITCHES,
      ...switches
    });
    means.forEach((mean, layer) => expect(curve[layer * 3]).toBeCloseTo(mean, 3));
  });

  it('should find correlations missing, and counted, in a text of nothing but [CLS] and [SEP]', () => {
    const golden = readGolden('golden-tiny/empty');
    const { heads, curve } = measureStory(mapsOf(golden), { measure: 'pearson', ...DEFAULT_SWITCHES });
    expect(Array.from(heads.subarray(0, 3))).toEqual([NaN, 0, 2]);
    expect(Array.from(curve.subarray(0, 3))).toEqual([NaN, NaN, 0]);
  });
});
