import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Checkpoint, Folder } from '../../src/model/checkpoint';
import { loadCheckpoint } from '../../src/model/checkpoint';
import type { Tensor } from '../../src/weights/safetensors';
import { readSafetensors, writeSafetensors } from '../../src/weights/safetensors';
import { demoModelFolder, TINY_FOLDER } from '../demo-model';
import { changed, folderOnDisk, sha256 } from './folders';

const tiny = folderOnDisk(TINY_FOLDER);
const tinyTensors = Object.fromEntries(
  readSafetensors(new Uint8Array(readFileSync(join(TINY_FOLDER, 'model.safetensors')))).tensors
);
const tinyConfig = JSON.parse(readFileSync(join(TINY_FOLDER, 'config.json'), 'utf8')) as object;

const INDEX = 'model.safetensors.index.json';
/** A safetensors file of one tensor of four bits a number. */
const UNKNOWN_DTYPE = `${String.fromCharCode(64, 0, 0, 0, 0, 0, 0, 0)}${'{"a": {"dtype": "F4", "shape": [2], "data_offsets": [0,1]}}'.padEnd(64)}x`;

/** Some of the tensors, chosen by name and number. */
function shard(keep: (entry: readonly [string, number]) => boolean): Uint8Array {
  const names = Object.keys(tinyTensors).filter((name, k) => keep([name, k]));
  return writeSafetensors(Object.fromEntries(names.map(name => [name, tinyTensors[name] as Tensor])), {});
}

/** tiny-bert in two files, tensors in turn, with these files in place of its own. */
function sharded(changes: Readonly<Record<string, Uint8Array | null>> = {}): Folder {
  const places = Object.keys(tinyTensors).map((name, k) => [
    name,
    k % 2 === 0 ? 'a.safetensors' : 'b.safetensors'
  ]);
  return changed(tiny, {
    'model.safetensors': null,
    [INDEX]: JSON.stringify({ metadata: {}, weight_map: Object.fromEntries(places) }),
    'a.safetensors': shard(([, k]) => k % 2 === 0),
    'b.safetensors': shard(([, k]) => k % 2 === 1),
    ...changes
  });
}

function load(folder: Folder, name = 'tiny-bert'): Promise<Checkpoint> {
  return loadCheckpoint(folder, name, sha256);
}

function withConfig(change: object): Folder {
  return changed(tiny, { 'config.json': JSON.stringify({ ...tinyConfig, ...change }) });
}

function withTensors(change: (tensors: [string, Tensor][]) => [string, Tensor][]): Folder {
  const tensors = Object.fromEntries(change(Object.entries(tinyTensors)));
  return changed(tiny, { 'model.safetensors': writeSafetensors(tensors, {}) });
}

