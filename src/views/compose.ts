// From data, state and pointer to what is shown; while something is on its way, what was shown before stays.

import type { MeasureRequest, MeasureResult, QuantityName } from '../analysis/options';
import { measureOf, spreadName } from '../analysis/quantities';
import { requestKey } from '../story/contents';
import type { StoryData, StorySource } from '../story/data';
import type { Asking } from './asking';
import type { Overview } from './spec/overview';
import type { Selection } from './spec/select';
import { NO_HOVER, settled, show, type Hover, type Shown } from './spec/shown';
import type { HeadId, ViewState } from './spec/state';

export interface Composed {
  readonly shown: Shown;
  readonly selection: Selection;
  /** The state with the start of the selection written into it, once there is attribution to choose it by. */
  readonly settled: ViewState;
  /** Panels are still to be computed here, some in every frame. */
  readonly more: boolean;
}

/** Milliseconds that one frame spends on panels; at least one is computed. */
const PANELS_MS = 30;

export interface Composer {
  compose(state: ViewState, hover: Hover): Composed;
  /** While held, the order of the heads stays although estimates change it. @returns whether that is another than before */
  hold(held: boolean): boolean;
}

/** @param patient somebody answers questions, so that waiting makes sense */
export function createComposer(
  source: StorySource,
  asking: Asking,
  patient: boolean,
  now: () => number = () => 0
): Composer {
  /** What the state alone showed, and what the pointer did; their maps are used again. */
  let restBefore: Shown | null = null;
  let seenBefore: Shown | null = null;
  let lastResult: MeasureResult | null = null;
  let lastHeads: readonly HeadId[] | null = null;
  let held = false;
  /** By quantity: what panels showed last. */
  const lastSeries = new Map<QuantityName, MeasureResult>();
  let order: { readonly key: string; readonly overview: Overview } | null = null;
  let overview: { readonly result: MeasureResult; readonly value: Overview } | null = null;

  /** The data with the last measures in the place of those that are still on their way. */
  const withMeasures = (data: StoryData, { measure, order }: ViewState): Patient => {
    const { document } = data;
    const estimated = document.method.samples > 0;
    const first: MeasureRequest[] = [];
    const others: MeasureRequest[] = [];
    let spent = 0;
    const seen = new Map<string, MeasureResult | null>();
    let used: MeasureResult | null = null;
    let more = false;
    const lead = (request: MeasureRequest): MeasureResult | null => {
      const here = data.measure(request);
      if (here === null && estimated) {
        first.push(request);
      }
      used = here ?? (patient && estimated ? lastResult : null);
      return used;
    };
    const other = (request: MeasureRequest): MeasureResult | null => {
      if (spent > PANELS_MS) {
        more = true;
        return null;
      }
      const start = now();
      const here = data.measure(request);
      spent += now() - start;
      if (here === null && estimated) {
        (order === 'index' || isPanel(request, measure) ? others : first).push(request);
      }
      return here;
    };
    const read = (request: MeasureRequest): MeasureResult | null => {
      if (request.measure === measure) {
        return lead(request);
      }
      const key = requestKey(request);
      const known = seen.get(key);
      const here = known ?? other(request);
      seen.set(key, here);
      if (here !== null) {
        lastSeries.set(request.measure, here);
      }
      return here ?? (patient || more ? (lastSeries.get(request.measure) ?? null) : null);
    };
    return {
      data: { document, head: (layer, head) => data.head(layer, head), measure: read },
      result: () => used,
      finish() {
        asking.measures(first);
        asking.measures(others);
        return more;
      }
    };
  };

  /** One and the same object as long as its measure is, in the held order of heads. */
  const stable = (shown: Shown, result: MeasureResult | null, samples: number): Shown => {
    if (shown.overview === null || result === null) {
      return shown;
    }
    if (overview?.result !== result) {
      overview = { result, value: shown.overview };
    }
    const { measure, special, own, units } = result.request;
    const key = `${measure} ${special} ${own} ${units} ${shown.state.order}`;
    if (held && order !== null && order.key === key && samples > 0) {
      const { ranks, places, ranked } = order.overview;
      if (overview.value.ranks !== ranks || overview.value.places !== places) {
        overview = { result, value: { ...overview.value, ranks, places, ranked } };
      }
    } else {
      if (!sameOrder(overview.value, shown.overview)) {
        overview = { result, value: shown.overview };
      }
      order = { key, overview: overview.value };
    }
    return { ...shown, overview: overview.value };
  };

  return {
    hold(next) {
      const other = held !== next;
      held = next;
      return other;
    },
    compose(state, hover) {
      const status = source.status();
      const { data, result, finish: ask } = withMeasures(source.get(), state);
      const here = (heads: readonly HeadId[]) =>
        heads.every(([layer, head]) => data.head(layer, head) !== null);
      const finish = (shown: Shown) => stable(shown, result(), data.document.method.samples);
      let rest = finish(show(data, status, state, NO_HOVER, restBefore));
      const selection = { heads: rest.selectedHeads, queries: rest.selectedQueries };
      const start = settled(rest);
      const missing = rest.selectedHeads.filter(head => !here([head]));
      asking.heads(missing);
      if (missing.length === 0) {
        lastHeads = rest.selectedHeads;
      } else if (patient && lastHeads !== null && here(lastHeads)) {
        rest = finish(show(data, status, { ...state, heads: lastHeads }, NO_HOVER, restBefore));
      }
      lastResult = result();
      restBefore = rest;
      const absent = hover.head !== null && !here([hover.head]);
      if (hover.head !== null && absent) {
        asking.heads([hover.head]);
      }
      const seen = absent ? { ...hover, head: null } : hover;
      if (seen.head === null && seen.query === null && seen.source === null) {
        return { shown: rest, selection, settled: start, more: ask() };
      }
      const shown = finish(show(data, status, rest.state, seen, seen.head === null ? rest : seenBefore));
      seenBefore = shown;
      return { shown, selection, settled: start, more: ask() };
    }
  };
}

interface Patient {
  readonly data: StoryData;
  /** The measure that is shown of all heads. */
  readonly result: () => MeasureResult | null;
  /** Asks for what is missing. @returns whether more is to be computed here */
  finish(): boolean;
}

/** What only panels show: all but the measure and the spread that heads may be put in order of. */
function isPanel(request: MeasureRequest, measure: QuantityName): boolean {
  return request.measure !== measureOf(measure) && request.measure !== spreadName(measure);
}

function sameOrder(a: Overview, b: Overview): boolean {
  const same = (some: Int32Array, others: Int32Array) =>
    some === others || some.every((rank, i) => rank === others[i]);
  return same(a.ranks, b.ranks) && same(a.places, b.places);
}
