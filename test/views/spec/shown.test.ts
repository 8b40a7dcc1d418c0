// What a state displays: the maps of a head and of a group, their domains, the start, what the pointer previews.

import { readGolden } from '../../golden';
import type { StoryData } from '../../../src/story/data';
import { mapsOf } from '../../../src/views/spec/maps';
import { readingOf } from '../../../src/views/spec/reading';
import { ledeText } from '../../../src/views/spec/lede';
import { overviewTitle, triptychTitle } from '../../../src/views/spec/titles';
import { missingHeads, NO_HOVER, settled, show } from '../../../src/views/spec/shown';
import { DEFAULT_STATE, type ViewState } from '../../../src/views/spec/state';
import { DEFAULT_SWITCHES } from '../../../src/analysis/options';
import { EXACT, goldenStory, PENDING, piecesOf, storyOf, syntheticArrays, withoutAttribution } from './story';

const keys = goldenStory('keys');
const state = (changes: Partial<ViewState>): ViewState => ({ ...DEFAULT_STATE, ...changes });

/** Two heads over [CLS] a bc [SEP]: rows of attention, raw norms. */
const small = {
  layers: 1,
  heads: 2,
  pieces: piecesOf(['[CLS]', 'abc', 'def', '[SEP]']),
  attention: Float32Array.of(
    ...[0.7, 0.1, 0.1, 0.1, 0.6, 0.2, 0.1, 0.1, 0.5, 0.25, 0.25, 0, 0.1, 0.1, 0.1, 0.7],
    ...[0.1, 0.3, 0.3, 0.3, 0.2, 0.4, 0.3, 0.1, 0.5, 0.05, 0.45, 0, 0.1, 0.1, 0.1, 0.7]
  ),
  norms: Float32Array.of(
    ...[1, 1, 1, 1, 0, 3, 1, 0, 2, 2, 4, 0, 1, 1, 1, 1],
    ...[1, 1, 1, 1, 0, 1, 1, 0, 2, 2, 4, 0, 1, 1, 1, 1]
  )
};

describe('estimatedRow', () => {
  const error = new Float32Array(16);
  error[2 * 4 + 1] = 0.1;
  const whole = storyOf(small);
  const estimate: StoryData = {
    ...whole,
    head: (layer, head) => {
      const maps = whole.head(layer, head);
      return maps && { ...maps, error: head === 1 ? error : null };
    }
  };
  const rowOf = (changes: Partial<ViewState>) => show(estimate, EXACT, state(changes)).estimatedRow;

  it('should be the first query of the first head, if a cell of it has an error', () => {
    expect(rowOf({ heads: [[0, 1]], queries: [2] })).toEqual({ layer: 0, head: 1, query: 2 });
    expect(rowOf({ heads: [[0, 1]], queries: [1, 2] })).toBeNull();
    expect(rowOf({ heads: [[0, 0]], queries: [2] })).toBeNull();
  });

  it('should not be a row of words, nor of maps that are elsewhere', () => {
    const switches = { ...DEFAULT_SWITCHES, units: 'words' as const };
    expect(rowOf({ heads: [[0, 1]], queries: [2], switches })).toBeNull();
    const absent = { ...estimate, head: () => null };
    expect(show(absent, EXACT, state({ heads: [[0, 1]], queries: [2] })).estimatedRow).toBeNull();
  });
});

