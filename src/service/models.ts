// Which models are open? One per folder, read again only when its files changed, on the engine once they are needed.

import { StoryError } from '../core/errors';
import type { Compute, LoadedModel } from '../gradient/compute';
import type { Checkpoint } from '../model/checkpoint';
import type { LayerParameters, ModelParameters } from '../model/parameters';
import type { LoadedInfo } from '../protocol/answers';
import type { Environment } from './environment';

type Disk = Pick<Environment, 'loadCheckpoint' | 'stampOf' | 'newKey'>;

export class OpenModel {
  readonly info: LoadedInfo;
  readonly checkpoint: Checkpoint;
  /** Of the weights. */
  readonly bytes: number;
  readonly #compute: () => Promise<Compute>;
  #loaded: Promise<LoadedModel> | null = null;

  constructor(key: string, checkpoint: Checkpoint, revision: string | null, compute: () => Promise<Compute>) {
    const { maxTokens, width, embeddingWidth } = checkpoint.config;
    this.info = {
      key,
      ...checkpoint.info,
      ...(embeddingWidth === width ? {} : { embedding_width: embeddingWidth }),
      ...(revision === null ? {} : { revision }),
      maxTokens
    };
    this.checkpoint = checkpoint;
    this.bytes = bytesOf(checkpoint.parameters);
    this.#compute = compute;
  }

  /** Uploads the weights when they are not there. */
  async onEngine(): Promise<LoadedModel> {
    const { config, parameters } = this.checkpoint;
    this.#loaded ??= this.#compute().then(compute => compute.load(config, parameters));
    try {
      return await this.#loaded;
    } catch (error) {
      this.#loaded = null;
      throw error;
    }
  }

  /** Takes the weights from the engine; they come back when they are needed again. */
  async leaveEngine(): Promise<void> {
    const loaded = this.#loaded;
    this.#loaded = null;
    await (await loaded)?.dispose();
  }
}

interface Entry {
  readonly stamp: string | null;
  readonly model: Promise<OpenModel>;
}

export class ModelShelf {
  readonly #environment: Disk;
  readonly #compute: () => Promise<Compute>;
  readonly #byPlace = new Map<string, Entry>();
  /** The one used last at the end. */
  readonly #byKey = new Map<string, OpenModel>();
  /** Given up, but perhaps still on the engine. */
  #retired: OpenModel[] = [];

  constructor(environment: Disk, compute: () => Promise<Compute>) {
    this.#environment = environment;
    this.#compute = compute;
  }

  get open(): LoadedInfo[] {
    return [...this.#byKey.values()].map(({ info }) => info);
  }

  get bytes(): number {
    return [...this.#byKey.values()].reduce((sum, model) => sum + model.bytes, 0);
  }

  /** @param revision where the folder was fetched from, or null */
  async load(folder: string, name: string, revision: string | null): Promise<OpenModel> {
    const place = `${name}\n${revision}\n${folder}`;
    const stamp = await this.#environment.stampOf(folder);
    const known = this.#byPlace.get(place);
    if (known && known.stamp === stamp) {
      return known.model;
    }
    const model = this.#read(folder, name, revision);
    this.#byPlace.set(place, { stamp, model });
    try {
      await model;
    } catch (error) {
      this.#byPlace.delete(place);
      throw error;
    } finally {
      await known?.model.then(old => this.#retire(old)).catch(() => undefined);
    }
    return model;
  }

  /** @throws StoryError unknown_model */
  get(key: string): OpenModel {
    const model = this.#byKey.get(key);
    if (!model) {
      throw new StoryError('unknown_model', `the service has no model ${key}`, 'load the model first', {
        model: key
      });
    }
    this.#byKey.delete(key);
    this.#byKey.set(key, model);
    return model;
  }

  /** The open model with these weights, or null. */
  bySha256(sha256: string): OpenModel | null {
    return [...this.#byKey.values()].find(({ info }) => info.sha256 === sha256) ?? null;
  }

  /** Gives up the models used longest ago until the others take no more than `bytes`. To be called while no job runs. */
  async makeRoom(bytes: number, keep: OpenModel): Promise<void> {
    for (const model of [...this.#byKey.values()]) {
      if (this.bytes > bytes && model !== keep) {
        this.#retire(model);
      }
    }
    const retired = this.#retired.filter(model => model !== keep);
    // A job may have waited so long that its model was given up meanwhile: it leaves the engine after the job.
    this.#retired = this.#byKey.has(keep.info.key) ? [] : [keep];
    await Promise.all(retired.map(model => model.leaveEngine()));
  }

  #retire(model: OpenModel): void {
    this.#byKey.delete(model.info.key);
    this.#retired.push(model);
    for (const [place, entry] of this.#byPlace) {
      void entry.model.then(open => open === model && this.#byPlace.delete(place)).catch(() => undefined);
    }
  }

  async #read(folder: string, name: string, revision: string | null): Promise<OpenModel> {
    const checkpoint = await this.#environment.loadCheckpoint(folder, name);
    const model = new OpenModel(this.#environment.newKey(), checkpoint, revision, this.#compute);
    this.#byKey.set(model.info.key, model);
    return model;
  }
}

function bytesOf({ words, positions, segments, layers }: ModelParameters): number {
  const matrices = layers.flatMap(({ query, key, value, output, up, down }: LayerParameters) =>
    [query, key, value, output, up, down].map(({ weight }) => weight)
  );
  return [words, positions, segments, ...matrices].reduce((sum, { byteLength }) => sum + byteLength, 0);
}
