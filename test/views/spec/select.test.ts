// Selection as pure steps: what extends can be undone, Escape releases, and nothing changes for nothing.

import fc from 'fast-check';
import {
  extendHeads,
  extendQueries,
  headsOfLayer,
  headsOfNumber,
  pin,
  release,
  sameHead,
  selectHeads,
  selectQueries,
  setMeasure,
  setOrder,
  setScale,
  setSwitches,
  step,
  togglePin,
  type Selection
} from '../../../src/views/spec/select';
import { DEFAULT_STATE, type HeadId, type ViewState } from '../../../src/views/spec/state';
import { piecesOf } from './story';

const START: Selection = { heads: [[5, 0]], queries: [6] };

function selection(state: ViewState): Selection {
  return { heads: state.heads ?? START.heads, queries: state.queries ?? START.queries };
}

const headId = fc.tuple(fc.nat(5), fc.nat(11)) as fc.Arbitrary<HeadId>;
const headGroup = fc.uniqueArray(headId, { minLength: 1, maxLength: 6, comparator: sameHead });
const queryGroup = fc.uniqueArray(fc.nat(13), { minLength: 1, maxLength: 6 });
const anyState: fc.Arbitrary<ViewState> = fc.record({
  version: fc.constant(1 as const),
  heads: fc.option(headGroup),
  queries: fc.option(queryGroup),
  pin: fc.option(fc.nat(13)),
  measure: fc.constant('pearson' as const),
  order: fc.constant('index' as const),
  switches: fc.constant(DEFAULT_STATE.switches),
  scale: fc.constant('auto' as const),
  group: fc.constant('mean' as const),
  pair: fc.constant('all' as const),
  open: fc.constant([])
});

describe('select', () => {
  it('should make the last one lead', () => {
    const state = selectHeads(DEFAULT_STATE, [[1, 2]]);
    const group = extendHeads(state, selection(state), [[3, 4]]);
    expect(group.heads).toEqual([
      [1, 2],
      [3, 4]
    ]);
    expect(extendQueries(DEFAULT_STATE, START, 2).queries).toEqual([6, 2]);
  });

  it('should take off a member that is added again, but never the last', () => {
    fc.assert(
      fc.property(anyState, headId, (state, head) => {
        const before = selection(state).heads;
        const once = extendHeads(state, selection(state), [head]);
        const held = before.some(one => sameHead(one, head));
        expect(selection(once).heads.length).toBe(held ? Math.max(1, before.length - 1) : before.length + 1);
        if (!held) {
          expect(selection(extendHeads(once, selection(once), [head])).heads).toEqual(before);
        }
      }),
      { seed: 1 }
    );
  });

  it('should keep queries unique and never empty whatever is clicked', () => {
    fc.assert(
      fc.property(anyState, fc.array(fc.nat(13), { maxLength: 12 }), (state, clicks) => {
        const after = clicks.reduce((one, query) => extendQueries(one, selection(one), query), state);
        const { queries } = selection(after);
        expect(queries.length).toBeGreaterThan(0);
        expect(new Set(queries).size).toBe(queries.length);
      }),
      { seed: 1 }
    );
  });

  it('should add a layer as a whole and take it off as a whole', () => {
    const layer = headsOfLayer(2, 12);
    const added = extendHeads(DEFAULT_STATE, START, layer);
    expect(added.heads).toEqual([[5, 0], ...layer]);
    expect(extendHeads(added, selection(added), layer).heads).toEqual([[5, 0]]);
    expect(headsOfNumber(3, 2)).toEqual([
      [0, 3],
      [1, 3]
    ]);
  });

  describe('#release()', () => {
    it('should shrink to the one that leads, let go of the pin, and then have nothing left to release', () => {
      fc.assert(
        fc.property(
          anyState,
          fc.constantFrom('grid' as const, 'strip' as const, 'maps' as const),
          (state, where) => {
            const { heads, queries } = selection(state);
            const released = release(state, selection(state), where);
            const after = selection(released);
            if (where === 'grid') {
              expect(after.heads).toEqual(heads.slice(-1));
              expect(released.pin).toBe(state.pin);
            } else {
              expect(after.queries).toEqual(queries.slice(-1));
              expect(released.pin).toBeNull();
              expect(after.heads).toEqual(heads);
            }
            expect(release(released, after, where)).toBe(released);
          }
        ),
        { seed: 1 }
      );
    });
  });

  it('should return the very same state where nothing changes', () => {
    const state: ViewState = { ...DEFAULT_STATE, heads: [[1, 2]], queries: [3], pin: 4 };
    expect(selectHeads(state, [[1, 2]])).toBe(state);
    expect(selectHeads(state, [])).toBe(state);
    expect(selectQueries(state, [3])).toBe(state);
    expect(pin(state, 4)).toBe(state);
    expect(setMeasure(state, 'pearson')).toBe(state);
    expect(setOrder(state, 'index')).toBe(state);
    expect(setScale(state, 'auto')).toBe(state);
    expect(setSwitches(state, { own: 'keep' }, [])).toBe(state);
  });

  it('should pin, move the pin, and unpin', () => {
    const pinned = togglePin(DEFAULT_STATE, 3);
    expect(pinned.pin).toBe(3);
    expect(togglePin(pinned, 5).pin).toBe(5);
    expect(togglePin(pinned, 3).pin).toBeNull();
  });

  describe('#setSwitches()', () => {
    const pieces = piecesOf(['[CLS]', 'call', 'is', '##hma', '##el', 'now', '[SEP]']);

    it('should keep queries and pin on their text between pieces and words', () => {
      const state: ViewState = { ...DEFAULT_STATE, queries: [5, 3], pin: 4 };
      const words = setSwitches(state, { units: 'words' }, pieces);
      expect(words).toMatchObject({ queries: [3, 2], pin: 2 });
      expect(setSwitches(words, { units: 'pieces' }, pieces)).toMatchObject({ queries: [5, 2], pin: 2 });
    });

    it('should leave open what was open', () => {
      expect(setSwitches(DEFAULT_STATE, { units: 'words' }, pieces)).toMatchObject({
        queries: null,
        pin: null
      });
    });

    it('should leave the selection alone when something else is switched', () => {
      const state: ViewState = { ...DEFAULT_STATE, queries: [0], pin: 6 };
      expect(setSwitches(state, { special: 'drop' }, pieces)).toMatchObject({ queries: [0], pin: 6 });
    });
  });

  describe('#step()', () => {
    const places = [2, 5, 9];

    it('should move along what is there and stay at the ends', () => {
      expect(step(places, 5, 1)).toBe(9);
      expect(step(places, 9, 1)).toBe(9);
      expect(step(places, 2, -3)).toBe(2);
      expect(step(places, 7, 1)).toBe(5);
      expect(step([], 7, 1)).toBe(7);
    });
  });
});
