// Where the package @tensorflow/tfjs-node may lie, and how it is brought in: never bundled, found at run time.

import { createRequire } from 'node:module';
import { homedir, platform } from 'node:os';
import path from 'node:path';
import util from 'node:util';

import type { Precision } from './precision';

type Environment = Readonly<Record<string, string | undefined>>;

const PACKAGE = path.join('node_modules', '@tensorflow', 'tfjs-node');

/**
 * Folders of the package, the most wanted first; null when the user wants none.
 *
 * @param folder of the code that runs
 */
export function nativeCandidates(environment: Environment, folder: string): string[] | null {
  const asked = environment['BERTSTORY_ENGINE'];
  if (asked === 'wasm') {
    return null;
  }
  if (asked !== undefined && asked !== '') {
    return [asked];
  }
  const places = [path.join(userData(environment), 'engine', PACKAGE)];
  for (let parent = folder; ; parent = path.dirname(parent)) {
    places.push(path.join(parent, PACKAGE));
    if (parent === path.dirname(parent)) {
      return places;
    }
  }
}

/** Where programs of this user keep their data. */
function userData(environment: Environment): string {
  switch (platform()) {
    case 'darwin':
      return path.join(homedir(), 'Library', 'Application Support', 'bertstory');
    case 'win32':
      return path.join(environment['LOCALAPPDATA'] ?? path.join(homedir(), 'AppData', 'Local'), 'bertstory');
    default:
      return path.join(environment['XDG_DATA_HOME'] ?? path.join(homedir(), '.local', 'share'), 'bertstory');
  }
}

/**
 * Loads the package from its folder; throws whatever its loading throws.
 *
 * @param precision of products, as far as the processor can: the library reads it once, while it loads
 */
export function requireNative(folder: string, precision: Precision = 'float32'): unknown {
  // Node 23 took away two functions that the package calls while loading.
  const gone = util as unknown as Record<string, unknown>;
  gone['isNullOrUndefined'] ??= (value: unknown): boolean => value === null || value === undefined;
  gone['isArray'] ??= Array.isArray;
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2';
  // On by itself on some processors only; without it batches of products take up to four times as long.
  process.env['TF_ENABLE_ONEDNN_OPTS'] ??= '1';
  if (precision === 'bfloat16') {
    process.env['TF_SET_ONEDNN_FPMATH_MODE'] = 'BF16';
  }
  return createRequire(path.join(folder, 'package.json'))(folder);
}
