// An engine as the service sees it, whatever is underneath: models are loaded, stories told, all of it freed.

import { activationsOf } from './activations';
import { tellAtlas } from './atlas';
import type { Compute, EngineReport } from './compute';
import type { Executor } from './executor';
import { recalling } from './recall';
import { jacobianOf, rowOf } from './row';
import type { LayerParameters, ModelConfig } from '../model/parameters';

/** What differs between one engine in this thread and several in others. */
export interface Ground {
  openModel(config: ModelConfig, layers: readonly LayerParameters[]): Promise<Executor>;
  /** Float32 operations a second of all threads together. */
  measureRate(): Promise<number>;
  dispose(): Promise<void>;
}

export function computeOn(info: EngineReport, ground: Ground): Compute {
  return {
    info,
    productRate: async () => (await ground.measureRate()) / 1e9,
    dispose: () => ground.dispose(),
    load: async (config, parameters) => {
      const executor = recalling(await ground.openModel(config, parameters.layers));
      return {
        config,
        row: (request, hooks) => rowOf({ config, parameters, executor }, request, hooks),
        jacobian: (request, hooks) => jacobianOf({ config, parameters, executor }, request, hooks),
        activations: (request, hooks) => activationsOf({ config, parameters, executor }, request, hooks),
        tell: (request, hooks) => tellAtlas({ config, parameters, executor }, request, hooks),
        dispose: () => executor.dispose()
      };
    }
  };
}