describe('maps', () => {
  const head = (at: number) => {
    const maps = storyOf(small).head(0, at);
    if (maps === null) {
      throw new Error('the head is there');
    }
    return maps;
  };

  it('should normalise the norms by row and subtract attention', () => {
    const maps = mapsOf([head(0)], small.pieces, DEFAULT_STATE);
    expect([...(maps.attribution?.slice(4, 8) ?? [])]).toEqual([0, 0.75, 0.25, 0]);
    expect(maps.difference?.[5]).toBeCloseTo(0.55, 6);
  });

  it('should take the domain outside special columns, and say when a sink lies beyond', () => {
    const maps = mapsOf([head(0)], small.pieces, DEFAULT_STATE);
    expect(maps.domain).toEqual({ top: 0.8, beyond: false });
    expect(maps.differenceDomain).toEqual({ top: 0.6, beyond: false });
    const attentionOnly = mapsOf([{ ...head(0), norms: null }], small.pieces, DEFAULT_STATE);
    expect(attentionOnly.domain).toEqual({ top: 0.3, beyond: true });
    expect(attentionOnly.difference).toBeNull();
  });

  it('should average a group, then drop and renormalise', () => {
    const both = mapsOf([head(0), head(1)], small.pieces, {
      ...DEFAULT_STATE,
      switches: { ...DEFAULT_SWITCHES, special: 'drop' }
    });
    // Row abc over abc, def: mean attention .3 and .2, mean attribution .625 and .375.
    expect(both.attention[0]).toBeCloseTo(0.6, 6);
    expect(both.attribution?.[0]).toBeCloseTo(0.625, 6);
    expect([...both.queries]).toEqual([1, 2]);
  });

  it('should leave the own token empty when it is dropped', () => {
    const maps = mapsOf([head(0)], small.pieces, {
      ...DEFAULT_STATE,
      switches: { ...DEFAULT_SWITCHES, own: 'drop' }
    });
    expect(maps.attention[5]).toBeNaN();
    expect(maps.difference?.[5]).toBeNaN();
    expect(maps.attention[4]).toBeCloseTo(0.75, 6);
  });

  it('should have no attribution while one of the group has none', () => {
    expect(
      mapsOf([head(0), { ...head(1), norms: null }], small.pieces, DEFAULT_STATE).attribution
    ).toBeNull();
  });
});

describe('a group of heads as one map', () => {
  const heads = [
    [0, 3],
    [3, 4],
    [3, 5]
  ] as const;
  const alone = heads.map(head => show(keys, EXACT, state({ heads: [head] })).maps);

  it('should hold the largest value of any head as its maximum, and the mean otherwise', () => {
    const most = show(keys, EXACT, state({ heads, group: 'maximum' })).maps;
    const mean = show(keys, EXACT, state({ heads })).maps;
    for (const cell of [0, 17, 90, 195]) {
      const values = alone.map(maps => maps?.attribution?.[cell] ?? NaN);
      expect(most?.attribution?.[cell]).toBe(Math.max(...values));
      expect(mean?.attribution?.[cell]).toBeCloseTo(
        values.reduce((sum, value) => sum + value / 3, 0),
        6
      );
      expect(most?.difference?.[cell]).toBeCloseTo(
        (most?.attribution?.[cell] ?? NaN) - (most?.attention[cell] ?? NaN),
        6
      );
    }
  });

  it('should let the switches act on each head before the largest is taken', () => {
    const switches = { ...DEFAULT_SWITCHES, own: 'drop', special: 'drop' } as const;
    const most = show(keys, EXACT, state({ heads, group: 'maximum', switches })).maps;
    const each = heads.map(head => show(keys, EXACT, state({ heads: [head], switches })).maps);
    expect(most?.attention[1]).toBe(Math.max(...each.map(maps => maps?.attention[1] ?? NaN)));
    expect(most?.attention[0]).toBeNaN();
  });

  it('should make new maps when mean and maximum change places, and say which it is', () => {
    const mean = show(keys, EXACT, state({ heads }));
    const most = show(keys, EXACT, state({ heads, group: 'maximum' }), undefined, mean);
    expect(most.maps).not.toBe(mean.maps);
    expect(triptychTitle(most).title).toBe('Heads 0.3, 3.4, 3.5 · maximum');
    expect(ledeText(most)).toMatch(/^In the maximum of 3 heads, /);
    const single = show(keys, EXACT, state({ heads: [[0, 3]], group: 'maximum' }));
    expect(single.maps?.attention).toEqual(alone[0]?.attention);
  });
});

