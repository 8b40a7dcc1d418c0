// The mismatch of a whole story: a measure of every row, head and layer, with its jackknife error.

import type { Piece } from '../core/piece';
import { average } from './aggregate';
import { jackknifeError, normsWithout, unseenShare } from './jackknife';
import { MEASURE, measureRow, type Measure } from './measures';
import type { MeasureRequest, MeasureResult } from './options';
import { distributions, layoutOf, type Layout } from './switches';

/** The maps of all heads, each [layer, head, query, source]. */
export interface AtlasMaps {
  readonly layers: number;
  readonly heads: number;
  /** Width of the model: the number of directions that make it exact. */
  readonly width: number;
  readonly pieces: readonly Piece[];
  readonly attention: Float32Array;
  /** Raw attribution norms. */
  readonly norms: Float32Array;
  /** [group, layer, head, query, source]: mean of y per direction group; null when exact, or not here. */
  readonly groups: Float32Array | null;
  /** Directions per source token; the width when exact. */
  readonly samples: number;
}

export interface MeasureOptions {
  /** Return the measure of every row too. */
  readonly rows?: boolean;
}

export interface AtlasMeasure extends MeasureResult {
  /** [layer, head, item]: NaN for queries that are dropped or missing; only when asked for. */
  readonly rows?: Float32Array;
}

/**
 * One measure under one setting of the switches, for all heads.
 *
 * Errors are 0 when exact, the jackknife's when the groups are there, else NaN. The error of a layer's mean comes from
 * jackknifing that mean, since heads err together.
 */
export function measureStory(
  maps: AtlasMaps,
  request: MeasureRequest,
  options: MeasureOptions = {}
): AtlasMeasure {
  const steps = measureByLayer(maps, request, options);
  let step = steps.next();
  while (step.done !== true) {
    step = steps.next();
  }
  return step.value;
}

/** The same in steps, one layer each, so that others get their turn in between; yields the layers that are done. */
export function* measureByLayer(
  maps: AtlasMaps,
  request: MeasureRequest,
  options: MeasureOptions = {}
): Generator<number, AtlasMeasure> {
  const layout = layoutOf(maps.pieces, request);
  const heads = new Float32Array(maps.layers * maps.heads * 3);
  const curve = new Float32Array(maps.layers * 3);
  const items = layout.items.length;
  const rows = new Float32Array(options.rows === true ? maps.layers * maps.heads * items : 0).fill(NaN);
  for (let layer = 0; layer < maps.layers; layer++) {
    const points: HeadPoint[] = [];
    for (let head = 0; head < maps.heads; head++) {
      const point = measureHead(maps, layer * maps.heads + head, layout, MEASURE[request.measure]);
      heads.set([point.value, point.error, point.missing], (layer * maps.heads + head) * 3);
      if (options.rows === true) {
        const start = (layer * maps.heads + head) * items;
        layout.queries.forEach((item, row) => rows.set([point.rows[row] ?? NaN], start + item));
      }
      points.push(point);
    }
    const { mean, spread } = average(points.map(point => point.value));
    curve.set([mean, spread, layerError(maps, points)], layer * 3);
    yield layer + 1;
  }
  const result = { request, heads, curve };
  return options.rows === true ? { ...result, rows } : result;
}

interface HeadPoint {
  /** [kept query] */
  readonly rows: Float64Array;
  readonly value: number;
  readonly error: number;
  readonly missing: number;
  /** [group]: the head's value without that group; empty when there are no groups. */
  readonly without: readonly number[];
}

function measureHead(maps: AtlasMaps, index: number, layout: Layout, measure: Measure): HeadPoint {
  const cells = maps.pieces.length ** 2;
  const start = index * cells;
  const attention = distributions(maps.attention.subarray(start, start + cells), layout);
  const rowsOf = (norms: Float32Array | Float64Array) =>
    measureRows(attention, distributions(norms, layout), layout, measure);
  const rows = rowsOf(maps.norms.subarray(start, start + cells));
  const without: number[] = [];
  const { groups } = maps;
  const count = groupsOf(maps);
  for (let group = 0; groups !== null && group < count; group++) {
    without.push(average(rowsOf(normsWithout(groups, count, group, start, cells))).mean);
  }
  const { mean, missing } = average(rows);
  return { rows, value: mean, missing, without, error: errorOf(maps, without) };
}

/** [kept query]: the measure of every row, without its own item where that is dropped. */
function measureRows(p: Float64Array, q: Float64Array, layout: Layout, measure: Measure): Float64Array {
  const width = layout.sources.length;
  return Float64Array.from(layout.ownColumn, (own, row) => {
    const start = row * width;
    return own < 0
      ? measureRow(measure, p.subarray(start, start + width), q.subarray(start, start + width))
      : measureRow(measure, omit(p, start, width, own), omit(q, start, width, own));
  });
}

function omit(matrix: Float64Array, start: number, width: number, column: number): Float64Array {
  const row = new Float64Array(width - 1);
  row.set(matrix.subarray(start, start + column));
  row.set(matrix.subarray(start + column + 1, start + width), column);
  return row;
}

function groupsOf(maps: AtlasMaps): number {
  return maps.groups === null || isExact(maps) ? 0 : maps.groups.length / maps.norms.length;
}

function isExact(maps: AtlasMaps): boolean {
  return maps.samples >= maps.width;
}

function errorOf(maps: AtlasMaps, without: readonly number[]): number {
  if (isExact(maps)) {
    return 0;
  }
  return without.length < 2 ? NaN : jackknifeError(without, unseenShare(maps.samples, maps.width));
}

function layerError(maps: AtlasMaps, points: readonly HeadPoint[]): number {
  const without = Array.from(
    { length: groupsOf(maps) },
    (_, group) => average(points.map(point => point.without[group] ?? NaN)).mean
  );
  return errorOf(maps, without);
}
