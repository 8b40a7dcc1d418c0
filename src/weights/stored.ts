// Tensors by name, whether they lie in one safetensors file or are spread over several by an index.

import * as v from 'valibot';
import { StoryError } from '../core/errors';
import type { ByteSource } from './bytes';
import { SafetensorsFile, type Tensor } from './safetensors';

export interface StoredTensors {
  readonly tensors: ReadonlyMap<string, { readonly shape: readonly number[] }>;
  /** @throws StoryError `bad_weights` */
  read(name: string): Promise<Tensor>;
}

/** A file by its name; null where there is none. */
export type OpenFile = (name: string) => Promise<ByteSource | null>;

const IndexSchema = v.looseObject({ weight_map: v.record(v.string(), v.string()) });
/** Of the folder itself, never of another. */
const SHARD_NAME = /^[^/\\]+\.safetensors$/;

/** @throws StoryError `bad_weights` that names the file */
export async function openWhole(name: string, source: ByteSource): Promise<StoredTensors> {
  const file = await naming(name, () => SafetensorsFile.open(source));
  return { tensors: file.header.tensors, read: tensor => naming(name, () => file.read(tensor)) };
}

/** The names of the shards in an index, sorted. @throws StoryError `bad_weights` */
export function shardsOf(indexName: string, json: string): string[] {
  return [...new Set(readIndex(indexName, json).values())].sort();
}

/**
 * The tensors that an index spreads over several files.
 * @throws StoryError `bad_weights` where the index or a shard is broken, `bad_file` where a shard is missing
 */
export async function openShards(indexName: string, json: string, open: OpenFile): Promise<StoredTensors> {
  const places = readIndex(indexName, json);
  const shards = new Map<string, StoredTensors>();
  for (const name of new Set(places.values())) {
    const source = await open(name);
    if (source === null) {
      throw missingShard(indexName, name);
    }
    shards.set(name, await openWhole(name, source));
  }
  const tensors = new Map<string, { readonly shape: readonly number[] }>();
  for (const [tensor, shard] of places) {
    const info = shards.get(shard)?.tensors.get(tensor);
    if (info === undefined) {
      throw badIndex(indexName, `it looks for ${tensor} in ${shard}, which does not hold it`);
    }
    tensors.set(tensor, info);
  }
  return {
    tensors,
    read: tensor => {
      const shard = shards.get(places.get(tensor) ?? '');
      return shard === undefined
        ? Promise.reject(badIndex(indexName, `it has no tensor ${tensor}`))
        : shard.read(tensor);
    }
  };
}

/** The shard of every tensor. */
function readIndex(name: string, json: string): Map<string, string> {
  let index: unknown;
  try {
    index = JSON.parse(json);
  } catch {
    throw badIndex(name, 'it is not JSON');
  }
  const result = v.safeParse(IndexSchema, index);
  if (!result.success) {
    throw badIndex(name, 'it has no weight_map from tensors to files');
  }
  const places = new Map(Object.entries(result.output.weight_map));
  if (places.size === 0) {
    throw badIndex(name, 'its weight_map is empty');
  }
  for (const file of places.values()) {
    if (!SHARD_NAME.test(file)) {
      throw badIndex(name, `it names ${JSON.stringify(file)}, which is no safetensors file beside it`);
    }
  }
  return places;
}

function missingShard(index: string, shard: string): StoryError {
  return new StoryError(
    'bad_file',
    `${index} names ${shard}, which is not there`,
    'get all files of the checkpoint again: the download may have been interrupted',
    { file: shard }
  );
}

function badIndex(name: string, what: string): StoryError {
  return new StoryError(
    'bad_weights',
    `${name} of the model cannot be used: ${what}`,
    'copy all files of the checkpoint again from where they came from',
    { file: name }
  );
}

/** Which of several files is broken is part of the sentence. */
async function naming<T>(file: string, reading: () => Promise<T>): Promise<T> {
  try {
    return await reading();
  } catch (error) {
    if (error instanceof StoryError && error.code === 'bad_weights') {
      const message = error.message.replace('the safetensors file', file);
      throw new StoryError(error.code, message, error.hint, { ...error.values, file });
    }
    throw error;
  }
}
