// Which engine computes: TensorFlow's library where it loads and proves itself, else WebAssembly in worker threads.

import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import path from 'node:path';

import { StoryError } from '../core/errors';
import type { Compute } from '../gradient/compute';
import { computeOn } from '../gradient/compute-on';
import { localGround } from '../gradient/local-ground';
import { openNative } from '../tensor/native';
import { productError } from '../tensor/product-error';
import type { TfjsEngine } from '../tensor/tfjs';
import { foundPrecision, precisionNote, wantedPrecision, type Precision } from './precision';
import { nativeCandidates, requireNative } from './native-engine';
import { openPool } from './pool';

export type EngineChoice = 'auto' | 'tfjs-node' | 'tfjs-wasm';

export interface EngineOptions {
  /** The folder of the code that runs: what lies beside it is found from there. */
  readonly folder?: string;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** The bundled worker, `worker.cjs` in the folder if left out. */
  readonly worker?: string;
  /** Threads of the portable engine; all cores if left out. */
  readonly threads?: number;
}

const now = (): number => performance.now() / 1000;

/** @throws StoryError `engine_missing` when the engine asked for cannot be had */
export async function openCompute(
  choice: EngineChoice = 'auto',
  options: EngineOptions = {}
): Promise<Compute> {
  const { folder = __dirname, environment = process.env } = options;
  const wanted = wantedPrecision(environment);
  if (choice === 'tfjs-wasm') {
    return openPortable(options, 'the portable engine was asked for');
  }
  const candidates = nativeCandidates(environment, folder);
  const native = candidates === null ? 'BERTSTORY_ENGINE is wasm' : tryNative(candidates, wanted);
  if (typeof native !== 'string') {
    return openOnNative(native, environment, wanted);
  }
  if (choice === 'tfjs-node') {
    throw new StoryError(
      'engine_missing',
      `the native engine cannot be had: ${native}`,
      'install it with `bertstory engine install`',
      { reason: native }
    );
  }
  const better = candidates === null ? '' : '; `bertstory engine install` gets the faster one';
  return openPortable(options, `the portable engine runs since ${native}${better}`);
}

/** The engine, or in half a sentence why there is none. */
function tryNative(candidates: readonly string[], wanted: Precision): TfjsEngine | string {
  const [found] = candidates.filter(candidate => existsSync(candidate));
  if (found === undefined) {
    return 'no native engine is installed';
  }
  try {
    return openNative(requireNative(found, wanted));
  } catch (error) {
    const [line] = (error instanceof Error ? error.message : String(error)).split('\n');
    return `the native engine does not load (${line})`;
  }
}

function openOnNative(
  engine: TfjsEngine,
  environment: Readonly<Record<string, string | undefined>>,
  wanted: Precision
): Compute {
  const threads = Number(environment['TF_NUM_INTRAOP_THREADS']) || availableParallelism();
  const error = productError(engine);
  const precision = foundPrecision(error);
  const why = 'the native engine is installed and passed its proof; it is the fastest there is';
  const info = {
    name: 'tfjs-node' as const,
    version: engine.version,
    threads,
    precision,
    productError: error,
    why: why + precisionNote(wanted, precision, error)
  };
  return computeOn(
    info,
    localGround(engine, now, () => new Promise(resolve => setImmediate(resolve)))
  );
}

async function openPortable(
  {
    folder = __dirname,
    worker = path.join(folder, 'worker.cjs'),
    threads = availableParallelism(),
    environment = process.env
  }: EngineOptions,
  why: string
): Promise<Compute> {
  if (!existsSync(worker)) {
    throw new StoryError(
      'engine_missing',
      `${why}, but its worker ${path.basename(worker)} is missing beside the service`,
      'build the service anew with `npm run build:service`, or install bertstory again',
      { worker: path.basename(worker) }
    );
  }
  const { version, ground } = await openPool(worker, wasmFolder(folder), threads);
  const note = precisionNote(wantedPrecision(environment), 'float32', null);
  const info = {
    name: 'tfjs-wasm' as const,
    version,
    threads,
    precision: 'float32' as const,
    productError: null
  };
  return computeOn({ ...info, why: why + note }, ground);
}

/** Beside the bundle, or in the package while developing. */
function wasmFolder(folder: string): string {
  const beside = path.join(folder, 'wasm');
  if (existsSync(path.join(beside, 'tfjs-backend-wasm.wasm'))) {
    return beside;
  }
  const find = createRequire(path.join(folder, 'package.json'));
  return path.join(path.dirname(find.resolve('@tensorflow/tfjs-backend-wasm/package.json')), 'dist');
}
