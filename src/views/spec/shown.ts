// Everything a state displays of a story: the heads, their maps, the selected rows. All views read this and nothing else.

import { startQuery } from '../../analysis/headline';
import type { QuantityName } from '../../analysis/options';
import { measureOf, spreadName } from '../../analysis/quantities';
import { layoutOf } from '../../analysis/switches';
import type { Item } from '../../analysis/units';
import type { HeadMaps, StoryData, StoryStatus } from '../../story/data';
import type { StoryDocument } from '../../story/document';
import { mapsOf, type MapOptions, type Maps } from './maps';
import { chosen, keptBy } from './pairs';
import { multiplesOf, type Multiple, type Multiples } from './multiples';
import { namesOf, type ItemName } from './names';
import { overviewOf, type Overview } from './overview';
import { readingOf, type Reading } from './reading';
import { sameHead } from './select';
import { SECTIONS, type HeadId, type ViewState } from './state';

/** Up to this many tokens maps are linear by default, the strip shows bars, and axes name tokens. */
export const MANY_TOKENS = 64;

/** What the pointer is at; indexes of items, as in the state. */
export interface Hover {
  readonly head: HeadId | null;
  readonly query: number | null;
  readonly source: number | null;
  /** A layer as a whole. */
  readonly layer?: number | null;
}

export const NO_HOVER: Hover = { head: null, query: null, source: null };

/** One row of one head; `query` counts pieces. */
export interface RowId {
  readonly layer: number;
  readonly head: number;
  readonly query: number;
}

export interface Shown {
  readonly document: StoryDocument;
  readonly status: StoryStatus;
  readonly state: ViewState;
  readonly hover: Hover;
  readonly layers: number;
  readonly heads: number;
  /** All items, pieces or words, before anything is dropped. */
  readonly items: readonly Item[];
  readonly names: readonly ItemName[];
  /** Indexes of the items that are rows and columns of the maps. */
  readonly queries: Int32Array;
  readonly sources: Int32Array;
  /** Queries that measures are means over: the filter of a pair does not change them. */
  readonly measured: number;
  readonly pair: boolean;
  /** More than 64 rows or columns. */
  readonly many: boolean;
  /** No token besides the special ones. */
  readonly empty: boolean;
  /** Colours by the square root. */
  readonly sqrt: boolean;
  /** null: no measure yet. */
  readonly overview: Overview | null;
  /** Panels of the sections that are open. */
  readonly multiples: Multiples;
  /** What is selected, with the start chosen where the state leaves it open. The last one leads. */
  readonly selectedHeads: readonly HeadId[];
  readonly selectedQueries: readonly number[];
  /** The leading row of the selection while it is an estimate; null: it is exact, not here, or a mean. */
  readonly estimatedRow: RowId | null;
  /** The pinned source; null also when it is dropped. */
  readonly pin: number | null;
  /** Heads whose maps are displayed: the hovered one, else the selection. */
  readonly group: readonly HeadId[];
  /** null: these heads are not here (yet). */
  readonly maps: Maps | null;
  /** Of the hovered query, else the selection. */
  readonly reading: Reading | null;
  /** Maps of the displayed heads, for reuse by the next call. */
  readonly source: readonly HeadMaps[];
}

/**
 * @param previous what was shown before: maps whose arrays did not change are taken over
 */
export function show(
  data: StoryData,
  status: StoryStatus,
  state: ViewState,
  hover: Hover = NO_HOVER,
  previous: Shown | null = null
): Shown {
  const { document } = data;
  const { layers, heads } = document.model;
  const whole = layoutOf(document.pieces, state.switches);
  const { items } = whole;
  const kept = keptBy(state.pair, items, whole.queries, whole.sources);
  const queries = kept === null ? whole.queries : chosen(whole.queries, kept.rows);
  const sources = kept === null ? whole.sources : chosen(whole.sources, kept.columns);
  const result = data.measure({ measure: state.measure, ...state.switches });
  const by = orderName(state);
  const order = by === state.measure ? result : data.measure({ measure: by, ...state.switches });
  const overview = result && overviewOf(result, layers, heads, document.method.samples, order);
  const selectedHeads = state.heads ?? [overview?.ranked[0] ?? [0, 0]];
  const group = hover.head ? [hover.head] : selectedHeads;
  const source = headsHere(data, group);
  const maps = source && (reuse(previous, source, state) ?? mapsOf(source, document.pieces, state));
  const keptQueries = (state.queries ?? []).filter(query => queries.includes(query));
  const startMaps = () => (hover.head ? mapsHere(data, selectedHeads, state) : maps);
  const selectedQueries = keptQueries.length > 0 ? keptQueries : startQueries(startMaps(), queries, items);
  const read = hover.query !== null && queries.includes(hover.query) ? [hover.query] : selectedQueries;
  const many = Math.max(queries.length, sources.length) > MANY_TOKENS;
  return {
    document,
    status,
    state,
    hover,
    layers,
    heads,
    items,
    names: namesOf(items, document.pair !== null),
    queries,
    sources,
    measured: whole.queries.length,
    pair: document.pair !== null,
    many,
    empty: items.every(item => item.special),
    sqrt: state.scale === 'auto' ? many : state.scale === 'sqrt',
    overview,
    multiples: stableMultiples(
      previous,
      multiplesOf(document, state, document.pair !== null, request => data.measure(request))
    ),
    selectedHeads,
    selectedQueries,
    estimatedRow:
      state.switches.units === 'pieces' ? estimatedRow(data, selectedHeads, selectedQueries) : null,
    pin: state.pin !== null && sources.includes(state.pin) ? state.pin : null,
    group,
    maps,
    reading: maps && readingOf(maps, read),
    source: source ?? []
  };
}

