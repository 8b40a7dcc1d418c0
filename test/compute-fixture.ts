// An engine and models for the tests, and a job run to its end: the real parts, found as the service finds them.

import path from 'node:path';

import { DEFAULT_METHOD } from '../src/core/method';
import type { AtlasEnd, AtlasHooks, AtlasRequest, AtlasUpdate, LoadedModel } from '../src/gradient/compute';
import { computeOn } from '../src/gradient/compute-on';
import type { Turn } from '../src/gradient/executor';
import { LocalExecutor } from '../src/gradient/local';
import { localGround } from '../src/gradient/local-ground';
import { loadCheckpoint } from '../src/model/checkpoint';
import type { ModelConfig, ModelParameters } from '../src/model/parameters';
import { nativeCandidates, requireNative } from '../src/service/native-engine';
import type { Engine } from '../src/tensor/engine';
import { openNative } from '../src/tensor/native';
import { openWasm } from '../src/tensor/wasm';
import { demoModelFolder, TINY_FOLDER } from './demo-model';
import type { Golden } from './golden';
import { folderOnDisk, sha256 } from './weights/folders';

export const WASM_FOLDER = path.join(
  __dirname,
  '..',
  'node_modules',
  '@tensorflow',
  'tfjs-backend-wasm',
  'dist'
);

export interface Model {
  readonly config: ModelConfig;
  readonly parameters: ModelParameters;
}

/** In this thread: native where it is installed, else WebAssembly, on which the same must hold. */
export async function openTestEngine(): Promise<Engine> {
  const candidates = nativeCandidates(process.env, __dirname) ?? [];
  for (const candidate of candidates) {
    try {
      return openNative(requireNative(candidate));
    } catch {
      continue;
    }
  }
  return openWasm(WASM_FOLDER);
}

export function tinyModel(): Promise<Model> {
  return loadCheckpoint(folderOnDisk(TINY_FOLDER), 'tiny-bert', sha256);
}

export function demoModel(): Promise<Model> {
  return loadCheckpoint(folderOnDisk(demoModelFolder()), 'minilm', sha256);
}

/** @param rate decides the size of blocks, in float32 operations a second */
export function executorOn(engine: Engine, { config, parameters }: Model, rate = 1e11): LocalExecutor {
  return new LocalExecutor(engine, config, parameters.layers, rate, () => performance.now() / 1000);
}

export const TURN: Turn = {
  signal: new AbortController().signal,
  pause: () => Promise.resolve(),
  fraction: () => undefined
};

export const GIB = 2 ** 30;

export function requestFor(pieces: Golden['pieces'], options: Partial<AtlasRequest> = {}): AtlasRequest {
  return {
    ids: Int32Array.from(pieces, piece => piece.id),
    segments: Int32Array.from(pieces, piece => piece.segment),
    method: DEFAULT_METHOD,
    seed: 0,
    stop: { rule: 'exact' },
    hidden: false,
    hybrid: 0,
    resume: null,
    memoryBudget: 4 * GIB,
    ...options
  };
}

export function hooksWith(options: Partial<AtlasHooks> = {}): AtlasHooks {
  return {
    signal: new AbortController().signal,
    pause: () => new Promise(resolve => setImmediate(resolve)),
    progress: () => undefined,
    now: () => performance.now() / 1000,
    ...options
  };
}

export type Attribution = Extract<AtlasUpdate, { stage: 'sampled' | 'exact' }>;

/** A model opened on an engine of this thread, as the service would. */
export function openOn(engine: Engine, { config, parameters }: Model): Promise<LoadedModel> {
  const now = (): number => performance.now() / 1000;
  const info = {
    name: 'tfjs-node' as const,
    version: engine.version,
    threads: 1,
    precision: 'float32' as const,
    productError: null,
    why: 'for a test'
  };
  return computeOn(info, localGround(engine, now)).load(config, parameters);
}

export interface Told {
  readonly attention: Float32Array;
  readonly updates: readonly Attribution[];
  readonly end: AtlasEnd;
}

export async function tellAll(
  model: Pick<LoadedModel, 'tell'>,
  request: AtlasRequest,
  hooks: AtlasHooks = hooksWith()
): Promise<Told> {
  const told = model.tell(request, hooks);
  const updates: Attribution[] = [];
  let attention: Float32Array = new Float32Array();
  for (;;) {
    const step = await told.next();
    if (step.done === true) {
      return { attention, updates, end: step.value };
    }
    if (step.value.stage === 'attention') {
      attention = step.value.attention;
    } else {
      updates.push(step.value);
    }
  }
}

/** Largest |seen − due| relative to due, below a floor relative to each row's largest (cells there are noise). */
export function worstRelative(
  seen: ArrayLike<number>,
  due: ArrayLike<number>,
  rowLength: number,
  floor = 1e-5
): number {
  expect(seen.length).toBe(due.length);
  let worst = 0;
  for (let row = 0; row < due.length; row += rowLength) {
    const cells = Array.from({ length: rowLength }, (_, i) => row + i);
    const largest = Math.max(...cells.map(cell => due[cell] ?? NaN));
    for (const cell of cells) {
      const scale = Math.max(due[cell] ?? NaN, floor * largest);
      const error = Math.abs((seen[cell] ?? NaN) - (due[cell] ?? NaN)) / scale;
      worst = error <= worst ? worst : error;
    }
  }
  return worst;
}

/** Largest |seen − due|. */
export function worstAbsolute(seen: ArrayLike<number>, due: ArrayLike<number>): number {
  expect(seen.length).toBe(due.length);
  let worst = 0;
  for (let i = 0; i < due.length; i++) {
    const error = Math.abs((seen[i] ?? NaN) - (due[i] ?? NaN));
    worst = error <= worst ? worst : error;
  }
  return worst;
}
