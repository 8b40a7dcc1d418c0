// Measures as two tensors: [measure, switches, layer, head, 3] of the heads, [measure, switches, layer, 3] of the layers.

import type { MeasureRequest, MeasureResult, QuantityName, Switches } from '../analysis/options';
import { requestKey } from './contents';
import type { StoryDocument, SummaryAxes } from './document';

export interface Summary {
  readonly axes: SummaryAxes;
  /** [measure, switches, layer, head, 3]; NaN throughout where a measure was not given under these switches. */
  readonly heads: Float32Array;
  /** [measure, switches, layer, 3] */
  readonly curve: Float32Array;
}

/** @param results measures of a story of that many layers and heads */
export function summaryOf(
  results: readonly MeasureResult[],
  { layers, heads }: StoryDocument['model']
): Summary {
  const axes = axesOf(results.map(({ request }) => request));
  const places = axes.measures.length * axes.switches.length;
  const summary = {
    axes,
    heads: new Float32Array(places * layers * heads * 3).fill(NaN),
    curve: new Float32Array(places * layers * 3).fill(NaN)
  };
  const given = new Map(results.map(result => [requestKey(result.request), result]));
  requestsOf(axes).forEach((request, place) => {
    const result = given.get(requestKey(request));
    if (result !== undefined) {
      summary.heads.set(result.heads, place * layers * heads * 3);
      summary.curve.set(result.curve, place * layers * 3);
    }
  });
  return summary;
}

/** The measures that are there. */
export function resultsOf(
  { axes, heads, curve }: Summary,
  { layers, heads: headCount }: StoryDocument['model']
): MeasureResult[] {
  const size = layers * headCount * 3;
  return requestsOf(axes).flatMap((request, place) => {
    const ofHeads = heads.subarray(place * size, (place + 1) * size);
    const ofLayers = curve.subarray(place * layers * 3, (place + 1) * layers * 3);
    return Number.isNaN(ofHeads[2]) ? [] : [{ request, heads: ofHeads, curve: ofLayers }];
  });
}

function requestsOf({ measures, switches }: SummaryAxes): MeasureRequest[] {
  return measures.flatMap(measure => switches.map(one => ({ measure, ...one })));
}

/** The shortest axes on which all requests have their place. */
export function axesOf(requests: readonly MeasureRequest[]): SummaryAxes {
  const measures = new Set<QuantityName>();
  const switches = new Map<string, Switches>();
  for (const { measure, special, own, units } of requests) {
    measures.add(measure);
    switches.set(`${special} ${own} ${units}`, { special, own, units });
  }
  return { measures: [...measures], switches: [...switches.values()] };
}
