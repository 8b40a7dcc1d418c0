// Which stories are computed, from what, in which turn and with how much memory?

import { StoryError } from '../core/errors';
import type { EngineReport } from '../gradient/compute';
import type { Results } from '../protocol/answers';
import type { RequestOf } from '../protocol/requests';
import { directionsOf } from '../story/contents';
import type { StoryDocument } from '../story/document';
import type { Environment } from './environment';
import type { Interludes } from './interludes';
import type { JobQueue } from './jobs';
import { roomFor } from './memory';
import type { ModelShelf, OpenModel } from './models';
import { checkOptions, encodeWith, newDocument, type DocumentBefore } from './new-story';
import { ProgressReporter } from './progress';
import type { ResultCache } from './result-cache';
import type { RowContext } from './rows';
import type { HeldStory, StoryStore } from './stories';
import { runTell } from './tell';

export interface TellerOptions {
  readonly environment: Environment;
  readonly jobs: JobQueue;
  readonly interludes: Interludes;
  readonly models: ModelShelf;
  readonly stories: StoryStore;
  readonly results: ResultCache;
  /** The engine that computes, opened if need be. */
  readonly engine: () => Promise<EngineReport>;
  /** Bytes that the process takes with its engine, before any model. */
  readonly baseline: () => number;
}

/** Of the memory budget; weights lie in memory twice, as read and on the engine. */
const WEIGHTS_SHARE = 1 / 4;
const COPIES_OF_WEIGHTS = 2;

interface Subject {
  readonly id: number;
  readonly model: OpenModel;
  readonly key: string;
  readonly document: DocumentBefore;
  /** What came along with the request or was held then. */
  readonly held: HeldStory | null;
}

type Rule = Pick<RequestOf<'tell'>, 'stop' | 'measures' | 'slot'>;

export class Teller {
  readonly #options: TellerOptions;

  constructor(options: TellerOptions) {
    this.#options = options;
  }

  // Both take their place in the queue before they wait for anything, so that a cancel right behind them finds them there.

  /** @throws StoryError what is wrong with the request, busy, cancelled, memory_limit */
  async tell(id: number, request: RequestOf<'tell'>): Promise<Results['tell']> {
    const { environment, models } = this.#options;
    const model = models.get(request.model);
    checkOptions(request.options, model.info);
    const start = environment.clock.now();
    const encoded = encodeWith(model, request);
    const tokenize = environment.clock.now() - start;
    const made = { tokenize, date: environment.date() };
    const document = newDocument(model.info, encoded, request, made);
    return this.#run({ id, model, key: environment.newKey(), document, held: null }, request);
  }

  /** @throws StoryError unknown_model, and as tell */
  async refine(id: number, held: HeldStory, request: RequestOf<'refine'>): Promise<Results['tell']> {
    const model = this.#modelOf(held, request.model);
    return this.#run({ id, model, key: held.key, document: held.document, held }, request);
  }

  /**
   * Something small about a story that its model is needed for: computed between the calls of the running job.
   *
   * @param model key of the model, null for the one that the story was told of
   * @throws StoryError unknown_model, cancelled, and what `work` throws
   */
  async aside<T>(
    id: number,
    story: HeldStory,
    model: string | null,
    work: (context: RowContext) => Promise<T>
  ): Promise<T> {
    const { environment, interludes, stories } = this.#options;
    const open = this.#modelOf(story, model);
    return interludes.run(id, signal =>
      work({
        model: open,
        stories,
        signal,
        memoryBudget: this.#room(story.document),
        pause: () => environment.pause()
      })
    );
  }

  /** @throws StoryError unknown_model */
  #modelOf(held: HeldStory, key: string | null): OpenModel {
    const { models } = this.#options;
    const { sha256, id: name } = held.document.model;
    const model = key === null ? models.bySha256(sha256) : models.get(key);
    if (model?.info.sha256 !== sha256) {
      throw new StoryError(
        'unknown_model',
        `the story was told of model ${name}, whose weights are not loaded`,
        'load that model first',
        { sha256 }
      );
    }
    return model;
  }

  async #run(subject: Subject, { stop, measures, slot }: Rule): Promise<Results['tell']> {
    const { environment, interludes, jobs, models, stories, results, engine } = this.#options;
    const { id, model, key, document } = subject;
    this.#room(document);
    jobs.admit(slot);
    const total = directionsOf(document);
    const first = { kind: 'progress', stage: 'queued', done: 0, total, secondsLeft: null } as const;
    const progress = new ProgressReporter(first, environment.clock, latest => {
      void environment.send(id, latest);
    });
    try {
      return await jobs.run(id, slot, async signal => {
        await interludes.over(signal);
        await models.makeRoom(environment.memoryBudget * WEIGHTS_SHARE, model);
        // A job before this one may have brought the same story further.
        const held = subject.held && stories.has(key) ? stories.get(key) : subject.held;
        const job = {
          ...subject,
          document: computedBy(await engine(), held?.document ?? document),
          held,
          stop,
          measures,
          progress,
          results,
          memoryBudget: this.#room(document),
          latest: () => (stories.has(key) ? stories.get(key) : null),
          keep: (story: HeldStory) => stories.put(story)
        };
        const pause = async (): Promise<void> => {
          await environment.pause();
          await interludes.over(signal);
        };
        const { clock } = environment;
        return runTell(job, signal, { clock, pause, send: (...answer) => environment.send(...answer) });
      });
    } finally {
      progress.dispose();
    }
  }

  /** Bytes that are left for computing. @throws StoryError memory_limit */
  #room({ model, pieces }: DocumentBefore): number {
    const { environment, models, stories, results, baseline } = this.#options;
    const taken = baseline() + COPIES_OF_WEIGHTS * models.bytes + stories.bytes + results.bytes;
    const { layers, heads } = model;
    return roomFor({ layers, heads, pieces: pieces.length }, environment.memoryBudget, taken);
  }
}

/** Says who computes, and how precisely. */
function computedBy(
  { name, version, threads, precision, productError }: EngineReport,
  document: DocumentBefore
): StoryDocument {
  const off = precision === 'float32' || productError === null ? {} : { product_error: productError };
  return {
    ...document,
    method: { ...document.method, precision },
    engine: { name, version, threads, ...off }
  };
}
