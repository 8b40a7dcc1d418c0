// One client's requests: each is ended by welcome, result or error, whatever happens; what computes waits for its turn.

import { errorData, StoryError } from '../core/errors';
import { MAX_FRAME_BYTES, MAX_QUEUED_JOBS, MAX_TEXT_BYTES } from '../core/limits';
import { VERSION } from '../core/version';
import type { Compute } from '../gradient/compute';
import type { Answer, Results } from '../protocol/answers';
import type { Arrays, Frame } from '../protocol/frames';
import { readRequest, type Request, type RequestOf } from '../protocol/requests';
import { activations } from './activations';
import { adopted } from './adopt';
import { draw } from './draw';
import type { Environment } from './environment';
import { checkProtocol, checkVersion } from './handshake';
import { Interludes } from './interludes';
import { JobQueue } from './jobs';
import { measured } from './measures';
import { ModelShelf } from './models';
import { encodeWith } from './new-story';
import { page } from './page';
import { probeEngines } from './probes';
import { exactRow, jacobian } from './rows';
import { ResultCache } from './result-cache';
import { save } from './save';
import { type HeldStory, StoryStore } from './stories';
import { Teller } from './teller';

/** What ends a request, with its arrays. */
interface Outcome {
  readonly answer: Answer;
  readonly arrays?: Arrays;
}

/** Of the memory budget. */
const STORIES_SHARE = 1 / 4;
const RESULTS_SHARE = 1 / 16;

export class Session {
  readonly #environment: Environment;
  readonly #jobs = new JobQueue();
  readonly #interludes = new Interludes();
  readonly #models: ModelShelf;
  readonly #stories: StoryStore;
  readonly #teller: Teller;
  /** Ids of the requests that have not ended. */
  readonly #open = new Set<number>();
  #compute: Promise<Compute> | null = null;
  /** Bytes of the process with its engine, before any model. */
  #baseline = 0;
  #greeted = false;

