import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseConfig } from '../../src/model/config';
import { demoModelFolder, TINY_FOLDER } from '../demo-model';

const tiny = readFileSync(join(TINY_FOLDER, 'config.json'), 'utf8');

function changed(change: Record<string, unknown>): string {
  return JSON.stringify({ ...(JSON.parse(tiny) as object), ...change });
}

function refusal(json: string): unknown {
  try {
    parseConfig(json);
  } catch (error) {
    return error;
  }
  return null;
}

describe('parseConfig', () => {
  it('should read the measures of both models', () => {
    expect(parseConfig(tiny)).toEqual({
      architecture: 'BertModel',
      layers: 3,
      heads: 4,
      width: 32,
      inner: 64,
      vocabulary: 101,
      maxTokens: 64,
      segmentTypes: 2,
      normEpsilon: 1e-12
    });
    expect(parseConfig(readFileSync(join(demoModelFolder(), 'config.json'), 'utf8'))).toMatchObject({
      layers: 6,
      heads: 12,
      width: 384,
      inner: 1536,
      vocabulary: 30522,
      maxTokens: 512
    });
  });

  it('should take what old checkpoints leave out for BERT as it was first', () => {
    const {
      hidden_size,
      num_hidden_layers,
      num_attention_heads,
      intermediate_size,
      vocab_size,
      max_position_embeddings
    } = JSON.parse(tiny) as Record<string, number>;
    expect(
      parseConfig(
        JSON.stringify({
          hidden_size,
          num_hidden_layers,
          num_attention_heads,
          intermediate_size,
          vocab_size,
          max_position_embeddings
        })
      )
    ).toEqual(parseConfig(tiny));
  });

  it('should keep the name of a model with a head', () => {
    expect(parseConfig(changed({ architectures: ['BertForMaskedLM'] })).architecture).toBe('BertForMaskedLM');
  });

  it.each([
    'roberta',
    'xlm-roberta',
    'camembert',
    'distilbert',
    'electra',
    'albert',
    'gpt2',
    'bert-generation'
  ])('should refuse a model of the kind %s', type => {
    expect(refusal(changed({ model_type: type }))).toMatchObject({
      code: 'unsupported_model',
      message: `the model is of the kind ${type}, only bert can be read`,
      hint: expect.stringContaining('bert-base-uncased')
    });
  });

  it('should go by the architecture where the kind is missing', () => {
    const json = changed({ model_type: null, architectures: ['RobertaForMaskedLM'] });
    expect(refusal(json)).toMatchObject({
      message: 'the model is of the kind RobertaForMaskedLM, only bert can be read',
      hint: expect.stringContaining('RoBERTa-like models')
    });
    expect(parseConfig(changed({ model_type: undefined })).layers).toBe(3);
  });

  it.each([
    ['hidden_act', 'gelu_new', 'hidden_act "gelu_new", only "gelu"'],
    ['hidden_act', 'relu', 'hidden_act "relu", only "gelu"'],
    ['position_embedding_type', 'relative_key', 'position_embedding_type "relative_key", only "absolute"'],
    ['is_decoder', true, 'is_decoder true, only false'],
    ['add_cross_attention', true, 'add_cross_attention true, only false'],
    ['pruned_heads', { 0: [1] }, 'pruned heads'],
    ['quantization_config', { bits: 4 }, 'quantised'],
    ['auto_map', { AutoModel: 'modeling.My' }, 'code of its own']
  ])('should refuse %s %j', (field, value, words) => {
    expect(refusal(changed({ [field]: value }))).toMatchObject({
      code: 'unsupported_model',
      message: expect.stringContaining(words),
      hint: expect.stringMatching(/^choose/)
    });
  });

  it.each([
    ['{', 'it is not JSON'],
    ['[]', 'lacks hidden_size'],
    ['null', 'not an object'],
    [changed({ hidden_size: undefined }), 'it lacks hidden_size'],
    [changed({ num_hidden_layers: '6' }), 'its num_hidden_layers is "6", number is needed'],
    [changed({ num_hidden_layers: 0 }), 'its num_hidden_layers is 0, >=1 is needed'],
    [changed({ vocab_size: 1.5 }), 'its vocab_size is 1.5'],
    [changed({ layer_norm_eps: 0 }), 'its layer_norm_eps is 0'],
    [changed({ architectures: 'BertModel' }), 'its architectures is "BertModel"'],
    [changed({ num_attention_heads: 5 }), 'hidden_size 32 is no multiple of its num_attention_heads 5']
  ])('should refuse %s', (json, words) => {
    expect(refusal(json)).toMatchObject({
      code: 'bad_config',
      message: expect.stringContaining(words),
      hint: expect.stringContaining('copy the file again')
    });
  });
});
