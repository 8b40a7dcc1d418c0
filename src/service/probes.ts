// Which engines can run here, and how fast each multiplies: the one that runs, and the other for comparison.

import { errorData } from '../core/errors';
import type { Compute } from '../gradient/compute';
import type { EngineProbe } from '../protocol/answers';
import type { EngineChoice } from './engines';

/**
 * The running engine first.
 *
 * @param open opens an engine beside the running one; it is closed again
 */
export async function probeEngines(
  running: Compute,
  open: (choice: EngineChoice) => Promise<Compute>
): Promise<EngineProbe[]> {
  const other = running.info.name === 'tfjs-node' ? 'tfjs-wasm' : 'tfjs-node';
  return [await measured(running, true), await openedAndMeasured(other, open)];
}

async function openedAndMeasured(
  name: 'tfjs-node' | 'tfjs-wasm',
  open: (choice: EngineChoice) => Promise<Compute>
): Promise<EngineProbe> {
  try {
    const compute = await open(name);
    try {
      return await measured(compute, false);
    } finally {
      await compute.dispose();
    }
  } catch (error) {
    const { message } = errorData(error);
    return {
      name,
      version: null,
      threads: null,
      runs: false,
      gflops: null,
      precision: null,
      productError: null,
      why: message
    };
  }
}

async function measured(compute: Compute, runs: boolean): Promise<EngineProbe> {
  const { name, version, threads, precision, productError, why } = compute.info;
  return { name, version, threads, runs, gflops: await compute.productRate(), precision, productError, why };
}
