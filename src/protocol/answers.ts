// What does the service answer? Types of all answers, camelCase here and snake_case on the wire.

import type { MeasureRequest } from '../analysis/options';
import type { ErrorData } from '../core/errors';
import type { StopReason } from '../core/method';
import type { Piece, Truncation } from '../core/piece';
import type { EngineInfo, ModelInfo, StoryDocument } from '../story/document';
import type { Header } from './frames';
import { PROTOCOL_VERSION } from './frames';

export interface Welcome {
  readonly kind: 'welcome';
  readonly service: { readonly name: string; readonly version: string };
  readonly engine: EngineInfo & { readonly why: string };
  readonly limits: Readonly<Record<string, number>>;
}

/** An engine that can run here, or why it cannot. */
export interface EngineProbe {
  readonly name: string;
  readonly version: string | null;
  readonly threads: number | null;
  /** Whether it is the one that computes. */
  readonly runs: boolean;
  /** Of a 1024³ product. */
  readonly gflops: number | null;
  readonly precision: 'float32' | 'bfloat16' | null;
  readonly productError: number | null;
  readonly why: string;
}

export interface PartialAnswer {
  readonly kind: 'partial';
  /** Key under which the service holds the story. */
  readonly story: string;
  readonly stage: 'attention' | 'sampled' | 'exact';
  readonly document: StoryDocument;
  /** Directions so far and in all. */
  readonly done: number;
  readonly total: number;
  /** rms of the relative error of live cells; null at attention, 0 when exact. */
  readonly error: number | null;
  readonly secondsLeft: number | null;
  /** The measures in the arrays `0.heads`, `0.curve`, `1.heads` … */
  readonly results: readonly MeasureRequest[];
}

export interface Progress {
  readonly kind: 'progress';
  readonly stage: 'queued' | 'attention' | 'attribution';
  readonly done: number;
  readonly total: number;
  readonly secondsLeft: number | null;
}

export interface LoadedInfo extends ModelInfo {
  readonly key: string;
  readonly maxTokens: number;
}

/** Fields of `result` by the request that it ends. */
export interface Results {
  readonly load: { readonly model: LoadedInfo };
  readonly tokenize: {
    readonly text: string;
    readonly pair: string | null;
    readonly pieces: readonly Piece[];
    readonly truncated: Truncation | null;
  };
  readonly tell: {
    readonly story: string;
    readonly reason: StopReason;
    readonly document: StoryDocument;
    readonly secondsLeft: number | null;
  };
  readonly row: {
    readonly story: string;
    readonly row: { readonly layer: number; readonly head: number; readonly query: number };
  };
  readonly jacobian: { readonly story: string };
  readonly activations: { readonly story: string };
  readonly measure: { readonly story: string; readonly results: readonly MeasureRequest[] };
  readonly draw: { readonly story: string; readonly mime: string };
  readonly save: { readonly story: string; readonly omitted: readonly string[] };
  readonly page: { readonly story: string; readonly omitted: readonly string[] };
  readonly cancel: { readonly cancelled: boolean };
  readonly status: {
    readonly engine: EngineInfo;
    readonly models: readonly LoadedInfo[];
    /** Keys of the stories that are held, the one used last at the end. */
    readonly stories: readonly string[];
    /** Ids of requests. */
    readonly running: number | null;
    readonly queued: readonly number[];
    /** Bytes. */
    readonly memory: { readonly rss: number; readonly budget: number };
    readonly gflops?: number;
    readonly engines?: readonly EngineProbe[];
  };
  readonly bye: Readonly<Record<string, never>>;
}

export type Result = { [K in keyof Results]: { readonly kind: 'result' } & Results[K] }[keyof Results];
export type Failure = { readonly kind: 'error' } & ErrorData;
export type Answer = Welcome | PartialAnswer | Progress | Result | Failure;

/** Records whose keys are the wire's own, to be translated too; all others (documents, pieces, values) are a file's. */
const NESTED = ['engine', 'engines', 'model', 'models', 'limits', 'memory'];

export function answerHeader(id: number, answer: Answer): Header {
  return { v: PROTOCOL_VERSION, id, ...renamed(answer, snakeCase), kind: answer.kind };
}

/** The answer that a header of the service holds. It is the service's own, so its fields are taken as they are. */
export function readAnswer({ v: _version, id: _id, ...fields }: Header): Answer {
  return renamed(fields, camelCase) as unknown as Answer;
}

function renamed(fields: object, rename: (name: string) => string): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      rename(name),
      NESTED.includes(name) ? renamedIn(value, rename) : value
    ])
  );
}

function renamedIn(value: unknown, rename: (name: string) => string): unknown {
  if (Array.isArray(value)) {
    return value.map(item => renamedIn(item, rename));
  }
  return typeof value === 'object' && value !== null ? renamed(value, rename) : value;
}

function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, letter => `_${letter.toLowerCase()}`);
}

function camelCase(name: string): string {
  return name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