describe('the filter of a pair', () => {
  const bank = goldenStory('bank');
  const all = show(bank, EXACT, state({ heads: [[3, 4]] }));

  it.each([
    ['A-A', 0, 0],
    ['A-B', 0, 1],
    ['B-A', 1, 0],
    ['B-B', 1, 1]
  ] as const)('%s should leave these rows and columns, with the values that they had', (pair, from, to) => {
    const part = show(bank, EXACT, state({ heads: [[3, 4]], pair }), undefined, all);
    expect(new Set(Array.from(part.queries, query => part.items[query]?.segment))).toEqual(new Set([from]));
    expect(new Set(Array.from(part.sources, source => part.items[source]?.segment))).toEqual(new Set([to]));
    part.queries.forEach((query, row) => {
      part.sources.forEach((source, column) => {
        expect(part.maps?.attribution?.[row * part.sources.length + column]).toBe(
          all.maps?.attribution?.[query * all.sources.length + source]
        );
      });
    });
    expect(part.maps?.queries).toEqual(part.queries);
    expect(part.selectedQueries.every(query => part.queries.includes(query))).toBe(true);
  });

  it('should leave measures and what they are means over alone', () => {
    const part = show(bank, EXACT, state({ pair: 'A-B' }));
    expect(part.overview?.values).toEqual(show(bank, EXACT, state({})).overview?.values);
    expect(overviewTitle(part, true).note).toBe('mean over 17 queries');
  });

  it('should go with the other switches, and mean nothing to a single text', () => {
    const switches = { special: 'no_sources', own: 'drop', units: 'words' } as const;
    const part = show(bank, EXACT, state({ heads: [[3, 4]], pair: 'B-B', switches }));
    const row = part.maps?.attention.subarray(part.sources.length, 2 * part.sources.length);
    expect(row?.filter(Number.isNaN)).toHaveLength(1);
    const single = show(keys, EXACT, state({ pair: 'A-B' }));
    expect(single.sources).toHaveLength(14);
  });
});

describe('reading', () => {
  const maps = mapsOf(
    [{ attention: small.attention.slice(0, 16), norms: small.norms.slice(0, 16), error: null }],
    small.pieces,
    DEFAULT_STATE
  );

  it('should order the sources and take the full bar from those that are not special', () => {
    const reading = readingOf(maps, [1]);
    expect(reading.attentionOrder).toEqual([0, 1, 2, 3]);
    expect(reading.attributionOrder).toEqual([1, 2, 0, 3]);
    expect(reading.full).toBeCloseTo(0.75, 6);
  });

  it('should average several queries', () => {
    const reading = readingOf(maps, [1, 2]);
    expect(reading.attention[0]).toBeCloseTo(0.55, 6);
    expect(reading.attribution?.[1]).toBeCloseTo(0.5, 6);
  });
});

