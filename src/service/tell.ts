// The job behind tell and refine: goes with one story from attention to the end of a rule, and sends every step.

import type { MeasureRequest } from '../analysis/options';
import { named, type NamedArray } from '../core/arrays';
import { StoryError, throwIfCancelled } from '../core/errors';
import type { StopRule } from '../core/method';
import type { AtlasEnd, AtlasHooks, AtlasRequest, AtlasUpdate } from '../gradient/compute';
import type { PartialAnswer, Results } from '../protocol/answers';
import { directionsOf } from '../story/contents';
import type { StoryDocument } from '../story/document';
import type { Environment } from './environment';
import { withExactRows } from './exact-rows';
import { measured } from './measures';
import type { OpenModel } from './models';
import type { ProgressReporter } from './progress';
import {
  contentKey,
  endOf,
  withinRule,
  type AttributionUpdate,
  type KnownResult,
  type ResultCache
} from './result-cache';
import type { HeldStory } from './stories';
import { subjectOf } from './subject';

export interface TellJob {
  readonly id: number;
  readonly model: OpenModel;
  readonly key: string;
  /** Without maps at first. */
  readonly document: StoryDocument;
  /** What was computed before. */
  readonly held: HeldStory | null;
  readonly stop: StopRule;
  readonly measures: readonly MeasureRequest[];
  readonly memoryBudget: number;
  readonly progress: ProgressReporter;
  readonly results: ResultCache;
  /** What the service holds of the story by now: rows may have been made exact meanwhile. */
  latest(): HeldStory | null;
  /** Called with every step, before it is sent. */
  keep(story: HeldStory): void;
}

type Wire = Pick<Environment, 'clock' | 'pause' | 'send'>;

/** @throws StoryError cancelled, memory_limit, unknown_option; what was kept until then stays */
export async function runTell(job: TellJob, signal: AbortSignal, wire: Wire): Promise<Results['tell']> {
  const { results, stop, model } = job;
  const width = directionsOf(job.document);
  if (job.held?.document.method.mode === 'exact') {
    return ended(job.held, { reason: 'exact', secondsLeft: null });
  }
  const identity = { sha256: job.document.model.sha256, config: model.checkpoint.config };
  const content = contentKey(requestOf(job), identity, job.document.method.precision);
  const known = withinRule(results.get(content), stop, width);
  const held = await recalled(job, known, wire);
  const recall = held === job.held ? null : known;
  const end = recall && endOf(recall, stop, width);
  if (end) {
    return ended(held, end);
  }
  return computed({ ...job, held }, { content, known, recall }, signal, wire);
}

/** The story as it was or, where one of the same content came further before, as far as that: what is new is sent at once. */
async function recalled(job: TellJob, known: KnownResult | null, wire: Wire): Promise<HeldStory | null> {
  if (known === null || known.best.samples <= (job.held?.document.method.samples ?? 0)) {
    return job.held;
  }
  let story = job.held;
  let reused = 0;
  for (const update of story === null ? [known.attention, known.best] : [known.best]) {
    reused += update.seconds;
    const { document, ...rest } = advanced({ ...job, held: null }, story, update);
    story = { ...rest, document: { ...document, timing: { ...document.timing, reused } } };
    job.keep(story);
    await sendPartial(job, story, update, wire);
  }
  return story;
}

interface Recall {
  /** What the result is a result of. */
  readonly content: string;
  readonly known: KnownResult | null;
  /** `known`, where it has been sent. */
  readonly recall: KnownResult | null;
}

/** Goes on with the story on the engine, and keeps how far it came for the next one of the same content. */
async function computed(
  job: TellJob,
  { content, known, recall }: Recall,
  signal: AbortSignal,
  wire: Wire
): Promise<Results['tell']> {
  const total = directionsOf(job.document);
  job.progress.update({ stage: 'attention', done: 0, total, secondsLeft: null });
  const loaded = await unlessCancelled(job.model.onEngine(), signal);
  const updates = loaded.tell(requestOf(job), hooksOf(job, signal, wire));
  let story = job.held;
  let attention = known?.attention ?? null;
  let best: AttributionUpdate | null = null;
  let end: AtlasEnd | null = null;
  try {
    for (;;) {
      throwIfCancelled(signal);
      const step = await updates.next();
      if (step.done === true) {
        end = step.value;
        return ended(story, end);
      }
      const update = step.value;
      if (update.stage === 'attention') {
        attention = update;
      }
      if (
        isBetter(update, job.held) &&
        !(update.stage === 'sampled' && update.samples === recall?.best.samples)
      ) {
        story = advanced(job, job.latest() ?? story, update);
        if (update.stage !== 'attention') {
          best = { ...update, seconds: story.document.timing['attribution'] ?? update.seconds };
        }
        job.keep(story);
        await sendPartial(job, story, update, wire);
      }
    }
  } finally {
    await updates.return({ reason: 'samples', secondsLeft: null });
    // Rows made exact are written into the arrays of an estimate, whose groups then are no sums of directions any more.
    const pure = best?.stage === 'exact' || (job.latest() ?? story)?.rows.size === 0;
    const reached = best ?? recall?.best ?? null;
    if (pure && attention !== null && reached !== null) {
      job.results.put(content, attention, reached, job.stop, end);
    }
  }
}