  constructor(environment: Environment) {
    this.#environment = environment;
    this.#models = new ModelShelf(environment, () => this.#engine());
    this.#stories = new StoryStore(environment.memoryBudget * STORIES_SHARE);
    this.#teller = new Teller({
      environment,
      jobs: this.#jobs,
      interludes: this.#interludes,
      models: this.#models,
      stories: this.#stories,
      results: new ResultCache(environment.memoryBudget * RESULTS_SHARE),
      engine: async () => (await this.#engine()).info,
      baseline: () => this.#baseline
    });
  }

  /** Never throws, and settles when the request has ended. */
  async receive(frame: Frame): Promise<void> {
    const { id } = frame.header;
    const { send, end } = this.#environment;
    const isNew = id > 0 && !this.#open.has(id);
    try {
      if (!isNew) {
        throw badRequest(`a request needs an id from 1 on that is not in use, it has ${id}`);
      }
      this.#open.add(id);
      const { answer, arrays } = await this.#answer(id, frame);
      await send(id, answer, arrays);
      if (frame.header.kind === 'bye') {
        end();
      }
    } catch (error) {
      await this.#refuse(id, error);
    } finally {
      if (isNew) {
        this.#open.delete(id);
      }
    }
  }

  async #refuse(id: number, error: unknown): Promise<void> {
    const { send, log } = this.#environment;
    const data = errorData(error);
    if (data.code === 'internal') {
      log(error instanceof Error ? (error.stack ?? error.message) : String(error));
    }
    try {
      await send(id, { kind: 'error', ...data });
    } catch (defect) {
      // Its values cannot travel; a request must not stay without an end.
      log(String(defect));
      await send(id, { kind: 'error', ...data, values: {} });
    }
  }

  async #answer(id: number, frame: Frame): Promise<Outcome> {
    checkProtocol(frame.header.v);
    const request = readRequest(frame);
    if (!this.#greeted && request.kind !== 'hello') {
      throw badRequest(`the first request has to be hello, this one is ${request.kind}`);
    }
    return this.#serve(id, request, frame.arrays);
  }

  async #serve(id: number, request: Request, arrays: Arrays): Promise<Outcome> {
    switch (request.kind) {
      case 'hello':
        return this.#hello(request);
      case 'load': {
        const model = await this.#models.load(request.model, request.name, request.revision);
        return result({ model: model.info });
      }
      case 'tokenize':
        return result(encodeWith(this.#models.get(request.model), request));
      case 'tell':
        return result(await this.#teller.tell(id, request));
      case 'refine':
        return result(await this.#teller.refine(id, this.#story(request, arrays), request));
      case 'row': {
        const story = this.#story(request, arrays);
        const values = await this.#teller.aside(id, story, request.model, context =>
          exactRow(story, request, context)
        );
        const { layer, head, query } = request;
        return { ...result({ story: story.key, row: { layer, head, query } }), arrays: values };
      }
      case 'jacobian': {
        const story = this.#story(request, arrays);
        const values = await this.#teller.aside(id, story, request.model, context =>
          jacobian(story, request, context)
        );
        return { ...result({ story: story.key }), arrays: values };
      }
      case 'activations': {
        const story = this.#story(request, arrays);
        const values = await this.#teller.aside(id, story, request.model, context =>
          activations(story, request.names, context)
        );
        return { ...result({ story: story.key }), arrays: values };
      }
      case 'measure': {
        const story = this.#story(request, arrays);
        const { requests, rows } = request;
        const values = await measured(story, requests, rows, this.#environment);
        return { ...result({ story: story.key, results: requests }), arrays: values };
      }
      case 'draw': {
        const story = this.#story(request, arrays);
        const { mime, arrays: file } = await draw(story, request, this.#environment);
        return { ...result({ story: story.key, mime }), arrays: file };
      }
      case 'save': {
        const story = this.#story(request, arrays);
        const { omitted, results, arrays: file } = await save(story, request.budget, this.#environment);
        this.#stories.remember(story, results);
        return { ...result({ story: story.key, omitted }), arrays: file };
      }
      case 'page': {
        const story = this.#story(request, arrays);
        const { omitted, results, arrays: file } = await page(story, request, this.#environment);
        this.#stories.remember(story, results);
        return { ...result({ story: story.key, omitted }), arrays: file };
      }
      case 'cancel':
        return result({
          cancelled: this.#jobs.cancel(request.target) || this.#interludes.cancel(request.target)
        });
      case 'status':
        return this.#status(request);
      case 'bye':
        return result({});
    }
  }

  async #hello({ client }: RequestOf<'hello'>): Promise<Outcome> {
    checkVersion(client.version);
    this.#greeted = true;
    const { info } = await this.#engine();
    return {
      answer: {
        kind: 'welcome',
        service: { name: 'bertstory', version: VERSION },
        engine: info,
        limits: {
          textBytes: MAX_TEXT_BYTES,
          frameBytes: MAX_FRAME_BYTES,
          queuedJobs: MAX_QUEUED_JOBS,
          memoryBytes: this.#environment.memoryBudget
        }
      }
    };
  }

  async #status({ rate }: RequestOf<'status'>): Promise<Outcome> {
    const { memoryBudget, rss } = this.#environment;
    const compute = await this.#engine();
    return result({
      engine: compute.info,
      models: this.#models.open,
      stories: this.#stories.keys,
      running: this.#jobs.running,
      queued: this.#jobs.queued,
      memory: { rss: rss(), budget: memoryBudget },
      ...(rate ? await this.#rates(compute) : {})
    });
  }

  async #rates(running: Compute): Promise<Pick<Results['status'], 'gflops' | 'engines'>> {
    const engines = await probeEngines(running, choice => this.#environment.openCompute(choice));
    const gflops = engines[0]?.gflops ?? null;
    return { engines, ...(gflops === null ? {} : { gflops }) };
  }

  /** The story that the service holds, or the one that came along. @throws StoryError unknown_story */
  #story({ story, document }: Pick<RequestOf<'measure'>, 'story' | 'document'>, arrays: Arrays): HeldStory {
    if (document === null) {
      return this.#stories.get(story ?? '');
    }
    const came = adopted(this.#environment.newKey(), document, arrays);
    this.#stories.put(came);
    return came;
  }

  async #engine(): Promise<Compute> {
    this.#compute ??= this.#environment.openCompute();
    try {
      const compute = await this.#compute;
      this.#baseline ||= this.#environment.rss();
      return compute;
    } catch (error) {
      this.#compute = null;
      throw error;
    }
  }
}

function result(body: Results[keyof Results]): { answer: Answer } {
  return { answer: { kind: 'result', ...body } as Answer };
}

function badRequest(message: string): StoryError {
  return new StoryError('bad_request', message, 'docs/protocol.md describes the order of requests', {});
}
