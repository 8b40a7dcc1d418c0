// What was computed before, by what it was computed of: the same text under the same options is answered at once, and gone on from.

import { MAX_CACHED_BYTES } from '../core/limits';
import type { StopRule } from '../core/method';
import type { AtlasEnd, AtlasRequest, AtlasUpdate } from '../gradient/compute';
import { roundSamples } from '../gradient/stop';
import type { ModelConfig } from '../model/parameters';

export type AttentionUpdate = Extract<AtlasUpdate, { stage: 'attention' }>;
export type AttributionUpdate = Exclude<AtlasUpdate, { stage: 'attention' }>;

export interface KnownResult {
  readonly attention: AttentionUpdate;
  /** `seconds` are all that went into it. */
  readonly best: AttributionUpdate;
  /** How jobs ended that came no further than `best`, by their rule. */
  readonly ends: ReadonlyMap<string, AtlasEnd>;
}

/** How far a job goes and from where: the same numbers come out. */
const NO_CONTENT: readonly string[] = ['stop', 'resume', 'memoryBudget'] satisfies (keyof AtlasRequest)[];

/** What a model's numbers hang on: the same weights may be read with other heads or another activation. */
export interface ModelIdentity {
  readonly sha256: string;
  readonly config: ModelConfig;
}

/** Says of what a result is: everything of the request that the numbers hang on, the model and the precision. */
export function contentKey(request: AtlasRequest, model: ModelIdentity, precision: string): string {
  const content = Object.entries(request)
    .filter(([name]) => !NO_CONTENT.includes(name))
    .map(([name, value]: [string, unknown]) => [name, value instanceof Int32Array ? [...value] : value]);
  return JSON.stringify([model.sha256, model.config, precision, content]);
}

/** A result, or null where it comes from more directions than were asked for: who says how many means that many. */
export function withinRule(known: KnownResult | null, rule: StopRule, width: number): KnownResult | null {
  const tooFar =
    rule.rule === 'samples' && known !== null && known.best.samples > roundSamples(rule.samples, width);
  return tooFar ? null : known;
}

/** The end that a job under this rule would come to at once, or null when there is something to do. */
export function endOf({ best, ends }: KnownResult, rule: StopRule, width: number): AtlasEnd | null {
  if (best.stage === 'exact') {
    return { reason: 'exact', secondsLeft: null };
  }
  switch (rule.rule) {
    case 'samples':
      return best.samples >= roundSamples(rule.samples, width)
        ? { reason: 'samples', secondsLeft: null }
        : null;
    case 'error':
      return best.rmsError <= rule.error ? { reason: 'error', secondsLeft: null } : null;
    case 'exact':
      return null;
    case 'auto':
      // It hangs on the pace too: only the very same rule ends the same way.
      return ends.get(JSON.stringify(rule)) ?? null;
  }
}

/** The results used last, within a budget of bytes; arrays are copied in and out, since stories write rows into theirs. */
export class ResultCache {
  readonly #budget: number;
  /** The one used last at the end. */
  readonly #results = new Map<string, KnownResult>();

  /** @param budget bytes; what takes more, or over `MAX_CACHED_BYTES`, is not kept */
  constructor(budget: number) {
    this.#budget = budget;
  }

  get bytes(): number {
    return [...this.#results.values()].reduce((sum, result) => sum + bytesOf(result), 0);
  }

  get(key: string): KnownResult | null {
    const known = this.#results.get(key);
    if (known === undefined) {
      return null;
    }
    this.#results.delete(key);
    this.#results.set(key, known);
    return copied(known);
  }

  /** Keeps a result, and how the job under `rule` ended with it; null: before its end. What is known better stays. */
  put(
    key: string,
    attention: AttentionUpdate,
    best: AttributionUpdate,
    rule: StopRule,
    end: AtlasEnd | null
  ): void {
    const known = this.#results.get(key);
    const better = known === undefined || known.best.samples < best.samples;
    const ends = new Map(better ? [] : known.ends);
    if (end !== null) {
      ends.set(JSON.stringify(rule), end);
    }
    const result = better ? { attention, best, ends } : { ...known, ends };
    const size = bytesOf(result);
    if (size > this.#budget || size > MAX_CACHED_BYTES) {
      return;
    }
    this.#results.delete(key);
    this.#results.set(key, better ? copied(result) : result);
    for (const oldest of this.#results.keys()) {
      if (this.bytes <= this.#budget) {
        return;
      }
      this.#results.delete(oldest);
    }
  }
}

function copied({ attention, best, ends }: KnownResult): KnownResult {
  return { attention: withCopies(attention), best: withCopies(best), ends };
}

function withCopies<T extends AtlasUpdate>(update: T): T {
  const entries = Object.entries(update).map(([name, value]: [string, unknown]) => [
    name,
    value instanceof Float32Array ? value.slice() : value
  ]);
  return Object.fromEntries(entries) as T;
}

function bytesOf({ attention, best }: KnownResult): number {
  return [...Object.values(attention), ...Object.values(best)].reduce(
    (sum: number, value: unknown) => sum + (value instanceof Float32Array ? value.byteLength : 0),
    0
  );
}
