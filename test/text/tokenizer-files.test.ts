import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { WordPieceTokenizer } from '../../src/text/tokenizer';
import type { TokenizerFiles } from '../../src/text/tokenizer-files';
import { tokenizerSpec } from '../../src/text/tokenizer-files';
import { demoModelFolder, TINY_FOLDER } from '../demo-model';

const tokenizerJson = readFileSync(join(TINY_FOLDER, 'tokenizer.json'), 'utf8');
const vocab = readFileSync(join(TINY_FOLDER, 'vocab.txt'), 'utf8');
const NONE: TokenizerFiles = { tokenizerJson: null, vocab: null, tokenizerConfig: null };

function changed(change: (file: Record<string, never>) => unknown): string {
  const file = JSON.parse(tokenizerJson) as Record<string, never>;
  return JSON.stringify({ ...file, ...(change(file) as object) });
}

function refusal(files: Partial<TokenizerFiles>): unknown {
  try {
    tokenizerSpec({ ...NONE, ...files });
  } catch (error) {
    return error;
  }
  return null;
}

function tokens(files: Partial<TokenizerFiles>, text: string): string[] {
  const tokenizer = new WordPieceTokenizer(tokenizerSpec({ ...NONE, ...files }));
  return tokenizer.encode(text, null, 512).pieces.map(piece => piece.text);
}

