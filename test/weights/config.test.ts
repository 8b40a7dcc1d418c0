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
      kind: 'bert',
      architecture: 'BertModel',
      layers: 3,
      heads: 4,
      width: 32,
      embeddingWidth: 32,
      inner: 64,
      vocabulary: 101,
      maxTokens: 64,
      segmentTypes: 2,
      normEpsilon: 1e-12,
      activation: 'gelu'
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

  it('should read DistilBERT by its own names, without segments', () => {
    const { dim, ...distilbert } = {
      model_type: 'distilbert',
      dim: 32,
      n_layers: 3,
      n_heads: 4,
      hidden_dim: 64,
      vocab_size: 101,
      max_position_embeddings: 64,
      activation: 'relu',
      sinusoidal_pos_embds: true,
      layer_norm_eps: 1e-3
    };
    expect(parseConfig(JSON.stringify({ ...distilbert, dim }))).toEqual({
      ...parseConfig(tiny),
      kind: 'distilbert',
      architecture: 'DistilBertModel',
      segmentTypes: 0,
      activation: 'relu'
    });
    expect(refusal(JSON.stringify(distilbert))).toMatchObject({
      code: 'bad_config',
      message: 'config.json of the model cannot be used: it lacks dim'
    });
    expect(refusal(JSON.stringify({ ...distilbert, dim: 30 }))).toMatchObject({
      message: expect.stringContaining('dim 30 is no multiple of its n_heads 4')
    });
  });

  it('should read the embedding of ELECTRA at its own width', () => {
    const electra = parseConfig(changed({ model_type: 'electra', architectures: null, embedding_size: 16 }));
    expect(electra).toEqual({
      ...parseConfig(tiny),
      kind: 'electra',
      architecture: 'ElectraModel',
      embeddingWidth: 16
    });
    expect(parseConfig(changed({ model_type: 'electra' })).embeddingWidth).toBe(32);
  });

  it.each([
    ['gelu', 'gelu'],
    ['gelu_new', 'gelu_tanh'],
    ['gelu_pytorch_tanh', 'gelu_tanh'],
    ['relu', 'relu']
  ])('should take hidden_act %s for %s', (name, activation) => {
    expect(parseConfig(changed({ hidden_act: name })).activation).toBe(activation);
  });

  it('should read a model with one segment type', () => {
    expect(parseConfig(changed({ type_vocab_size: 1 })).segmentTypes).toBe(1);
  });

  it('should keep the name of a model with a head', () => {
    expect(parseConfig(changed({ architectures: ['BertForMaskedLM'] })).architecture).toBe('BertForMaskedLM');
  });

  it.each(['roberta', 'xlm-roberta', 'camembert', 'albert', 'gpt2', 'bert-generation'])(
    'should refuse a model of the kind %s',
    type => {
      expect(refusal(changed({ model_type: type }))).toMatchObject({
        code: 'unsupported_model',
        message: `the model is of the kind ${type}, only bert, distilbert, electra can be read`,
        hint: expect.stringContaining('bert-base-uncased')
      });
    }
  );

  it('should go by the architecture where the kind is missing', () => {
    const json = changed({ model_type: null, architectures: ['RobertaForMaskedLM'] });
    expect(refusal(json)).toMatchObject({
      message: 'the model is of the kind RobertaForMaskedLM, only bert, distilbert, electra can be read',
      hint: expect.stringContaining('RoBERTa-like models')
    });
    expect(parseConfig(changed({ model_type: undefined })).layers).toBe(3);
  });

  it.each([
    ['hidden_act', 'silu', 'hidden_act "silu", only gelu, gelu_python, gelu_new'],
    ['hidden_act', 'constructor', 'hidden_act "constructor", only gelu'],
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
    ['[]', 'not an object'],
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
