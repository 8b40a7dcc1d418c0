// How a view's state changes when somebody selects, extends, pins, releases or switches: pure functions, state → state.
//
// What changes nothing returns the very same object, so that callers can tell (and let Escape go on to the page).

import type { QuantityName, Switches } from '../../analysis/options';
import { itemsOf } from '../../analysis/units';
import type { Piece } from '../../core/piece';
import { overlapping } from './names';
import type { HeadId, SectionName, ViewState } from './state';

/** What stands for `null` in the state: the heads and queries that are shown. */
export interface Selection {
  readonly heads: readonly HeadId[];
  readonly queries: readonly number[];
}

export function selectHeads(state: ViewState, heads: readonly HeadId[]): ViewState {
  return heads.length === 0 || (state.heads !== null && equalHeads(state.heads, heads))
    ? state
    : { ...state, heads };
}

/** Adds a head, or takes it off again; the last one never goes. */
export function extendHeads(state: ViewState, shown: Selection, heads: readonly HeadId[]): ViewState {
  return selectHeads(state, toggled(shown.heads, heads, sameHead));
}

export function selectQueries(state: ViewState, queries: readonly number[]): ViewState {
  const same = state.queries?.length === queries.length && queries.every((q, i) => state.queries?.[i] === q);
  return queries.length === 0 || same ? state : { ...state, queries };
}

export function extendQueries(state: ViewState, shown: Selection, query: number): ViewState {
  return selectQueries(
    state,
    toggled(shown.queries, [query], (a, b) => a === b)
  );
}

export function pin(state: ViewState, source: number | null): ViewState {
  return state.pin === source ? state : { ...state, pin: source };
}

/** Pins, or lets go of what is pinned there already. */
export function togglePin(state: ViewState, source: number): ViewState {
  return pin(state, state.pin === source ? null : source);
}

/** Escape: in the grid a group shrinks to its leading head; in strip and maps the pin goes and the queries shrink to one. */
export function release(state: ViewState, shown: Selection, where: 'grid' | 'strip' | 'maps'): ViewState {
  if (where === 'grid') {
    return shown.heads.length > 1 ? selectHeads(state, shown.heads.slice(-1)) : state;
  }
  const unpinned = pin(state, null);
  return shown.queries.length > 1 ? selectQueries(unpinned, shown.queries.slice(-1)) : unpinned;
}

export function setMeasure(state: ViewState, measure: QuantityName): ViewState {
  return state.measure === measure ? state : { ...state, measure };
}

export function setOrder(state: ViewState, order: ViewState['order']): ViewState {
  return state.order === order ? state : { ...state, order };
}

export function setScale(state: ViewState, scale: ViewState['scale']): ViewState {
  return state.scale === scale ? state : { ...state, scale };
}

export function setGroup(state: ViewState, group: ViewState['group']): ViewState {
  return state.group === group ? state : { ...state, group };
}

export function setPair(state: ViewState, pair: ViewState['pair']): ViewState {
  return state.pair === pair ? state : { ...state, pair };
}

/** Opens a section, or closes it. */
export function toggleSection(state: ViewState, section: SectionName): ViewState {
  const rest = state.open.filter(name => name !== section);
  return { ...state, open: rest.length < state.open.length ? rest : [...rest, section] };
}

/** Between pieces and words, queries and pin stay on the text they were on. */
export function setSwitches(
  state: ViewState,
  changed: Partial<Switches>,
  pieces: readonly Piece[]
): ViewState {
  const switches = { ...state.switches, ...changed };
  const { units, special, own } = state.switches;
  if (switches.units === units) {
    return switches.special === special && switches.own === own ? state : { ...state, switches };
  }
  const moved = (chosen: readonly number[]) =>
    overlapping(itemsOf(pieces, units), chosen, itemsOf(pieces, switches.units));
  return {
    ...state,
    switches,
    queries: state.queries && moved(state.queries),
    pin: state.pin === null ? null : (moved([state.pin])[0] ?? null)
  };
}

/** All heads of a layer, the one that leads last. */
export function headsOfLayer(layer: number, heads: number): readonly HeadId[] {
  return Array.from({ length: heads }, (_, head): HeadId => [layer, head]);
}

/** The same head number in all layers. */
export function headsOfNumber(head: number, layers: number): readonly HeadId[] {
  return Array.from({ length: layers }, (_, layer): HeadId => [layer, head]);
}

/** One step in an ordered list of indexes; stays within. Unknown places count as the first. */
export function step(places: ArrayLike<number>, from: number, by: number): number {
  const at = Math.max(0, Array.from(places).indexOf(from));
  return places[Math.min(places.length - 1, Math.max(0, at + by))] ?? from;
}

export function sameHead(a: HeadId, b: HeadId): boolean {
  return a[0] === b[0] && a[1] === b[1];
}

function equalHeads(a: readonly HeadId[], b: readonly HeadId[]): boolean {
  return a.length === b.length && a.every((head, i) => sameHead(head, b[i] ?? [-1, -1]));
}

/** Adds what is not there at the end; takes off what is all there, unless nothing would be left. */
function toggled<T>(group: readonly T[], members: readonly T[], same: (a: T, b: T) => boolean): readonly T[] {
  const rest = group.filter(one => !members.some(member => same(one, member)));
  const present = group.length - rest.length === members.length;
  if (present) {
    return rest.length > 0 ? rest : group;
  }
  return [...rest, ...members];
}
