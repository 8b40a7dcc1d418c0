// A story that nobody computes any more, as the views take it: from a file or from a notebook without a kernel.

import { LIVE_CELL_FLOOR } from '../core/limits';
import { directionsOf, isExact } from './contents';
import type { HeadMaps, StoryData, StorySource, StoryStatus } from './data';

export function savedSource(data: StoryData): StorySource {
  const status = savedStatus(data);
  return {
    get: () => data,
    status: () => status,
    // Nothing changes any more.
    onChange: () => undefined
  };
}

function savedStatus(data: StoryData): StoryStatus {
  const { method } = data.document;
  const total = directionsOf(data.document);
  const exact = isExact(data.document);
  return {
    state: exact ? 'exact' : method.samples > 0 ? 'sampled' : 'attention',
    running: false,
    saved: true,
    done: exact ? total : method.samples,
    total,
    error: exact ? 0 : (data.document.reduced?.rms_error ?? rmsOf(data)),
    secondsLeft: null,
    reason: exact ? 'exact' : null,
    failure: null
  };
}

function rmsOf(data: StoryData): number | null {
  const { layers, heads } = data.document.model;
  const maps = Array.from({ length: layers * heads }, (_, place) =>
    data.head(Math.floor(place / heads), place % heads)
  );
  return rmsError(
    maps.flatMap(map => map ?? []),
    data.document.pieces.length
  );
}

/**
 * rms of the relative error over live cells, those above 1e-5 of their row's largest norm.
 *
 * @param pieces length of a row
 * @returns null where no errors are known
 */
export function rmsError(maps: readonly Pick<HeadMaps, 'norms' | 'error'>[], pieces: number): number | null {
  let squares = 0;
  let cells = 0;
  for (const { norms, error } of maps) {
    for (let start = 0; norms !== null && error !== null && start < norms.length; start += pieces) {
      let largest = 0;
      for (let cell = start; cell < start + pieces; cell++) {
        largest = Math.max(largest, norms[cell] ?? 0);
      }
      for (let cell = start; cell < start + pieces; cell++) {
        if ((norms[cell] ?? 0) > LIVE_CELL_FLOOR * largest) {
          squares += (error[cell] ?? NaN) ** 2;
          cells++;
        }
      }
    }
  }
  return cells === 0 || Number.isNaN(squares) ? null : Math.sqrt(squares / cells);
}