describe('tokenizerSpec', () => {
  it('should read the same tokenizer from vocab.txt as from tokenizer.json', () => {
    for (const folder of [TINY_FOLDER, demoModelFolder()]) {
      const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
      const fromVocab = tokenizerSpec({
        tokenizerJson: null,
        vocab: read('vocab.txt'),
        tokenizerConfig: read('tokenizer_config.json')
      });
      const fromJson = tokenizerSpec({ ...NONE, tokenizerJson: read('tokenizer.json') });
      const byId = { addedTokens: [...fromVocab.addedTokens].sort((a, b) => a.id - b.id) };
      expect({ ...fromVocab, ...byId }).toEqual(fromJson);
    }
  });

  it('should read the words constructor and prototype like any other', () => {
    const tokenizerJson = changed(({ model }: { model?: { vocab: object } }) => ({
      model: {
        ...model,
        vocab: { ...model?.vocab, constructor: 101, prototype: 102 }
      }
    }));
    expect(tokens({ tokenizerJson }, 'constructor prototype')).toEqual([
      '[CLS]',
      'constructor',
      'prototype',
      '[SEP]'
    ]);
  });

  it('should let tokenizer_config.json decide on case and accents, as the transformers library does', () => {
    const tokenizerConfig = JSON.stringify({ tokenizer_class: 'BertTokenizerFast', do_lower_case: false });
    expect(tokens({ tokenizerJson, tokenizerConfig }, 'Cat cat')).toEqual(['[CLS]', '[UNK]', 'cat', '[SEP]']);
    expect(tokens({ vocab, tokenizerConfig }, 'Cat cat')).toEqual(['[CLS]', '[UNK]', 'cat', '[SEP]']);
    expect(tokens({ tokenizerJson }, 'Cat cat')).toEqual(['[CLS]', 'cat', 'cat', '[SEP]']);
  });

  it('should read special tokens by the names of tokenizer_config.json', () => {
    const renamed = vocab.replace('[CLS]', '<s>').replace('[SEP]', '</s>');
    const tokenizerConfig = JSON.stringify({ cls_token: '<s>', sep_token: { content: '</s>' } });
    expect(tokens({ vocab: renamed, tokenizerConfig }, 'cat </s>')).toEqual(['<s>', 'cat', '</s>', '</s>']);
  });

  it('should read vocab.txt with carriage returns and without a last line end', () => {
    expect(tokens({ vocab: vocab.trimEnd().replaceAll('\n', '\r\n') }, 'cat sat.')).toEqual(
      tokens({ vocab }, 'cat sat.')
    );
  });

  it('should read a BertProcessing as the template it stands for', () => {
    const json = changed(() => ({
      post_processor: { type: 'BertProcessing', sep: ['[SEP]', 3], cls: ['[CLS]', 2] }
    }));
    expect(tokenizerSpec({ ...NONE, tokenizerJson: json })).toEqual(
      tokenizerSpec({ ...NONE, tokenizerJson })
    );
  });

  it('should read a template in a sequence of one', () => {
    const json = changed(({ post_processor }) => ({
      post_processor: { type: 'Sequence', processors: [post_processor] }
    }));
    expect(tokenizerSpec({ ...NONE, tokenizerJson: json })).toEqual(
      tokenizerSpec({ ...NONE, tokenizerJson })
    );
  });

  it.each([
    ['BPE', { type: 'BPE', vocab: {}, merges: [] }],
    ['Unigram', { type: 'Unigram', vocab: [['a', 0]] }]
  ])('should refuse a tokenizer of the kind %s', (type, model) => {
    expect(refusal({ tokenizerJson: changed(() => ({ model })) })).toMatchObject({
      code: 'unsupported_model',
      message: expect.stringContaining(`of the kind ${type}`),
      hint: expect.stringContaining('BERT')
    });
  });

  it.each([
    ['normalizer is NFKC, only', { normalizer: { type: 'NFKC' } }],
    ['normalizer is missing, only', { normalizer: null }],
    [
      'normalizer is NFKC, then Lowercase, only',
      { normalizer: { type: 'Sequence', normalizers: [{ type: 'NFKC' }, { type: 'Lowercase' }] } }
    ],
    ['normalizer is missing, only', { normalizer: { type: 'Sequence', normalizers: [] } }],
    ['pre_tokenizer is Metaspace, only', { pre_tokenizer: { type: 'Metaspace' } }],
    [
      'pre_tokenizer is Whitespace, then Punctuation, only',
      {
        pre_tokenizer: { type: 'Sequence', pretokenizers: [{ type: 'Whitespace' }, { type: 'Punctuation' }] }
      }
    ],
    [
      'pre_tokenizer is WhitespaceSplit, then Punctuation (Removed), only',
      {
        pre_tokenizer: {
          type: 'Sequence',
          pretokenizers: [{ type: 'WhitespaceSplit' }, { type: 'Punctuation', behavior: 'Removed' }]
        }
      }
    ],
    ['pre_tokenizer is WhitespaceSplit, only', { pre_tokenizer: { type: 'WhitespaceSplit' } }],
    ['post_processor is missing, only', { post_processor: null }],
    ['post_processor is ByteLevel, only', { post_processor: { type: 'ByteLevel' } }]
  ])('should refuse another %s: %j', (stage, change) => {
    expect(refusal({ tokenizerJson: changed(() => change) })).toMatchObject({
      code: 'unsupported_model',
      message: expect.stringContaining(stage)
    });
  });

  it('should refuse a class that splits words in its own way', () => {
    const tokenizerConfig = JSON.stringify({ tokenizer_class: 'BertJapaneseTokenizer' });
    expect(refusal({ vocab, tokenizerConfig })).toMatchObject({
      code: 'unsupported_model',
      message: expect.stringContaining('BertJapaneseTokenizer')
    });
  });

  it.each([
    ['no files', {}, 'neither tokenizer.json nor vocab.txt'],
    ['broken JSON', { tokenizerJson: '{"model":' }, 'tokenizer.json of the model is not JSON'],
    [
      'broken configuration',
      { vocab, tokenizerConfig: '[' },
      'tokenizer_config.json of the model is not JSON'
    ],
    [
      'a sequence without its stages',
      { tokenizerJson: changed(() => ({ normalizer: { type: 'Sequence' } })) },
      'tokenizer.json of the model cannot be used'
    ],
    ['a wrong type', { vocab, tokenizerConfig: '{"do_lower_case": 1}' }, 'do_lower_case'],
    ['an empty vocab.txt', { vocab: '' }, 'lacks [UNK]'],
    ['a vocab.txt of another kind', { vocab: 'a\nb\n[UNK]\n[SEP]\n' }, 'lacks [CLS]'],
    [
      'no vocabulary',
      { tokenizerJson: changed(() => ({ model: { type: 'WordPiece' } })) },
      'model cannot be used'
    ],
    [
      'ids that are none',
      { tokenizerJson: changed(() => ({ model: { type: 'WordPiece', vocab: { '[UNK]': -1 } } })) },
      '"[UNK]" the id -1'
    ],
    [
      'no unknown token',
      { tokenizerJson: changed(() => ({ model: { type: 'WordPiece', vocab: { a: 1 } } })) },
      'lacks the unknown token [UNK]'
    ],
    [
      'a template without the text',
      {
        tokenizerJson: changed(() => ({
          post_processor: { type: 'TemplateProcessing', single: [], pair: [], special_tokens: {} }
        }))
      },
      'in place of [text]'
    ]
  ])('should refuse %s', (_name, files, words) => {
    expect(refusal(files)).toMatchObject({
      code: 'bad_vocabulary',
      message: expect.stringContaining(words),
      hint: expect.stringMatching(/./)
    });
  });
});

describe('tokenizerSpec of the model sentence', () => {
  it('should be one sentence, whatever is wrong', () => {
    for (const json of ['', '[]', 'null', '{}', '{"model": 3}', '{"model": {"vocab": []}}']) {
      const error = refusal({ tokenizerJson: json }) as { message: string };
      expect(error.message).not.toContain('\n');
      expect(error).toMatchObject({ name: 'StoryError' });
    }
  });
});
