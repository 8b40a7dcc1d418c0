// What must hold of measures and distributions whatever the numbers are.

import * as fc from 'fast-check';

import { meanMap } from '../../src/analysis/aggregate';
import { MEASURE } from '../../src/analysis/measures';
import { measureStory } from '../../src/analysis/mismatch';
import {
  DEFAULT_SWITCHES,
  MEASURES,
  OWN,
  SPECIAL,
  UNITS,
  type MeasureName
} from '../../src/analysis/options';
import { kendallTauB } from '../../src/analysis/ranks';
import { distributions, layoutOf } from '../../src/analysis/switches';
import { sentence } from '../analysis/sentence';

const SYMMETRIC: readonly MeasureName[] = MEASURES.filter(name => name !== 'kullback_leibler');

/** Coarse, so that ties occur. */
const cell = fc.integer({ min: 1, max: 12 });
const pairOfRows = fc
  .integer({ min: 2, max: 14 })
  .chain(length =>
    fc.tuple(
      fc.array(cell, { minLength: length, maxLength: length }),
      fc.array(cell, { minLength: length, maxLength: length })
    )
  );

function normalised(values: readonly number[]): Float64Array {
  const total = values.reduce((sum, value) => sum + value, 0);
  return Float64Array.from(values, value => value / total);
}

function expectSame(a: number, b: number): void {
  if (Number.isNaN(a) || Number.isNaN(b)) {
    expect([a, b]).toEqual([NaN, NaN]);
  } else {
    expect(a).toBeCloseTo(b, 10);
  }
}

const texts = fc.array(fc.constantFrom('sea', 'is', '##hma', '.', '[UNK]'), {
  minLength: 1,
  maxLength: 7
});
/** Pieces between [CLS] and [SEP] with a map of positive cells over them. */
const sentenceAndMap = texts.chain(inner => {
  const pieces = sentence('[CLS]', ...inner.map((text, k) => (k === 0 ? 'sea' : text)), '[SEP]');
  const cells = pieces.length ** 2;
  return fc.array(cell, { minLength: cells, maxLength: cells }).map(values => ({
    pieces,
    map: Float32Array.from(values)
  }));
});
const switchesOf = fc.record({
  special: fc.constantFrom(...SPECIAL),
  own: fc.constantFrom(...OWN),
  units: fc.constantFrom(...UNITS)
});

describe('row measures', () => {
  it.each(MEASURES)('%s should stay in its range', name => {
    fc.assert(
      fc.property(pairOfRows, ([p, q]) => {
        const value = MEASURE[name].row(normalised(p), normalised(q));
        const [low, high] = MEASURE[name].range;
        expect(Number.isNaN(value) || (value >= low && value <= high)).toBe(true);
      })
    );
  });

  it.each(SYMMETRIC)('%s should not depend on which side is which', name => {
    fc.assert(
      fc.property(pairOfRows, ([p, q]) => {
        const { row } = MEASURE[name];
        expectSame(row(normalised(p), normalised(q)), row(normalised(q), normalised(p)));
      })
    );
  });

  it.each(MEASURES)('%s should not depend on the order of the sources', name => {
    fc.assert(
      fc.property(pairOfRows, fc.infiniteStream(fc.nat()), ([p, q], keys) => {
        // Ties of the largest go by index, so these two need rows without ties.
        const distinct = (values: readonly number[]) => values.map((value, k) => value + k / 100);
        const order = p.map((_, k) => ({ k, key: keys.next().value ?? 0 }));
        order.sort((a, b) => a.key - b.key || a.k - b.k);
        const permuted = (values: readonly number[]) => order.map(({ k }) => values[k] ?? NaN);
        const { row } = MEASURE[name];
        expectSame(
          row(normalised(distinct(p)), normalised(distinct(q))),
          row(normalised(permuted(distinct(p))), normalised(permuted(distinct(q))))
        );
      })
    );
  });

  it('kendall should count pairs as one by one', () => {
    fc.assert(
      fc.property(pairOfRows, ([p, q]) => {
        let [balance, untiedP, untiedQ] = [0, 0, 0];
        for (let a = 0; a < p.length; a++) {
          for (let b = 0; b < a; b++) {
            const s = Math.sign((p[a] ?? 0) - (p[b] ?? 0));
            const t = Math.sign((q[a] ?? 0) - (q[b] ?? 0));
            balance += s * t;
            untiedP += s * s;
            untiedQ += t * t;
          }
        }
        expectSame(
          kendallTauB(Float64Array.from(p), Float64Array.from(q)),
          balance / Math.sqrt(untiedP * untiedQ)
        );
      })
    );
  });
});

describe('distributions', () => {
  it('should give rows that sum to 1, or are missing', () => {
    fc.assert(
      fc.property(sentenceAndMap, switchesOf, ({ pieces, map }, switches) => {
        const layout = layoutOf(pieces, switches);
        const width = layout.sources.length;
        const rows = distributions(map, layout);
        layout.queries.forEach((_, row) => {
          const sum = rows.subarray(row * width, (row + 1) * width).reduce((a, b) => a + b, 0);
          const empty = width === 0 || (width === 1 && (layout.ownColumn[row] ?? -1) >= 0);
          expect(empty || Math.abs(sum - 1) < 1e-12).toBe(true);
        });
      })
    );
  });

  it('should not see a common factor of the norms, over the map or over a row', () => {
    fc.assert(
      fc.property(sentenceAndMap, switchesOf, fc.integer({ min: -20, max: 20 }), (given, switches, power) => {
        const layout = layoutOf(given.pieces, switches);
        const n = given.pieces.length;
        const scaled = given.map.map((value, k) => value * 2 ** (power + (Math.floor(k / n) % 3)));
        expect(distributions(scaled, layout)).toEqual(distributions(given.map, layout));
      })
    );
  });

  it('should give pieces and words alike where every word is one piece', () => {
    fc.assert(
      fc.property(sentenceAndMap, switchesOf, ({ pieces, map }, switches) => {
        const single = pieces.map((piece, k) => ({ ...piece, word: piece.special ? null : k }));
        expect(distributions(map, layoutOf(single, { ...switches, units: 'words' }))).toEqual(
          distributions(map, layoutOf(single, { ...switches, units: 'pieces' }))
        );
      })
    );
  });

  it('should treat the mean map of one head as that head', () => {
    fc.assert(
      fc.property(sentenceAndMap, switchesOf, ({ pieces, map }, switches) => {
        const layout = layoutOf(pieces, switches);
        const alone = distributions(map, layout);
        distributions(meanMap([map], pieces.length), layout).forEach((value, k) => {
          expect(Object.is(value, alone[k]) || Math.abs(value - (alone[k] ?? NaN)) < 1e-6).toBe(true);
        });
      })
    );
  });
});

describe('measureStory', () => {
  it.each(MEASURES)('%s should say that equal maps agree', measure => {
    fc.assert(
      fc.property(sentenceAndMap, switchesOf, ({ pieces, map }, switches) => {
        const maps = { layers: 1, heads: 1, width: 1, samples: 1, pieces, groups: null };
        const { heads } = measureStory(
          { ...maps, attention: map, norms: map.map(value => value * 4) },
          { measure, ...DEFAULT_SWITCHES, ...switches }
        );
        const { sense, range } = MEASURE[measure];
        const best = sense === 'agreement' ? range[1] : range[0];
        expect(Number.isNaN(heads[0]) || Math.abs((heads[0] ?? NaN) - best) < 1e-7).toBe(true);
      }),
      { numRuns: 40 }
    );
  });
});
