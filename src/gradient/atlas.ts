// One job: attention, then attribution from more and more directions until the rule stops it.

import { JACKKNIFE_GROUPS } from '../core/limits';
import { embed, type Embedded } from '../model/embed';
import type { ModelConfig, ModelParameters } from '../model/parameters';
import type { Primal } from '../model/primal';
import { planMemory } from './budget';
import type { AtlasEnd, AtlasHooks, AtlasRequest, AtlasUpdate } from './compute';
import { costsOf, operationsAhead, paysToCollapse, type Costs } from './cost';
import { Estimator, type Estimate } from './estimator';
import type { Executor, Sentence, Turn } from './executor';
import { checkHybrid, randomPlan, seededPlan, type DirectionPlan, type RunDirections } from './hybrid';
import { Pace } from './pace';
import { routeOf } from './route';
import { directionsAt, ownVector, startingVectors, type VectorsOf } from './sources';
import type { Subject } from './reverse';
import { decide, directionsAhead, expectedEnd, type Decision, type Standing } from './stop';
import { summedNorms } from './summed';
import { Sweep } from './sweep';
import { turnOf } from './turn';

export interface AtlasModel {
  readonly config: ModelConfig;
  readonly parameters: ModelParameters;
  readonly executor: Executor;
}

interface Job {
  readonly model: AtlasModel;
  readonly request: AtlasRequest;
  readonly hooks: AtlasHooks;
  readonly turn: Turn;
  readonly embedded: Embedded;
  readonly primal: Primal;
  readonly sentence: Sentence;
  readonly sweep: Sweep;
  readonly costs: Costs;
  /** Layers that memory allows to collapse. */
  readonly collapsible: number;
}

/** Seconds of work after which its pace is trusted: the engine's first calls are slower. */
const MEASURING_SECONDS = 2;
/** Share of a product's speed that the whole derivative reaches. */
const EFFICIENCY = 0.7;

/** As `LoadedModel.tell` promises. */
export async function* tellAtlas(
  model: AtlasModel,
  request: AtlasRequest,
  hooks: AtlasHooks
): AsyncGenerator<AtlasUpdate, AtlasEnd> {
  const { config, executor } = model;
  const route = routeOf(request.method, config.layers);
  checkHybrid(request.hybrid, request.method, directionsAt(config, request.method.source));
  const turn = turnOf(hooks);
  const began = hooks.now();
  const embedded = embed(config, model.parameters, request.ids, request.segments);
  const primal = await executor.encode(embedded.input, turn);
  yield { stage: 'attention', attention: attentionOf(primal), seconds: hooks.now() - began };
  await turn.pause();
  if (request.method.norm === 'sum') {
    return yield* alongSums({ ...model, embedded, primal, source: request.method.source }, request, hooks);
  }
  const { hidden } = request;
  const memory = planMemory(config, primal.tokens, request.memoryBudget, executor, request);
  const whole = { ...route, hidden, mix: memory.mix };
  const sentence = await executor.prepare(primal, whole, turn);
  try {
    const sweep = new Sweep(executor, sentence, primal.tokens, config.width, memory.rows);
    const means = { collapsible: memory.collapsible, lanes: executor.lanes, columns: sweep.columns() };
    const costs = costsOf(config, primal.tokens, whole, means);
    const job = { model, request, hooks, turn, embedded, primal, sentence, sweep, costs, ...memory };
    if (request.method.norm !== 'input') {
      return yield* alongDirections(job);
    }
    if (route.start !== 'each') {
      return yield* alongOwnVectors(job, [{ sweep, start: route.start }]);
    }
    const layered = primal.layers.map((_, layer) => {
      const only: Sentence = {
        run: (block, its) => sentence.run({ ...block, layer }, its),
        collapse: (...parameters) => sentence.collapse(...parameters),
        dispose: () => sentence.dispose()
      };
      return { sweep: new Sweep(executor, only, primal.tokens, config.width, memory.rows), start: layer };
    });
    return yield* alongOwnVectors(job, layered);
  } finally {
    await sentence.dispose();
  }
}

