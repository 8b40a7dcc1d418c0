// A model read from the files of a checkpoint: configuration, weights and tokenizer, checked against each other.

import { StoryError } from '../core/errors';
import { largestId } from '../text/spec';
import { WordPieceTokenizer } from '../text/tokenizer';
import { tokenizerSpec } from '../text/tokenizer-files';
import { joined, type ByteSource } from '../weights/bytes';
import { openShards, openWhole, shardsOf, type StoredTensors } from '../weights/stored';
import { parseConfig } from './config';
import type { ModelConfig, ModelParameters } from './parameters';
import { readParameters } from './read-parameters';

/** The files of a checkpoint, wherever they are. */
export interface Folder {
  /** Names of all files in it; empty where there is no such folder. */
  list(): Promise<string[]>;
  /** null where there is no such file. */
  text(name: string): Promise<string | null>;
  /** null where there is no such file. */
  bytes(name: string): Promise<ByteSource | null>;
}

export interface Checkpoint {
  readonly info: {
    /** A name, never a path. */
    readonly id: string;
    /** Of the file of weights, or of its parts one behind the other in the order of their names; hexadecimal. */
    readonly sha256: string;
    readonly architecture: string;
    readonly layers: number;
    readonly heads: number;
    readonly width: number;
  };
  readonly config: ModelConfig;
  readonly parameters: ModelParameters;
  readonly tokenizer: WordPieceTokenizer;
}

const WEIGHTS = 'model.safetensors';
const INDEX = `${WEIGHTS}.index.json`;
const PICKLED = /\.(bin|pt|pth|ckpt)$/;

/**
 * @param name under which results speak of the model; of a path only the last part is taken
 * @param sha256 of all bytes of a source, hexadecimal
 * @throws StoryError `model_not_found`, `bad_file`, `bad_config`, `bad_vocabulary`, `bad_weights`, `unsupported_model`,
 *   `config_weights_mismatch`
 */
export async function loadCheckpoint(
  folder: Folder,
  name: string,
  sha256: (source: ByteSource) => Promise<string>
): Promise<Checkpoint> {
  const id = modelId(name);
  const files = await folder.list();
  const configJson = await folder.text('config.json');
  if (configJson === null) {
    throw noSuchFile(id, 'config.json', files);
  }
  const config = parseConfig(configJson);
  const weights = await openWeights(folder);
  if (weights === null) {
    throw noWeights(id, files);
  }
  const tokenizer = new WordPieceTokenizer(
    tokenizerSpec({
      tokenizerJson: await folder.text('tokenizer.json'),
      vocab: await folder.text('vocab.txt'),
      tokenizerConfig: await folder.text('tokenizer_config.json')
    })
  );
  checkVocabulary(tokenizer, config);
  const [parameters, digest] = await Promise.all([
    readParameters(weights.stored, config),
    sha256(weights.source)
  ]);
  const { architecture, layers, heads, width } = config;
  return {
    info: { id, sha256: digest, architecture, layers, heads, width },
    config,
    parameters,
    tokenizer
  };
}

/** One file, or the parts that an index names; null where there is neither. */
async function openWeights(
  folder: Folder
): Promise<{ readonly stored: StoredTensors; readonly source: ByteSource } | null> {
  const whole = await folder.bytes(WEIGHTS);
  if (whole !== null) {
    return { stored: await openWhole(WEIGHTS, whole), source: whole };
  }
  const index = await folder.text(INDEX);
  if (index === null) {
    return null;
  }
  const open = (name: string): Promise<ByteSource | null> => folder.bytes(name);
  const stored = await openShards(INDEX, index, open);
  const parts = await Promise.all(shardsOf(INDEX, index).map(open));
  return { stored, source: joined(parts.filter(part => part !== null)) };
}

/** Hub names such as sentence-transformers/all-MiniLM-L6-v2 stay; paths would tell where the user's files are. */
function modelId(name: string): string {
  const isPath = /^([/\\.~]|[A-Za-z]:)|\\|\/.*\//.test(name);
  if (!isPath) {
    return name;
  }
  const parts = name.split(/[/\\]/).filter(part => part !== '' && part !== '.' && part !== '..');
  return parts.at(-1) ?? 'model';
}

function checkVocabulary(tokenizer: WordPieceTokenizer, config: ModelConfig): void {
  const largest = largestId(tokenizer.spec);
  if (largest >= config.vocabulary) {
    throw new StoryError(
      'config_weights_mismatch',
      `the tokenizer has ids up to ${largest}, the vocab_size of config.json is ${config.vocabulary}`,
      'take all files of the model from one checkpoint',
      { largest_id: largest, vocabulary: config.vocabulary }
    );
  }
}

function noSuchFile(id: string, file: string, files: readonly string[]): StoryError {
  return new StoryError(
    'model_not_found',
    `the folder of model ${id} has no ${file}; it has ${listed(files)}`,
    'give the folder of a checkpoint, with config.json, model.safetensors and tokenizer.json or vocab.txt in it',
    { file }
  );
}

function noWeights(id: string, files: readonly string[]): StoryError {
  const pickled = files.find(file => PICKLED.test(file));
  if (pickled !== undefined) {
    return new StoryError(
      'bad_file',
      `the weights of model ${id} are in ${pickled}, a pickle, which may run code when it is read; only ${WEIGHTS} is read`,
      `convert it: python -c "import sys, transformers as t; [c.from_pretrained(sys.argv[1]).save_pretrained(sys.argv[2]) for c in (t.AutoModel, t.AutoTokenizer)]" FOLDER NEW_FOLDER`,
      { file: pickled }
    );
  }
  return noSuchFile(id, WEIGHTS, files);
}

function listed(files: readonly string[]): string {
  if (files.length === 0) {
    return 'no files';
  }
  const shown = [...files].sort().slice(0, 8);
  return shown.join(', ') + (files.length > shown.length ? ` and ${files.length - shown.length} more` : '');
}
