// The forward pass of the sentence at hand, kept for rows and Jacobians that are asked of it, as long as memory is not needed.

import type { Primal } from '../model/primal';
import type { Executor } from './executor';

/** An executor that remembers the last sentence it encoded. */
export interface RecallingExecutor extends Executor {
  /** As `encode`, or what that gave the last time, if it was for the same input and is still there. */
  recall(...parameters: Parameters<Executor['encode']>): Promise<Primal>;
}

export function recalling(executor: Executor): RecallingExecutor {
  let last: { readonly input: Float32Array; readonly primal: WeakRef<Primal> } | null = null;
  const encode: Executor['encode'] = async (input, turn) => {
    const primal = await executor.encode(input, turn);
    last = { input, primal: new WeakRef(primal) };
    return primal;
  };
  return {
    lanes: executor.lanes,
    cheapBatches: executor.cheapBatches,
    get rate() {
      return executor.rate;
    },
    rowsPerBlock: tokens => executor.rowsPerBlock(tokens),
    encode,
    recall: async (input, turn) => {
      const known = last !== null && same(last.input, input) ? last.primal.deref() : undefined;
      return known ?? encode(input, turn);
    },
    prepare: (...parameters) => executor.prepare(...parameters),
    prepareReverse: (...parameters) => executor.prepareReverse(...parameters),
    dispose: () => executor.dispose()
  };
}

function same(left: Float32Array, right: Float32Array): boolean {
  return left.length === right.length && left.every((value, i) => value === right[i]);
}
