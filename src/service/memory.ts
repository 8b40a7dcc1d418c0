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

/** Bytes of a frame with norms, error and groups, each a map [layer, head, query, source] in float32. */
function frameBytes({ layers, heads, pieces }: StorySize): number {
  return (2 + JACKKNIFE_GROUPS) * layers * heads * pieces ** 2 * Float32Array.BYTES_PER_ELEMENT;
}

/**
 * What is left for a computation with its maps.
 *
 * @param budget bytes for everything; `taken` of them by the engine, weights and other stories
 * @throws StoryError memory_limit when the maps could not even be sent
 */
export function roomFor(size: StorySize, budget: number, taken: number): number {
  const frame = frameBytes(size);
  if (frame > MAX_FRAME_BYTES) {
    throw new StoryError(
      'memory_limit',
      `${size.pieces} pieces in ${size.layers * size.heads} heads give maps of ${inGB(frame)} GB, ` +
        `at most ${inGB(MAX_FRAME_BYTES)} GB can be sent`,
      'give a shorter text',
      { pieces: size.pieces, bytes: frame, limit: MAX_FRAME_BYTES }
    );
  }
  return Math.max(LEAST, budget - taken);
}

function inGB(bytes: number): string {
  return (bytes / GB).toFixed(1);
}