/** Norm `sum`: one reverse pass for every layer, head and query; always exact. */
async function* alongSums(
  subject: Subject,
  { method, memoryBudget }: AtlasRequest,
  hooks: AtlasHooks
): AsyncGenerator<AtlasUpdate, AtlasEnd> {
  const width = directionsAt(subject.config, method.source);
  const { start } = routeOf(method, subject.config.layers);
  const began = hooks.now();
  const report = (share: number): void => {
    const secondsLeft = share === 0 ? null : ((hooks.now() - began) * (1 - share)) / share;
    hooks.progress(share * width, width, secondsLeft);
  };
  const norms = await summedNorms(subject, method, start, memoryBudget, turnOf(hooks), report);
  yield exactUpdate(norms, width, hooks.now() - began);
  return { reason: 'exact', secondsLeft: null };
}

/** Norm `frobenius`: more and more directions of a random basis, in the end all. */
async function* alongDirections(job: Job): AsyncGenerator<AtlasUpdate, AtlasEnd> {
  const { model, hooks, turn, embedded, sentence, sweep, costs, collapsible } = job;
  const request = resumable(job.request);
  const { stop, resume } = request;
  const starting = startingVectors(request.method.source, model.parameters, embedded);
  const plan = await planOf(job, request, starting);
  const { width } = plan;
  const estimator = new Estimator(model.config, request, plan);
  const pace = new Pace(1 / (model.executor.rate * EFFICIENCY));
  const began = hooks.now();
  let collapsed = false;
  /** Operations up to the directions that are swept. */
  let worked = 0;
  let swept = resume?.samples ?? 0;
  let latest: Estimate | null = null;

  const standing = (): Standing => ({
    samples: latest?.samples ?? 0,
    swept,
    width,
    error: latest?.rmsError ?? null,
    secondsTo: end =>
      operationsAhead(costs, { directions: end - swept, collapsed }) * pace.secondsPerOperation,
    measured: pace.measured
  });
  const secondsLeft = (worked: number): number =>
    Math.max(0, standing().secondsTo(expectedEnd(stop, standing())) - worked * pace.secondsPerOperation);
  const each = (): number => (collapsed ? costs.collapsed : costs.plain);
  const report = (done: number): void => {
    const since = (done - swept) * each();
    pace.mark(worked + since, hooks.now());
    hooks.progress(plan.seeded + done, plan.seeded + width, secondsLeft(since));
  };
  const update = async (): Promise<AtlasUpdate> => {
    latest = await estimator.at(swept, turn);
    return { ...latest, secondsLeft: secondsLeft(0), seconds: hooks.now() - began };
  };

  if (swept > 0) {
    yield await update();
  }
  for (;;) {
    const decision = decide(stop, standing());
    if ('stop' in decision) {
      return { reason: decision.stop, secondsLeft: decision.secondsLeft };
    }
    pace.mark(worked, hooks.now());
    if (!collapsed && paysToCollapse(costs, directionsAhead(stop, standing()))) {
      const fraction = (share: number): void => {
        pace.mark(worked + share * costs.making, hooks.now());
        hooks.progress(plan.seeded + swept, plan.seeded + width, secondsLeft(share * costs.making));
      };
      await sentence.collapse(collapsible, { ...turn, fraction });
      worked += costs.making;
      collapsed = true;
    }
    // Before the first estimate is there, the rule may find while waiting for it that it takes too long.
    const verdict = (): Decision =>
      latest === null && hooks.now() - began > MEASURING_SECONDS ? decide(stop, standing()) : decision;
    while (swept < decision.go) {
      const end = Math.min(decision.go, swept + sweep.stride());
      const vectors = (token: number, first: number, last: number): Float32Array =>
        starting(token, plan.directions(token, first, last));
      await sweep.run(swept, end, vectors, estimator.add, turn, report, () => 'stop' in verdict());
      const found = verdict();
      if ('stop' in found) {
        return { reason: found.stop, secondsLeft: found.secondsLeft };
      }
      worked += (end - swept) * each();
      swept = end;
    }
    yield await update();
  }
}

