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
import type { HeldStory } from './stories';

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
  /** What the service holds of the story by now: rows may have been made exact meanwhile. */
  latest(): HeldStory | null;
  /** Called with every step, before it is sent. */
  keep(story: HeldStory): void;
}

type Wire = Pick<Environment, 'clock' | 'pause' | 'send'>;

/** @throws StoryError cancelled, memory_limit, unknown_option; what was kept until then stays */
export async function runTell(job: TellJob, signal: AbortSignal, wire: Wire): Promise<Results['tell']> {
  const { width } = job.model.checkpoint.config;
  if (job.held?.document.method.mode === 'exact') {
    return ended(job.held, { reason: 'exact', secondsLeft: null });
  }
  job.progress.update({ stage: 'attention', done: 0, total: width, secondsLeft: null });
  const loaded = await unlessCancelled(job.model.onEngine(), signal);
  const updates = loaded.tell(requestOf(job), hooksOf(job, signal, wire));
  let story = job.held;
  try {
    for (;;) {
      throwIfCancelled(signal);
      const step = await updates.next();
      if (step.done === true) {
        return ended(story, step.value);
      }
      if (isBetter(step.value, job.held)) {
        story = advanced(job, job.latest() ?? story, step.value);
        job.keep(story);
        await sendPartial(job, story, step.value, wire);
      }
    }
  } finally {
    await updates.return({ reason: 'samples', secondsLeft: null });
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
  const { norm, target, source, paths, seed, hidden = false } = document.method;
  const groups = held?.groups ?? null;
  return {
    ids: Int32Array.from(document.pieces, ({ id }) => id),
    segments: Int32Array.from(document.pieces, ({ segment }) => segment),
    method: { norm, target, source, paths },
    seed,
    stop,
    hidden,
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
  const document: StoryDocument = {
    ...story.document,
    engine: first.engine,
    method: { ...method, mode: stage, samples },
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
    done: method.samples,
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