/** Does not wait for work that nobody wants any more; it ends on its own, for the next one who needs it. */
async function unlessCancelled<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const cancelled = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  try {
    return await Promise.race([work, cancelled]);
  } catch (error) {
    throwIfCancelled(signal);
    throw error;
  }
}

function requestOf({ document, held, stop, memoryBudget }: TellJob): AtlasRequest {
  const { seed, exact_directions: hybrid, hidden = false } = document.method;
  const groups = held?.groups ?? null;
  return {
    ...subjectOf(document),
    seed,
    stop,
    hidden,
    hybrid,
    resume:
      held && groups
        ? { samples: held.document.method.samples, groups, hiddenNorms: held.hiddenNorms ?? null }
        : null,
    memoryBudget
  };
}

function hooksOf({ progress }: TellJob, signal: AbortSignal, { clock, pause }: Wire): AtlasHooks {
  return {
    signal,
    pause,
    now: clock.now,
    progress: (done, total, secondsLeft) =>
      progress.update({ stage: 'attribution', done, total, secondsLeft })
  };
}

/** A story that came without its groups starts anew: what is worse than what is there already is not shown. */
function isBetter(update: AtlasUpdate, held: HeldStory | null): boolean {
  if (!held) {
    return true;
  }
  return update.stage !== 'attention' && update.samples >= held.document.method.samples;
}

function advanced(job: TellJob, story: HeldStory | null, update: AtlasUpdate): HeldStory {
  const { key, document: first, held } = job;
  const { method, timing } = story?.document ?? first;
  if (update.stage === 'attention') {
    const document = { ...first, timing: { ...timing, attention: update.seconds } };
    const { attention } = update;
    const none = { norms: null, error: null, rmsError: null, groups: null, hiddenNorms: null };
    return { key, document, attention, rows: story?.rows ?? new Map(), heads: null, results: [], ...none };
  }
  if (!story) {
    throw new StoryError('internal', 'attribution came before attention', 'report this', {});
  }
  const { norms, error, rmsError, groups, hiddenNorms, samples, stage } = update;
  const attribution = (held?.document.timing['attribution'] ?? 0) + update.seconds;
  const mode = stage === 'sampled' && method.exact_directions > 0 ? 'hybrid' : stage;
  const document: StoryDocument = {
    ...story.document,
    engine: first.engine,
    method: { ...method, precision: first.method.precision, mode, samples },
    timing: { ...timing, attribution }
  };
  const better = { ...story, document, norms, error, rmsError, groups, hiddenNorms, results: [] };
  return withExactRows(better, story.rows);
}

async function sendPartial(job: TellJob, story: HeldStory, update: AtlasUpdate, wire: Wire): Promise<void> {
  const { method } = story.document;
  const answer: PartialAnswer = {
    kind: 'partial',
    story: story.key,
    stage: update.stage,
    document: story.document,
    done: method.samples + (method.mode === 'hybrid' ? method.exact_directions : 0),
    total: directionsOf(story.document),
    error: story.rmsError,
    secondsLeft: update.stage === 'attention' ? null : update.secondsLeft,
    results: update.stage === 'attention' ? [] : job.measures
  };
  if (update.stage === 'attention') {
    await wire.send(job.id, answer, { attention: mapsOf(story, update.attention) });
    return;
  }
  const results = await measured(story, job.measures, false, wire);
  await wire.send(job.id, answer, {
    norms: mapsOf(story, update.norms),
    error: mapsOf(story, update.error),
    ...(update.groups ? { groups: mapsOf(story, update.groups) } : {}),
    ...(update.hiddenNorms ? { hidden_norms: hiddenOf(story, update.hiddenNorms) } : {}),
    ...results
  });
}

/** [layer, head, query, source], with the groups in front where there are any. */
function mapsOf({ document }: HeldStory, data: Float32Array): NamedArray {
  const { layers, heads } = document.model;
  const pieces = document.pieces.length;
  const shape = [layers, heads, pieces, pieces];
  const axes = ['layer', 'head', 'query', 'source'];
  const groups = data.length / (layers * heads * pieces ** 2);
  return groups === 1 ? named(axes, shape, data) : named(['group', ...axes], [groups, ...shape], data);
}

function hiddenOf({ document }: HeldStory, data: Float32Array): NamedArray {
  const pieces = document.pieces.length;
  return named(['layer', 'query', 'source'], [document.model.layers, pieces, pieces], data);
}

function ended(story: HeldStory | null, { reason, secondsLeft }: AtlasEnd): Results['tell'] {
  if (!story) {
    throw new StoryError('internal', 'the computation ended without attention', 'report this', {});
  }
  return { story: story.key, document: story.document, reason, secondsLeft };
}