/** Which directions there are; with seeded ones they are found and done here. */
async function planOf(job: Job, request: AtlasRequest, starting: VectorsOf): Promise<DirectionPlan> {
  const { model, hooks, turn, embedded, primal, sweep } = job;
  const { hybrid, method } = request;
  const { start } = routeOf(method, model.config.layers);
  const width = directionsAt(model.config, method.source);
  if (hybrid === 0 || start === 'each') {
    return randomPlan(width, request);
  }
  const run: RunDirections = (count, vectors, sink, report) =>
    sweep.run(
      0,
      count,
      (token, first, last) => starting(token, vectors(token, first, last)),
      sink,
      turn,
      report
    );
  const subject = { ...model, embedded, primal, source: method.source };
  // Of the progress only the seeded directions count; the first random ones are looked at and left.
  return seededPlan(subject, request, start, run, turn, done =>
    hooks.progress(Math.max(0, done - JACKKNIFE_GROUPS), width, null)
  );
}

/** Tangents at the input of one layer. */
interface OwnSweep {
  readonly sweep: Sweep;
  readonly start: number;
}

/** Norm `input`: one tangent per token, its own vector, from each of the starts; always exact. */
async function* alongOwnVectors(
  job: Job,
  sweeps: readonly OwnSweep[]
): AsyncGenerator<AtlasUpdate, AtlasEnd> {
  const { model, request, hooks, turn, embedded, primal } = job;
  const { config } = model;
  const { source } = request.method;
  const width = directionsAt(config, source);
  const began = hooks.now();
  const norms = new Float32Array(config.layers * config.heads * primal.tokens ** 2).fill(NaN);
  const hidden = request.hidden ? new Float32Array(config.layers * primal.tokens ** 2).fill(NaN) : null;
  const starting = startingVectors(source, model.parameters, embedded);
  for (const [index, { sweep, start }] of sweeps.entries()) {
    await sweep.run(
      0,
      1,
      token => starting(token, ownVector(source, start, embedded, primal, token)),
      ({ heads, hidden: states }, sources) => {
        keepRoots(heads, sources, norms, primal.tokens);
        if (states !== null && hidden !== null) {
          keepRoots(states, sources, hidden, primal.tokens);
        }
      },
      turn,
      done => hooks.progress(((index + done) * width) / sweeps.length, width, null)
    );
  }
  yield { ...exactUpdate(norms, width, hooks.now() - began), hiddenNorms: hidden };
  return { reason: 'exact', secondsLeft: null };
}

/** Square roots of the squares that were computed, [row, column], into [row, source]. */
function keepRoots(squares: Float32Array, sources: Int32Array, into: Float32Array, tokens: number): void {
  squares.forEach((square, i) => {
    if (!Number.isNaN(square)) {
      const row = Math.floor(i / sources.length);
      into[row * tokens + (sources[i % sources.length] as number)] = Math.sqrt(square);
    }
  });
}

/** Where an estimate lacks the hidden norms that are wanted, everything starts anew. */
function resumable(request: AtlasRequest): AtlasRequest {
  const lacking = request.hidden && request.resume !== null && request.resume.hiddenNorms === null;
  return lacking ? { ...request, resume: null } : request;
}

function exactUpdate(
  norms: Float32Array,
  width: number,
  seconds: number
): Extract<AtlasUpdate, { stage: 'sampled' | 'exact' }> {
  return {
    stage: 'exact',
    samples: width,
    exactDirections: 0,
    norms,
    hiddenNorms: null,
    error: new Float32Array(norms.length),
    groups: null,
    rmsError: 0,
    secondsLeft: 0,
    seconds
  };
}

/** [layer, head, query, source] */
function attentionOf({ layers }: Primal): Float32Array {
  const size = layers[0]?.attention.length ?? 0;
  const all = new Float32Array(layers.length * size);
  layers.forEach((layer, i) => all.set(layer.attention, i * size));
  return all;
}
