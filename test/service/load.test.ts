// Folders that are no usable model: each refused in one sentence with a hint, and the service lives on.
import { cpSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { StoryError } from '../../src/core/errors';
import { resultOf } from './answers';
import { buildService, ServiceProcess, TINY } from './service-process';

describe('Service: load', () => {
  let service: ServiceProcess;
  let folder: string;

  beforeAll(async () => {
    service = await new ServiceProcess(buildService()).hello();
  }, 60_000);
  afterAll(() => service.stop());
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'bertstory-model-'));
    cpSync(TINY, folder, { recursive: true });
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const edit = (file: string, change: (json: Record<string, unknown>) => object): void => {
    const json = JSON.parse(readFileSync(path.join(folder, file), 'utf8'));
    writeFileSync(path.join(folder, file), JSON.stringify(change(json)));
  };
  const remove = (file: string): void => rmSync(path.join(folder, file));
  const weights = (): string => path.join(folder, 'model.safetensors');

  async function refusal(): Promise<StoryError> {
    const error: unknown = await service.load(folder, 'broken').then(
      () => null,
      (reason: unknown) => reason
    );
    if (!(error instanceof StoryError)) {
      throw new Error(`not refused, but ${String(error)}`);
    }
    // The service lives on.
    await service.client.ask('status', {});
    return error;
  }

  it.each<[string, () => void, string, RegExp]>([
    ['no folder', () => rmSync(folder, { recursive: true }), 'model_not_found', /config\.json/],
    ['no weights', () => remove('model.safetensors'), 'model_not_found', /model\.safetensors/],
    ['truncated weights', () => truncateSync(weights(), 50_000), 'bad_weights', /./],
    ['weights cut within their header', () => truncateSync(weights(), 100), 'bad_weights', /./],
    ['empty weights', () => truncateSync(weights(), 0), 'bad_weights', /./],
    [
      'a pickle',
      () => (remove('model.safetensors'), writeFileSync(path.join(folder, 'pytorch_model.bin'), '')),
      'bad_file',
      /pickle/
    ],
    [
      'another width',
      () => edit('config.json', json => ({ ...json, hidden_size: 48 })),
      'config_weights_mismatch',
      /48|\b32\b/
    ],
    [
      'more layers',
      () => edit('config.json', json => ({ ...json, num_hidden_layers: 4 })),
      'config_weights_mismatch',
      /./
    ],
    [
      'heads that do not divide',
      () => edit('config.json', json => ({ ...json, num_attention_heads: 5 })),
      'bad_config',
      /5/
    ],
    [
      'RoBERTa',
      () => edit('config.json', json => ({ ...json, model_type: 'roberta' })),
      'unsupported_model',
      /roberta/
    ],
    ['no JSON', () => writeFileSync(path.join(folder, 'config.json'), '{'), 'bad_config', /config\.json/],
    ['no vocabulary', () => (remove('vocab.txt'), remove('tokenizer.json')), 'bad_vocabulary', /vocab\.txt/],
    [
      'a vocabulary of another model',
      () => edit('config.json', json => ({ ...json, vocab_size: 5 })),
      'config_weights_mismatch',
      /5/
    ]
  ])('should refuse %s', async (_, spoil, code, sentence) => {
    spoil();
    const error = await refusal();
    expect(error).toMatchObject({
      code,
      message: expect.stringMatching(sentence),
      hint: expect.stringMatching(/./)
    });
    expect(error.message).not.toContain('\n');
    expect(error.message).not.toContain(folder);
  });

  it('should load anew when the files have changed, under another key', async () => {
    const first = await service.load(folder, 'model');
    expect(await service.load(folder, 'model')).toBe(first);
    edit('config.json', json => ({ ...json, max_position_embeddings: 64, note: 'changed' }));
    const second = await service.load(folder, 'model');
    expect(second).not.toBe(first);
    await expect(service.client.ask('tokenize', { model: first, text: 'the' })).rejects.toMatchObject({
      code: 'unknown_model'
    });
    const reply = await service.client.ask('tokenize', { model: second, text: 'the' });
    expect(resultOf<'tokenize'>(reply).pieces.length).toBe(3);
  });

  it('should load once what is asked for twice at the same time, and again after a failure', async () => {
    const [a, b] = await Promise.all([service.load(folder, 'twice'), service.load(folder, 'twice')]);
    expect(a).toBe(b);
    const config = readFileSync(path.join(folder, 'config.json'));
    remove('config.json');
    await expect(service.load(folder, 'twice')).rejects.toMatchObject({ code: 'model_not_found' });
    writeFileSync(path.join(folder, 'config.json'), config);
    expect(await service.load(folder, 'twice')).toMatch(/./);
  });

  it('should not tell where a model lies', async () => {
    const { answer } = await service.client.ask('load', { model: folder, name: folder });
    expect(JSON.stringify(answer)).not.toContain(os.tmpdir());
  });
});
