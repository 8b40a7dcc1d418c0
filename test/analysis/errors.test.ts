// The error of every number is the jackknife's: what it is without each group of directions, told from whole stories without it.

import { jackknifeError, normsWithout, unseenShare } from '../../src/analysis/jackknife';
import { measureAll, measureByLayer, measureStory, type AtlasMaps } from '../../src/analysis/mismatch';
import {
  MEASURES,
  OWN,
  SPECIAL,
  UNITS,
  type MeasureName,
  type MeasureRequest
} from '../../src/analysis/options';
import { wholeOf } from '../../src/story/memory';
import { sampledStory } from '../story/example';

const REQUESTS: readonly MeasureRequest[] = MEASURES.flatMap(measure =>
  SPECIAL.flatMap(special => OWN.flatMap(own => UNITS.map(units => ({ measure, special, own, units }))))
);

function estimate(): AtlasMaps {
  const maps = wholeOf(sampledStory('golden-tiny/cat'));
  if (maps === null) {
    throw new RangeError('the example has no norms');
  }
  return maps;
}

function everyThird(values: Float32Array, from: number): number[] {
  return Array.from(values).filter((_, k) => k % 3 === from);
}

/** 0 where both are missing. */
function difference(a: number, b: number): number {
  return Number.isNaN(a) && Number.isNaN(b) ? 0 : Math.abs(a - b);
}

describe('errors', () => {
  const maps = estimate();
  const groups = maps.groups ?? new Float32Array();
  const count = groups.length / maps.norms.length;
  /** The story without each of the groups, measured as if it had none. */
  const others = Array.from({ length: count }, (_, group) => ({
    ...maps,
    norms: Float32Array.from(normsWithout(groups, count, group, 0, maps.norms.length)),
    groups: null
  }));
  const unseen = unseenShare(maps.samples, maps.width);

  it.each(MEASURES)('should be the jackknife of heads, curve and rows under every switch: %s', measure => {
    for (const request of REQUESTS.filter(one => one.measure === measure)) {
      const { heads, curve, rows, rowErrors } = measureStory(maps, request, { rows: true });
      const without = others.map(other => measureStory(other, request, { rows: true }));
      const due = (values: readonly (Float32Array | undefined)[], place: number): number =>
        jackknifeError(
          values.map(one => one?.[place] ?? NaN),
          unseen
        );
      const ofHeads = without.map(result => result.heads);
      const ofLayers = without.map(result => result.curve);
      const ofRows = without.map(result => result.rows);
      const differences = [
        ...everyThird(heads, 1).map((error, head) => difference(error, due(ofHeads, head * 3))),
        ...everyThird(curve, 2).map((error, layer) => difference(error, due(ofLayers, layer * 3))),
        ...Array.from(rowErrors ?? [NaN], (error, place) =>
          difference(error, Number.isNaN(rows?.[place]) ? NaN : due(ofRows, place))
        )
      ];
      expect(Math.max(...differences)).toBeLessThan(1e-5);
    }
  });

  it('should be the same whether measures are taken one by one or together', () => {
    const together = measureAll(maps, REQUESTS);
    REQUESTS.forEach((request, place) => {
      const { heads, curve } = measureStory(maps, request);
      expect(together[place]).toEqual({ request, heads, curve });
    });
  });

  it('should be 0 in every row of what is exact, and of rows made exact', () => {
    const request = {
      measure: 'pearson' as MeasureName,
      special: 'keep',
      own: 'keep',
      units: 'pieces'
    } as const;
    const exact = measureStory({ ...maps, groups: null, samples: maps.width }, request, { rows: true });
    expect(new Set(exact.rowErrors)).toEqual(new Set([0]));
    const sources = maps.pieces.length;
    const made = Float32Array.from(groups);
    for (let start = 5 * sources; start < made.length; start += maps.norms.length) {
      made.set(
        maps.norms.slice(5 * sources, 6 * sources).map(norm => norm ** 2),
        start
      );
    }
    const { rowErrors = [] } = measureStory({ ...maps, groups: made }, request, { rows: true });
    expect(rowErrors[5]).toBeLessThan(1e-12);
    expect(rowErrors[6]).toBeGreaterThan(0);
  });

  it('should let others have their turn at every head and group', () => {
    const steps = measureByLayer(maps, REQUESTS.slice(0, 1));
    let turns = 0;
    while (steps.next().done !== true) {
      turns++;
    }
    expect(turns).toBe(maps.layers * maps.heads * (1 + count));
  });
});
