// Where scales end: the list of tops for maps, the axes of measures, their ticks and end names.

import fc from 'fast-check';
import { quantityOf } from '../../../src/analysis/quantities';
import { MEASURES } from '../../../src/analysis/options';
import { mapTop, measureAxis, mismatchShare } from '../../../src/views/spec/scales';

describe('scales', () => {
  describe('#mapTop()', () => {
    it.each([
      [0, 0.01],
      [0.01, 0.01],
      [0.0101, 0.02],
      [0.279, 0.3],
      [0.3014, 0.3],
      [0.302, 0.4],
      [0.61, 0.8],
      [0.95, 1],
      [1.2, 1]
    ])('should round %p up to %p', (largest, top) => {
      expect(mapTop(largest)).toBe(top);
    });
  });

  describe('#measureAxis()', () => {
    it('should run correlations from 0 to 1 and name the ends', () => {
      expect(measureAxis(quantityOf('pearson'), [0.1, 0.9])).toEqual({
        range: [0, 1],
        same: 1,
        far: 0,
        ticks: [0, 0.25, 0.5, 0.75, 1],
        low: 'unrelated',
        high: 'same'
      });
    });

    it('should open below 0 where values lie there', () => {
      expect(measureAxis(quantityOf('kendall'), [-0.131, NaN])).toMatchObject({
        range: [-0.2, 1],
        far: -0.2,
        ticks: [0, 0.25, 0.5, 0.75, 1],
        low: 'opposite'
      });
      expect(measureAxis(quantityOf('pearson'), [-0.97]).ticks).toEqual([-1, -0.5, 0, 0.5, 1]);
    });

    it('should name the ends of shares none and all', () => {
      expect(measureAxis(quantityOf('top1'), [0.5])).toMatchObject({ low: 'none', high: 'all' });
      expect(measureAxis(quantityOf('topk'), [0.5])).toMatchObject({ low: 'none', high: 'all' });
    });

    it.each([
      [0.015, 0.02, 'more mismatch'],
      [0.18, 0.2, 'more mismatch'],
      [0.6, 0.6, 'more mismatch'],
      [0.693, 0.69, 'disjoint']
    ])('should end the Jensen–Shannon axis of values up to %p at %p (%s)', (largest, top, high) => {
      expect(measureAxis(quantityOf('jensen_shannon'), [0.01, largest])).toMatchObject({
        range: [0, top],
        same: 0,
        far: top,
        low: 'same',
        high
      });
    });

    it('should end total variation at 1, and Kullback–Leibler nowhere', () => {
      expect(measureAxis(quantityOf('total_variation'), [0.8])).toMatchObject({
        range: [0, 1],
        high: 'disjoint'
      });
      expect(measureAxis(quantityOf('kullback_leibler'), [2.4])).toMatchObject({
        range: [0, 3],
        high: 'more mismatch'
      });
    });

    it('should have an axis for heads without any value', () => {
      for (const name of MEASURES) {
        const { range, ticks } = measureAxis(quantityOf(name), [NaN, NaN]);
        expect(range[1]).toBeGreaterThan(range[0]);
        expect(ticks.length).toBeGreaterThan(1);
      }
    });

    it('should hold all values, with two to six ticks inside', () => {
      const values = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 1, maxLength: 20 });
      fc.assert(
        fc.property(fc.constantFrom(...MEASURES), values, (name, raw) => {
          const measure = quantityOf(name);
          const most = Math.min(60, measure.range[1]);
          const inside = raw.map(value => (measure.range[0] < 0 ? value : Math.abs(value) * most));
          const axis = measureAxis(measure, inside);
          inside.forEach(value => {
            expect(value).toBeGreaterThanOrEqual(axis.range[0] - 1e-9);
            expect(value).toBeLessThanOrEqual(axis.range[1] * 1.005);
          });
          expect(axis.ticks.length).toBeGreaterThanOrEqual(2);
          expect(axis.ticks.length).toBeLessThanOrEqual(6);
          axis.ticks.forEach(tick => expect(tick >= axis.range[0] && tick <= axis.range[1]).toBe(true));
        }),
        { seed: 1 }
      );
    });
  });

  describe('#mismatchShare()', () => {
    it('should be paper at the same and strong at the far end, for either sense', () => {
      const agreement = measureAxis(quantityOf('pearson'), [0.5]);
      expect([1, 0.25, 0].map(value => mismatchShare(agreement, value))).toEqual([0, 0.75, 1]);
      const distance = measureAxis(quantityOf('total_variation'), [0.35]);
      expect([0, 0.2, 0.4, 0.9].map(value => mismatchShare(distance, value))).toEqual([0, 0.5, 1, 1]);
      expect(mismatchShare(agreement, NaN)).toBeNaN();
    });
  });
});
