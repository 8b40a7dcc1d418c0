// How much memory may the service take, and what does a story need of it?

import { StoryError } from '../core/errors';
import { JACKKNIFE_GROUPS, MAX_FRAME_BYTES } from '../core/limits';

const GB = 1e9;
const UNITS: Readonly<Record<string, number>> = { '': 1, k: 1e3, m: 1e6, g: GB };
/** Bytes below which no computation gets, whatever else is held. */
const LEAST = 64e6;

/**
 * @param setting such as `4GB`, `500M` or a number of bytes; undefined: half of `total`
 * @param total bytes of the machine
 * @throws StoryError bad_config
 */
export function memoryBudget(setting: string | undefined, total: number): number {
  if (setting === undefined || setting.trim() === '') {
    return total / 2;
  }
  const [, number = '', unit = ''] = /^\s*(\d+(?:\.\d+)?)\s*([kmg]?)i?b?\s*$/i.exec(setting) ?? [];
  const bytes = Number(number) * (UNITS[unit.toLowerCase()] ?? NaN);
  if (!(bytes > 0)) {
    throw new StoryError(
      'bad_config',
      `BERTSTORY_MEMORY is ${JSON.stringify(setting)}; it should be a size such as 4GB, 500MB or a number of bytes`,
      'change or remove the environment variable BERTSTORY_MEMORY',
      { setting }
    );
  }
  return bytes;
}

export interface StorySize {
  readonly layers: number;
  readonly heads: number;
  readonly pieces: number;
}

/** Bytes of one map, [layer, head, query, source] in float32. */
function mapBytes({ layers, heads, pieces }: StorySize): number {
  return layers * heads * pieces ** 2 * Float32Array.BYTES_PER_ELEMENT;
}

/** Bytes of a frame with norms, error and groups. */
function frameBytes(size: StorySize): number {
  return (2 + JACKKNIFE_GROUPS) * mapBytes(size);
}

/** Bytes of a story under way: attention, norms, error, groups, and the frame in which they are sent. */
export function storyBytes(size: StorySize): number {
  return mapBytes(size) + 2 * frameBytes(size);
}

/**
 * What is left for the computation itself.
 *
 * @param budget bytes for everything; `taken` of them by the engine, weights and other stories
 * @throws StoryError memory_limit when the story's own maps do not fit
 */
export function roomFor(size: StorySize, budget: number, taken: number): number {
  const needed = storyBytes(size);
  const limit = Math.max(0, budget - taken);
  if (needed > limit || frameBytes(size) > MAX_FRAME_BYTES) {
    const [value, cap] = needed > limit ? [needed, limit] : [frameBytes(size), MAX_FRAME_BYTES];
    throw new StoryError(
      'memory_limit',
      `${size.pieces} pieces in ${size.layers * size.heads} heads need ${inGB(value)} GB for their maps, the limit is ${inGB(cap)} GB`,
      'give a shorter text, or set the environment variable BERTSTORY_MEMORY to more',
      { pieces: size.pieces, bytes: value, limit: cap }
    );
  }
  return Math.max(LEAST, limit - needed);
}

function inGB(bytes: number): string {
  return (bytes / GB).toFixed(1);
}
