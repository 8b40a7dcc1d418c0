// The numbers of a whole story: a measure or a pattern of every row, head and layer, with its jackknife error.

import type { Piece } from '../core/piece';
import { average } from './aggregate';
import { jackknifeError, normsWithout, unseenShare } from './jackknife';
import type { MeasureRequest, MeasureResult } from './options';
import { readerOf, type Reader } from './readers';
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
  /** [layer, head, query, source]: SE of the attribution divided by it; absent or null where it is not known. */
  readonly error?: Float32Array | null;
  /** Directions per source token; the width when exact. */
  readonly samples: number;
}

export interface MeasureOptions {
  /** Return the measure of every row too, and its error. */
  readonly rows?: boolean;
}

export interface AtlasMeasure extends MeasureResult {
  /** [layer, head, item]: NaN for queries that are dropped or missing; only when asked for. */
  readonly rows?: Float32Array;
  /** [layer, head, item]: jackknife SE of the rows; 0 when exact, NaN where it is unknown or the row is. */
  readonly rowErrors?: Float32Array;
}

/**
 * One quantity under one setting of the switches, for all heads.
 *
 * Errors are 0 when exact, and of what attention alone tells; the jackknife's when the groups are there, else NaN. The error
 * of a layer's mean comes from jackknifing that mean, since heads err together.
 */
export function measureStory(
  maps: AtlasMaps,
  request: MeasureRequest,
  options: MeasureOptions = {}
): AtlasMeasure {
  const [result] = finished(measureByLayer(maps, [request], options));
  if (result === undefined) {
    throw new RangeError('a request has a result');
  }
  return result;
}

/** Several at once, which share what they are read from when the switches are the same. */
export function measureAll(maps: AtlasMaps, requests: readonly MeasureRequest[]): readonly AtlasMeasure[] {
  return finished(measureByLayer(maps, requests));
}

/**
 * The same in steps, so that others get their turn in between: a head under one setting of the switches, once with all
 * directions and once without each group. Requests under the same switches read the same distributions.
 *
 * @returns [request]
 */
export function* measureByLayer(
  maps: AtlasMaps,
  requests: readonly MeasureRequest[],
  options: MeasureOptions = {}
): Generator<void, readonly AtlasMeasure[]> {
  const results = new Map<MeasureRequest, AtlasMeasure>();
  for (const together of bySwitches(requests)) {
    const layout = layoutOf(maps.pieces, together[0]);
    const jobs = together.map(request => newJob(request, maps, layout, options));
    for (let layer = 0; layer < maps.layers; layer++) {
      const points: HeadPoint[][] = [];
      for (let head = 0; head < maps.heads; head++) {
        points.push(yield* readHead(maps, layer * maps.heads + head, layout, jobs));
      }
      jobs.forEach((job, place) =>
        fill(
          job,
          maps,
          layer,
          points.flatMap(of => of[place] ?? [])
        )
      );
    }
    jobs.forEach(({ result }) => results.set(result.request, result));
  }
  return requests.flatMap(request => results.get(request) ?? []);
}

function finished<T>(steps: Generator<unknown, T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) {
      return step.value;
    }
  }
}

type Together = [MeasureRequest, ...MeasureRequest[]];

function bySwitches(requests: readonly MeasureRequest[]): Iterable<Together> {
  const found = new Map<string, Together>();
  for (const request of requests) {
    const key = `${request.special} ${request.own} ${request.units}`;
    const group = found.get(key);
    if (group === undefined) {
      found.set(key, [request]);
    } else {
      group.push(request);
    }
  }
  return found.values();
}

/** One request on its way through the layers. */
interface Job {
  readonly layout: Layout;
  readonly reader: Reader;
  readonly result: AtlasMeasure;
}

