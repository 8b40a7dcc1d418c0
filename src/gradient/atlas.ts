// One job: attention, then attribution from more and more directions until the rule stops it.

import { embed, type Embedded } from '../model/embed';
import type { ModelConfig, ModelParameters } from '../model/parameters';
import type { Primal } from '../model/primal';
import { planMemory } from './budget';
import type { AtlasEnd, AtlasHooks, AtlasRequest, AtlasUpdate } from './compute';
import { Estimator, type Estimate } from './estimator';
import type { Executor, Sentence, Turn } from './executor';
import { Pace } from './pace';
import { Basis } from './probes';
import { routeOf } from './route';
import { directionsAt, operationsPerRow, ownVector, startingVectors } from './sources';
import type { Subject } from './reverse';
import { decide, expectedEnd, type Decision, type Standing } from './stop';
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
  readonly sweep: Sweep;
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
  const turn = turnOf(hooks);
  const began = hooks.now();
  const embedded = embed(config, model.parameters, request.ids, request.segments);
  const memory = planMemory(config, request.ids.length, request.memoryBudget, executor);
  const primal = await executor.encode(embedded.input, turn);
  yield { stage: 'attention', attention: attentionOf(primal), seconds: hooks.now() - began };
  await turn.pause();
  if (request.method.norm === 'sum') {
    return yield* alongSums({ ...model, embedded, primal, source: request.method.source }, request, hooks);
  }
  const sentence = await executor.prepare(primal, { ...route, mix: memory.mix }, turn);
  try {
    const sweep = new Sweep(executor, sentence, primal.tokens, config.width, memory.rows);
    const job = { model, request, hooks, turn, embedded, primal, sweep };
    if (request.method.norm !== 'input') {
      return yield* alongDirections(job);
    }
    if (route.start !== 'each') {
      return yield* alongOwnVectors(job, [{ sweep, start: route.start }]);
    }
    const layered = primal.layers.map((_, layer) => {
      const only: Sentence = {
        run: (block, its) => sentence.run({ ...block, layer }, its),
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
  const { model, request, hooks, turn, embedded, sweep } = job;
  const { ids, segments, seed, stop, resume } = request;
  const width = directionsAt(model.config, request.method.source);
  const basis = new Basis(width, seed, ids, segments);
  const starting = startingVectors(request.method.source, model.parameters, embedded);
  const estimator = new Estimator({ ...model.config, width }, request);
  const pace = new Pace(guessedPace(model, ids.length));
  const began = hooks.now();
  let swept = resume?.samples ?? 0;
  let latest: Estimate | null = null;

  const standing = (): Standing => ({
    samples: latest?.samples ?? 0,
    swept,
    width,
    error: latest?.rmsError ?? null,
    secondsPerDirection: pace.secondsPerDirection,
    measured: pace.measured
  });
  const secondsLeft = (done: number): number =>
    Math.max(0, expectedEnd(stop, standing()) - done) * pace.secondsPerDirection;
  const report = (done: number): void => {
    pace.mark(done, hooks.now());
    hooks.progress(done, width, secondsLeft(done));
  };
  const update = async (): Promise<AtlasUpdate> => {
    latest = await estimator.at(swept, turn);
    return { ...latest, secondsLeft: secondsLeft(swept), seconds: hooks.now() - began };
  };

  if (swept > 0) {
    yield await update();
  }
  for (;;) {
    const decision = decide(stop, standing());
    if ('stop' in decision) {
      return { reason: decision.stop, secondsLeft: decision.secondsLeft };
    }
    pace.mark(swept, hooks.now());
    // Before the first estimate is there, the rule may find while waiting for it that it takes too long.
    const verdict = (): Decision =>
      latest === null && hooks.now() - began > MEASURING_SECONDS ? decide(stop, standing()) : decision;
    while (swept < decision.go) {
      const end = Math.min(decision.go, swept + sweep.stride());
      const vectors = (token: number, first: number, last: number): Float32Array =>
        starting(token, basis.directions(first, last));
      await sweep.run(swept, end, vectors, estimator.sums.add, turn, report, () => 'stop' in verdict());
      const found = verdict();
      if ('stop' in found) {
        return { reason: found.stop, secondsLeft: found.secondsLeft };
      }
      swept = end;
    }
    yield await update();
  }
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
  const starting = startingVectors(source, model.parameters, embedded);
  for (const [index, { sweep, start }] of sweeps.entries()) {
    await sweep.run(
      0,
      1,
      token => starting(token, ownVector(source, start, embedded, primal, token)),
      (squares, sources) => {
        squares.forEach((square, i) => {
          if (!Number.isNaN(square)) {
            const row = Math.floor(i / sources.length);
            norms[row * primal.tokens + (sources[i % sources.length] as number)] = Math.sqrt(square);
          }
        });
      },
      turn,
      done => hooks.progress(((index + done) * width) / sweeps.length, width, null)
    );
  }
  yield exactUpdate(norms, width, hooks.now() - began);
  return { reason: 'exact', secondsLeft: null };
}

function exactUpdate(norms: Float32Array, width: number, seconds: number): AtlasUpdate {
  return {
    stage: 'exact',
    samples: width,
    norms,
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

/** Seconds per direction before anything was measured. */
function guessedPace({ config, executor }: AtlasModel, tokens: number): number {
  return (tokens * tokens * operationsPerRow(config, tokens)) / (executor.rate * EFFICIENCY);
}
