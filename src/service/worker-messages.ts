// What the service's main thread and the portable engine's threads say to each other.

import type { ErrorData } from '../core/errors';
import type { Block, CotangentBlock, Descent, Route, Squares } from '../gradient/executor';
import type { LayerParameters, ModelConfig } from '../model/parameters';
import type { Primal } from '../model/primal';

/** Models and sentences go by numbers that the main thread gives. */
export type Call =
  | { readonly call: 'open'; readonly wasmFolder: string }
  | { readonly call: 'rate'; readonly size: number }
  /** The weights lie in memory that all threads share. */
  | {
      readonly call: 'load';
      readonly model: number;
      readonly config: ModelConfig;
      readonly layers: readonly LayerParameters[];
    }
  | { readonly call: 'unload'; readonly model: number }
  | { readonly call: 'encode'; readonly model: number; readonly input: Float32Array }
  | {
      readonly call: 'prepare';
      readonly model: number;
      readonly sentence: number;
      readonly primal: Primal;
      readonly route: Route;
    }
  | { readonly call: 'run'; readonly sentence: number; readonly block: Block }
  | { readonly call: 'collapse'; readonly sentence: number; readonly layers: number }
  | {
      readonly call: 'prepareReverse';
      readonly model: number;
      readonly sentence: number;
      readonly primal: Primal;
      readonly descent: Descent;
    }
  | { readonly call: 'pull'; readonly sentence: number; readonly block: CotangentBlock }
  | { readonly call: 'release'; readonly sentence: number };

/** What each call answers. */
export interface Returns {
  readonly open: { readonly version: string };
  readonly rate: number;
  readonly load: null;
  readonly unload: null;
  readonly encode: Primal;
  readonly prepare: null;
  readonly run: Squares;
  readonly collapse: null;
  readonly prepareReverse: null;
  readonly pull: Float32Array;
  readonly release: null;
}

export interface Order {
  readonly id: number;
  /** Shared with the caller, who sets its one number to end the call early. */
  readonly stop: Int32Array;
  readonly body: Call;
}

export type Reply =
  | { readonly id: number; readonly kind: 'fraction'; readonly done: number }
  | { readonly id: number; readonly kind: 'value'; readonly value: Returns[Call['call']] }
  | { readonly id: number; readonly kind: 'error'; readonly error: ErrorData };
