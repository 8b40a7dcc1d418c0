// From data, state and pointer to what is shown; while something is on its way, what was shown before stays.

import type { MeasureRequest, MeasureResult } from '../analysis/options';
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
}

export interface Composer {
  compose(state: ViewState, hover: Hover): Composed;
  /** While held, the order of the heads stays although estimates change it. @returns whether that is another than before */
  hold(held: boolean): boolean;
}

/** @param patient somebody answers questions, so that waiting makes sense */
export function createComposer(source: StorySource, asking: Asking, patient: boolean): Composer {
  /** What the state alone showed, and what the pointer did; their maps are used again. */
  let restBefore: Shown | null = null;
  let seenBefore: Shown | null = null;
  let lastResult: MeasureResult | null = null;
  let lastHeads: readonly HeadId[] | null = null;
  let held = false;
  let order: { readonly key: string; readonly overview: Overview } | null = null;
  let overview: { readonly result: MeasureResult; readonly value: Overview } | null = null;

  /** The data with the last measure in the place of one that is still on its way. */
  const withMeasure = (
    data: StoryData,
    { measure }: ViewState
  ): { data: StoryData; result: () => MeasureResult | null } => {
    let used: MeasureResult | null = null;
    const read = (request: MeasureRequest) => {
      const here = data.measure(request);
      if (here === null && data.document.method.samples > 0) {
        asking.measure(request);
      }
      // What heads are put in order of may come later than what is shown of them.
      if (request.measure !== measure) {
        return here;
      }
      used = here ?? (patient && data.document.method.samples > 0 ? lastResult : null);
      return used;
    };
    return {
      data: { document: data.document, head: (layer, head) => data.head(layer, head), measure: read },
      result: () => used
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
      const { data, result } = withMeasure(source.get(), state);
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
        return { shown: rest, selection, settled: start };
      }
      const shown = finish(show(data, status, rest.state, seen, seen.head === null ? rest : seenBefore));
      seenBefore = shown;
      return { shown, selection, settled: start };
    }
  };
}

function sameOrder(a: Overview, b: Overview): boolean {
  const same = (some: Int32Array, others: Int32Array) =>
    some === others || some.every((rank, i) => rank === others[i]);
  return same(a.ranks, b.ranks) && same(a.places, b.places);
}