describe('show', () => {
  it('should show the golden maps as they are', () => {
    const golden = readGolden('golden-minilm/keys');
    const attention = golden.array('attention');
    const norms = golden.array('frobenius');
    const shown = show(keys, EXACT, state({ heads: [[3, 4]] }));
    const start = (3 * 12 + 4) * 196;
    for (let cell = 0; cell < 196; cell++) {
      const row = start + cell - (cell % 14);
      const total = norms.slice(row, row + 14).reduce((sum, norm) => sum + norm, 0);
      expect(shown.maps?.attention[cell]).toBeCloseTo(attention[start + cell] ?? NaN, 6);
      expect(shown.maps?.attribution?.[cell]).toBeCloseTo((norms[start + cell] ?? NaN) / total, 5);
    }
  });

  it('should start with the head of most mismatch and its most telling query', () => {
    const shown = show(keys, EXACT, DEFAULT_STATE);
    expect(shown.group).toEqual([[5, 0]]);
    expect(shown.selectedQueries.map(query => shown.names[query]?.full)).toEqual(['cabinet']);
    expect(settled(shown)).toEqual(state({ heads: [[5, 0]], queries: [6] }));
    expect(settled(show(keys, EXACT, settled(shown)))).toEqual(settled(shown));
  });

  it('should choose by attention before the first estimate, and write nothing down', () => {
    const shown = show(withoutAttribution(storyOf(small)), PENDING, DEFAULT_STATE);
    expect(shown.group).toEqual([[0, 0]]);
    expect(shown.selectedQueries).toEqual([2]);
    expect(settled(shown)).toBe(DEFAULT_STATE);
  });

  it('should preview a hovered head without changing the selection', () => {
    const chosen = state({ heads: [[5, 0]], queries: [6] });
    const shown = show(keys, EXACT, chosen, { head: [2, 7], query: 3, source: null });
    expect(shown.group).toEqual([[2, 7]]);
    expect(shown.selectedHeads).toEqual([[5, 0]]);
    expect(shown.reading?.queries).toEqual([3]);
    expect(shown.selectedQueries).toEqual([6]);
    expect(settled(shown)).toBe(chosen);
  });

  it('should fall back to the start where the selected query is dropped, and forget a dropped pin', () => {
    const switches = { ...DEFAULT_SWITCHES, special: 'drop' as const };
    const shown = show(keys, EXACT, state({ heads: [[5, 0]], queries: [0], pin: 13, switches }));
    expect(shown.pin).toBeNull();
    expect(shown.queries.includes(shown.selectedQueries[0] ?? -1)).toBe(true);
    expect(shown.sources).toHaveLength(12);
  });

  it('should keep special rows but not columns under no_sources', () => {
    const shown = show(keys, EXACT, state({ switches: { ...DEFAULT_SWITCHES, special: 'no_sources' } }));
    expect([shown.queries.length, shown.sources.length]).toEqual([14, 12]);
    expect(shown.maps?.attention).toHaveLength(14 * 12);
  });

  it('should take the maps over while data and switches stay the same', () => {
    const first = show(keys, EXACT, state({ heads: [[1, 1]], queries: [3] }));
    const next = show(keys, EXACT, state({ heads: [[1, 1]], queries: [4] }), NO_HOVER, first);
    expect(next.maps).toBe(first.maps);
    const dropped = state({ heads: [[1, 1]], switches: { ...DEFAULT_SWITCHES, own: 'drop' } });
    expect(show(keys, EXACT, dropped, NO_HOVER, next).maps).not.toBe(first.maps);
    expect(show(keys, EXACT, state({ heads: [[1, 2]] }), NO_HOVER, next).maps).not.toBe(first.maps);
  });

  it('should name the heads whose maps are not here', () => {
    const absent = {
      ...keys,
      head: (layer: number, head: number) => (head === 1 ? null : keys.head(layer, head))
    };
    const shown = show(
      absent,
      EXACT,
      state({
        heads: [
          [0, 0],
          [0, 1]
        ]
      })
    );
    expect(shown.maps).toBeNull();
    expect(shown.reading).toBeNull();
    expect(missingHeads(absent, shown)).toEqual([[0, 1]]);
  });

  it('should go over to the square root beyond 64 tokens unless told otherwise', () => {
    const show64 = (n: number, scale: ViewState['scale']) =>
      show(storyOf(syntheticArrays(n, 1, 1)), EXACT, state({ scale }));
    expect(show64(64, 'auto')).toMatchObject({ many: false, sqrt: false });
    expect(show64(65, 'auto')).toMatchObject({ many: true, sqrt: true });
    expect(show64(65, 'linear').sqrt).toBe(false);
    expect(show64(8, 'sqrt').sqrt).toBe(true);
  });

  it('should know a text without tokens', () => {
    const { pieces, ...rest } = small;
    const empty = storyOf({ ...rest, pieces: [pieces[0], pieces[3]].flatMap(piece => piece ?? []) });
    expect(show(empty, EXACT, DEFAULT_STATE).empty).toBe(true);
    const dropped = show(empty, EXACT, state({ switches: { ...DEFAULT_SWITCHES, special: 'drop' } }));
    expect(dropped.selectedQueries).toEqual([]);
    expect(dropped.maps?.attention).toHaveLength(0);
  });
});