function newJob(request: MeasureRequest, maps: AtlasMaps, layout: Layout, options: MeasureOptions): Job {
  const heads = new Float32Array(maps.layers * maps.heads * 3);
  const curve = new Float32Array(maps.layers * 3);
  const length = maps.layers * maps.heads * layout.items.length;
  const result = { request, heads, curve };
  const empty = (): Float32Array => new Float32Array(length).fill(NaN);
  return {
    layout,
    reader: readerOf(request.measure, maps, layout),
    result: options.rows === true ? { ...result, rows: empty(), rowErrors: empty() } : result
  };
}

interface HeadPoint {
  /** [kept query] */
  readonly rows: Float64Array;
  readonly value: number;
  readonly missing: number;
  /** [group]: the head's value without that group; empty when there are no groups. */
  readonly without: readonly number[];
  /** [group]: [kept query], the same of the rows; empty too where rows are not asked for. */
  readonly rowsWithout: readonly Float64Array[];
}

/** @returns [job] */
function* readHead(
  maps: AtlasMaps,
  index: number,
  layout: Layout,
  jobs: readonly Job[]
): Generator<void, HeadPoint[]> {
  const cells = maps.pieces.length ** 2;
  const start = index * cells;
  const estimated = jobs.some(({ reader }) => reader.estimated);
  const attention = distributions(maps.attention.subarray(start, start + cells), layout);
  const attribution = estimated
    ? distributions(maps.norms.subarray(start, start + cells), layout)
    : attention;
  const points = jobs.map(({ reader }) => {
    const rows = reader.rows(attention, attribution, index);
    const { mean, spread, missing } = average(rows);
    const without: number[] = [];
    const rowsWithout: Float64Array[] = [];
    return { rows, value: reader.spread ? spread : mean, missing, without, rowsWithout };
  });
  yield;
  const { groups } = maps;
  const count = estimated ? groupsOf(maps) : 0;
  for (let group = 0; groups !== null && group < count; group++) {
    const other = distributions(normsWithout(groups, count, group, start, cells), layout);
    jobs.forEach(({ reader, result }, place) => {
      if (reader.estimated) {
        const rows = reader.rows(attention, other, index);
        const { mean, spread } = average(rows);
        points[place]?.without.push(reader.spread ? spread : mean);
        if (result.rowErrors) {
          points[place]?.rowsWithout.push(rows);
        }
      }
    });
    yield;
  }
  return points;
}

function fill({ reader, layout, result }: Job, maps: AtlasMaps, layer: number, points: HeadPoint[]): void {
  const items = layout.items.length;
  points.forEach(({ rows, value, missing, without, rowsWithout }, head) => {
    const index = layer * maps.heads + head;
    result.heads.set([value, errorOf(maps, reader, without), missing], index * 3);
    if (result.rows && result.rowErrors) {
      for (const [row, item] of layout.queries.entries()) {
        const found = rows[row] ?? NaN;
        const others = rowsWithout.map(of => of[row] ?? NaN);
        result.rows[index * items + item] = found;
        result.rowErrors[index * items + item] = Number.isNaN(found) ? NaN : errorOf(maps, reader, others);
      }
    }
  });
  const { mean, spread } = average(points.map(point => point.value));
  const count = reader.estimated ? groupsOf(maps) : 0;
  const without = Array.from(
    { length: count },
    (_, group) => average(points.map(point => point.without[group] ?? NaN)).mean
  );
  result.curve.set([mean, spread, errorOf(maps, reader, without)], layer * 3);
}

function groupsOf(maps: AtlasMaps): number {
  return maps.groups === null || isExact(maps) ? 0 : maps.groups.length / maps.norms.length;
}

function isExact(maps: AtlasMaps): boolean {
  return maps.samples >= maps.width;
}

function errorOf(maps: AtlasMaps, reader: Reader, without: readonly number[]): number {
  if (isExact(maps) || !reader.estimated) {
    return 0;
  }
  return without.length < 2 ? NaN : jackknifeError(without, unseenShare(maps.samples, maps.width));
}