/** The state with the start written into it, once attribution is there to choose it by: later estimates then move nothing. */
export function settled(shown: Shown): ViewState {
  const { state, overview, maps } = shown;
  if (overview === null || maps === null || maps.attribution === null || shown.hover.head !== null) {
    return state;
  }
  return state.heads && state.queries
    ? state
    : { ...state, heads: shown.selectedHeads, queries: shown.selectedQueries };
}

/** The row of the first head and the first query, if any cell of it still has an error. */
function estimatedRow(data: StoryData, [first]: readonly HeadId[], [query]: readonly number[]): RowId | null {
  if (first === undefined || query === undefined) {
    return null;
  }
  const [layer, head] = first;
  const { length } = data.document.pieces;
  const row = data.head(layer, head)?.error?.subarray(query * length, (query + 1) * length);
  return row?.some(error => error > 0) === true ? { layer, head, query } : null;
}

/** Heads whose maps a view would need but does not have: what to `fetch`. */
export function missingHeads(data: StoryData, shown: Shown): readonly HeadId[] {
  return shown.group.filter(([layer, head]) => data.head(layer, head) === null);
}

/** What heads are put in order of. */
function orderName({ order, measure }: ViewState): QuantityName {
  switch (order) {
    case 'index':
      return measure;
    case 'mismatch':
      return measureOf(measure);
    case 'spread':
      return spreadName(measure);
    case 'value':
      return measure;
  }
}

function headsHere(data: StoryData, group: readonly HeadId[]): readonly HeadMaps[] | null {
  const maps = group.flatMap(([layer, head]) => data.head(layer, head) ?? []);
  return maps.length === group.length ? maps : null;
}

/** The panels of before where their series are the same: then they need no new painting. */
function stableMultiples(previous: Shown | null, now: Multiples): Multiples {
  if (previous === null) {
    return now;
  }
  const same = (a: readonly Multiple[] | null, b: readonly Multiple[] | null) =>
    a !== null &&
    a.length === b?.length &&
    a.every(
      ({ label, series }, place) =>
        label === b[place]?.label &&
        series.length === b[place].series.length &&
        series.every((one, i) => one === b[place]?.series[i])
    );
  const kept = SECTIONS.map(name => [
    name,
    same(now[name], previous.multiples[name]) ? previous.multiples[name] : now[name]
  ]);
  return Object.fromEntries(kept) as Multiples;
}

function reuse(previous: Shown | null, source: readonly HeadMaps[], state: ViewState): Maps | null {
  if (!previous?.maps || previous.source.length !== source.length) {
    return null;
  }
  const { special, own, units } = previous.state.switches;
  const same =
    special === state.switches.special &&
    own === state.switches.own &&
    units === state.switches.units &&
    previous.state.pair === state.pair &&
    (source.length === 1 || previous.state.group === state.group) &&
    source.every((maps, i) => {
      const before = previous.source[i];
      return before?.attention === maps.attention && before.norms === maps.norms;
    });
  return same ? previous.maps : null;
}

function mapsHere(data: StoryData, group: readonly HeadId[], options: MapOptions): Maps | null {
  const here = headsHere(data, group);
  return here && mapsOf(here, data.document.pieces, options);
}

/** By the largest difference; before there is one, by the largest attention; in a text without tokens, the first row. */
function startQueries(maps: Maps | null, queries: Int32Array, items: readonly Item[]): readonly number[] {
  const start = maps && startQuery(maps.attribution ? maps : attentionAlone(maps));
  const first = queries.find(query => !items[query]?.special) ?? queries[0];
  return start !== null ? [start] : first === undefined ? [] : [first];
}

/** The maps as if nothing were attended to, and attention were the attribution. */
function attentionAlone(maps: Maps): Maps {
  const { attention } = maps;
  return { ...maps, attention: new Float32Array(attention.length), attribution: attention };
}

/** The heads of a group as the selection holds them, whatever their order. */
export function holdsHead(group: readonly HeadId[], head: HeadId): boolean {
  return group.some(one => sameHead(one, head));
}