describe('loadCheckpoint', () => {
  it('should read tiny-bert whole', async () => {
    const { info, config, parameters, tokenizer } = await load(tiny);
    expect(info).toEqual({
      id: 'tiny-bert',
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      architecture: 'BertModel',
      layers: 3,
      heads: 4,
      width: 32
    });
    expect(config.maxTokens).toBe(64);
    expect(parameters.words).toEqual(tinyTensors['embeddings.word_embeddings.weight']?.data);
    expect(parameters.segments).toEqual(tinyTensors['embeddings.token_type_embeddings.weight']?.data);
    expect(parameters.layers).toHaveLength(3);
    const at = 'encoder.layer.2.';
    const data = (name: string): unknown => tinyTensors[at + name]?.data;
    expect(parameters.layers[2]).toEqual({
      query: { weight: data('attention.self.query.weight'), bias: data('attention.self.query.bias') },
      key: { weight: data('attention.self.key.weight'), bias: data('attention.self.key.bias') },
      value: { weight: data('attention.self.value.weight'), bias: data('attention.self.value.bias') },
      output: { weight: data('attention.output.dense.weight'), bias: data('attention.output.dense.bias') },
      attentionNorm: {
        gain: data('attention.output.LayerNorm.weight'),
        bias: data('attention.output.LayerNorm.bias')
      },
      up: { weight: data('intermediate.dense.weight'), bias: data('intermediate.dense.bias') },
      down: { weight: data('output.dense.weight'), bias: data('output.dense.bias') },
      outputNorm: { gain: data('output.LayerNorm.weight'), bias: data('output.LayerNorm.bias') }
    });
    expect(tokenizer.encode('the cat', null, config.maxTokens).pieces).toHaveLength(4);
  });

  it('should read the same numbers from two files, and hash them one behind the other', async () => {
    const { info, parameters } = await load(sharded());
    expect(parameters).toEqual((await load(tiny)).parameters);
    const [a, b] = [shard(([, k]) => k % 2 === 0), shard(([, k]) => k % 2 === 1)];
    expect(info.sha256).toBe(createHash('sha256').update(a).update(b).digest('hex'));
  });

  it('should read the demo model with the published hash of its weights', async () => {
    const { info, parameters } = await load(folderOnDisk(demoModelFolder()), 'minilm');
    expect(info).toEqual({
      id: 'minilm',
      sha256: '53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db',
      architecture: 'BertModel',
      layers: 6,
      heads: 12,
      width: 384
    });
    expect(parameters.words).toHaveLength(30522 * 384);
    expect(parameters.layers.every(({ up }) => up.weight.length === 1536 * 384)).toBe(true);
  });

  it('should read the same numbers under a prefix, old LayerNorm names and in half precision', async () => {
    const { parameters } = await load(tiny);
    const renamed = await load(
      withTensors(tensors =>
        tensors.map(([name, tensor]) => [
          `bert.${name.replace('LayerNorm.weight', 'LayerNorm.gamma').replace('LayerNorm.bias', 'LayerNorm.beta')}`,
          tensor
        ])
      )
    );
    expect(renamed.parameters).toEqual(parameters);
    const halved = await load(
      withTensors(tensors =>
        tensors.map(([name, { shape, data }]) => {
          const words = new Uint16Array(
            data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength)
          );
          const upper = words.filter((_, k) => k % 2 === 1);
          return [name, { dtype: 'BF16', shape, data: upper }];
        })
      )
    );
    halved.parameters.words.forEach((value, k) => {
      const exact = parameters.words[k] ?? NaN;
      expect(Math.abs(value - exact)).toBeLessThanOrEqual(Math.abs(exact) / 128);
    });
  });

  it.each([
    ['minilm', 'minilm'],
    ['sentence-transformers/all-MiniLM-L6-v2', 'sentence-transformers/all-MiniLM-L6-v2'],
    ['/home/someone/models/secret-bert', 'secret-bert'],
    ['./models/mine/', 'mine'],
    ['~/mine', 'mine'],
    ['models/by/me', 'me'],
    ['C:\\Users\\someone\\mine', 'mine'],
    ['..', 'model']
  ])('should call the model given as %s by the name %s', async (name, id) => {
    expect((await load(tiny, name)).info.id).toBe(id);
  });

  describe('refusals', () => {
    const oneMore: Tensor = { dtype: 'F32', shape: [1], data: Float32Array.of(0) };
    const noTokens = { 'tokenizer.json': null, 'vocab.txt': null };

    it.each<[string, Folder, string, string]>([
      [
        'no such folder',
        folderOnDisk(join(TINY_FOLDER, 'none')),
        'model_not_found',
        'the folder of model tiny-bert has no config.json; it has no files'
      ],
      [
        'a folder without weights',
        changed(tiny, { 'model.safetensors': null }),
        'model_not_found',
        'has no model.safetensors; it has config.json, tokenizer.json, tokenizer_config.json, vocab.txt'
      ],
      [
        'pickled weights alone',
        changed(tiny, { 'model.safetensors': null, 'pytorch_model.bin': 'PK' }),
        'bad_file',
        'are in pytorch_model.bin, a pickle'
      ],
      [
        'an index that is broken',
        changed(tiny, { 'model.safetensors': null, [INDEX]: '{' }),
        'bad_weights',
        `${INDEX} of the model cannot be used: it is not JSON`
      ],
      [
        'an index that names nothing',
        changed(tiny, { 'model.safetensors': null, [INDEX]: '{"weight_map": {}}' }),
        'bad_weights',
        'its weight_map is empty'
      ],
      [
        'an index into another folder',
        changed(tiny, {
          'model.safetensors': null,
          [INDEX]: '{"weight_map": {"a": "../other.safetensors"}}'
        }),
        'bad_weights',
        'it names "../other.safetensors", which is no safetensors file beside it'
      ],
      [
        'a missing shard',
        sharded({ 'b.safetensors': null }),
        'bad_file',
        'names b.safetensors, which is not there'
      ],
      [
        'a truncated shard',
        sharded({ 'b.safetensors': shard(([, k]) => k % 2 === 1).slice(0, -100) }),
        'bad_weights',
        'b.safetensors cannot be read: it is cut short'
      ],
      [
        'a shard that lacks what the index looks for',
        sharded({ 'b.safetensors': shard(([, k]) => k % 2 === 1 && k > 1) }),
        'bad_weights',
        'in b.safetensors, which does not hold it'
      ],
      [
        'numbers of a kind that nobody knows',
        changed(tiny, { 'model.safetensors': new TextEncoder().encode(UNKNOWN_DTYPE) }),
        'bad_weights',
        'model.safetensors cannot be read: tensor "a" has the dtype "F4"; known are F64, F32'
      ],
      [
        'weights that are no numbers',
        withTensors(tensors =>
          tensors.map(([name, tensor]) => [
            name,
            name.endsWith('1.output.dense.bias')
              ? {
                  ...tensor,
                  data: Float32Array.from(tensor.data as Float32Array, (value, k) =>
                    k === 5 ? NaN : Number(value)
                  )
                }
              : tensor
          ])
        ),
        'bad_weights',
        'tensor encoder.layer.1.output.dense.bias holds NaN in place 5'
      ],
      [
        'truncated weights',
        changed(tiny, {
          'model.safetensors': new Uint8Array(readFileSync(join(TINY_FOLDER, 'model.safetensors'))).slice(
            0,
            60_000
          )
        }),
        'bad_weights',
        'cut short'
      ],
      ['a broken configuration', changed(tiny, { 'config.json': '{' }), 'bad_config', 'not JSON'],
      ['another kind of model', withConfig({ model_type: 'roberta' }), 'unsupported_model', 'kind roberta'],
      ['no tokenizer', changed(tiny, noTokens), 'bad_vocabulary', 'neither tokenizer.json nor vocab.txt'],
      [
        'another width',
        withConfig({ hidden_size: 64 }),
        'config_weights_mismatch',
        'is [32, 32], by config.json it is [64, 64] (hidden_size 64)'
      ],
      [
        'another inner width',
        withConfig({ intermediate_size: 128 }),
        'config_weights_mismatch',
        'tensor encoder.layer.0.intermediate.dense.weight is [64, 32], by config.json it is [128, 32] (intermediate_size 128, hidden_size 32)'
      ],
      [
        'more tokens than embeddings',
        withConfig({ vocab_size: 102 }),
        'config_weights_mismatch',
        'tensor embeddings.word_embeddings.weight is [101, 32], by config.json it is [102, 32]'
      ],
      [
        'a tokenizer with more tokens than the model',
        withConfig({ vocab_size: 50 }),
        'config_weights_mismatch',
        'the tokenizer has ids up to 100, the vocab_size of config.json is 50'
      ],
      [
        'fewer layers than configured',
        withConfig({ num_hidden_layers: 4 }),
        'config_weights_mismatch',
        'the weights have 3 layers, the num_hidden_layers of config.json is 4'
      ],
      [
        'more layers than configured',
        withConfig({ num_hidden_layers: 2 }),
        'config_weights_mismatch',
        'the weights have 3 layers, the num_hidden_layers of config.json is 2'
      ],
      [
        'a missing tensor',
        withTensors(tensors => tensors.filter(([name]) => name !== 'encoder.layer.1.output.dense.bias')),
        'config_weights_mismatch',
        'the weights have no tensor encoder.layer.1.output.dense.bias, [32]'
      ],
      [
        'the weights of something else',
        withTensors(() => [['transformer.wte.weight', oneMore]]),
        'unsupported_model',
        'none of their 1 tensors is named embeddings.word_embeddings.weight'
      ]
    ])('should refuse %s', async (_name, folder, code, words) => {
      const error = await load(folder).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({
        name: 'StoryError',
        code,
        message: expect.stringContaining(words),
        hint: expect.stringMatching(/./)
      });
      expect((error as Error).message).not.toContain('\n');
      expect((error as Error).message).not.toContain(TINY_FOLDER);
    });

    it('should say how to convert pickled weights', async () => {
      const pickled = changed(tiny, { 'model.safetensors': null, 'pytorch_model.bin': 'PK' });
      await expect(load(pickled)).rejects.toMatchObject({
        hint: expect.stringContaining('python -c "import sys, transformers')
      });
    });
  });
});
