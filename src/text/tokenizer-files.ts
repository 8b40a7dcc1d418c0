// The tokenizer that the files of a checkpoint describe: tokenizer.json, or else vocab.txt with tokenizer_config.json.

import * as v from 'valibot';
import { StoryError } from '../core/errors';
import { MAX_WORD_CHARACTERS } from '../core/limits';
import type { TokenizerSpec } from './spec';
import { parseJson } from './tokenizer-errors';
import { bertTemplates, specOfTokenizerJson } from './tokenizer-json';

/** Contents of the files, null where a file is missing. */
export interface TokenizerFiles {
  readonly tokenizerJson: string | null;
  readonly vocab: string | null;
  readonly tokenizerConfig: string | null;
}

/** A special token by its name, as a string or as an object with more about it. */
const TokenName = v.nullish(
  v.union([
    v.string(),
    v.pipe(
      v.looseObject({ content: v.string() }),
      v.transform(({ content }) => content)
    )
  ])
);

const ConfigSchema = v.looseObject({
  tokenizer_class: v.nullish(v.string()),
  do_lower_case: v.nullish(v.boolean()),
  strip_accents: v.nullish(v.boolean()),
  tokenize_chinese_chars: v.nullish(v.boolean()),
  unk_token: TokenName,
  cls_token: TokenName,
  sep_token: TokenName,
  pad_token: TokenName,
  mask_token: TokenName
});

type Config = v.InferOutput<typeof ConfigSchema>;

/** Classes that differ from BERT's in name alone; others, BertJapaneseTokenizer for one, split words in their own way. */
const BERT_CLASSES = ['BertTokenizer', 'DistilBertTokenizer', 'ElectraTokenizer'];

/** @throws StoryError `bad_vocabulary` where the files are broken, `unsupported_model` where they are not of BERT's kind */
export function tokenizerSpec(files: TokenizerFiles): TokenizerSpec {
  const config = readConfig(files.tokenizerConfig);
  if (files.tokenizerJson !== null) {
    return withConfig(specOfTokenizerJson(files.tokenizerJson), config);
  }
  if (files.vocab === null) {
    throw new StoryError(
      'bad_vocabulary',
      'the model has neither tokenizer.json nor vocab.txt',
      'put the tokenizer files of the checkpoint into its folder; models with vocab.json or sentencepiece files are not of the BERT kind',
      {}
    );
  }
  return specOfVocab(files.vocab, config);
}

function readConfig(json: string | null): Config {
  const result = v.safeParse(ConfigSchema, json === null ? {} : parseJson(json, 'tokenizer_config.json'));
  if (!result.success) {
    const [issue] = result.issues;
    throw new StoryError(
      'bad_vocabulary',
      `tokenizer_config.json of the model cannot be used: ${v.getDotPath(issue) ?? 'it'}: ${issue.message}`,
      'copy the file again from where the model came from',
      { file: 'tokenizer_config.json' }
    );
  }
  return result.output;
}

function isBertClass({ tokenizer_class: name }: Config): boolean {
  return name !== null && name !== undefined && BERT_CLASSES.includes(name.replace(/Fast$/, ''));
}

/** What tokenizer_config.json says of the normaliser wins over tokenizer.json, as in the transformers library. */
function withConfig(spec: TokenizerSpec, config: Config): TokenizerSpec {
  if (!isBertClass(config)) {
    return spec;
  }
  const [stage, ...more] = spec.normalizer;
  if (stage?.kind !== 'bert' || more.length > 0) {
    return spec;
  }
  const { options } = stage;
  return {
    ...spec,
    normalizer: [
      {
        kind: 'bert',
        options: {
          cleanText: options.cleanText,
          handleChineseChars: config.tokenize_chinese_chars ?? options.handleChineseChars,
          stripAccents: config.strip_accents ?? options.stripAccents,
          lowercase: config.do_lower_case ?? options.lowercase
        }
      }
    ]
  };
}

function specOfVocab(vocab: string, config: Config): TokenizerSpec {
  const name = config.tokenizer_class ?? null;
  if (name !== null && !isBertClass(config)) {
    throw new StoryError(
      'unsupported_model',
      `tokenizer_config.json names ${name}, which splits words in a way of its own; without tokenizer.json only ${BERT_CLASSES.join(', ')} can be read`,
      'save the tokenizer with its tokenizer.json, or choose a checkpoint whose tokenizer is that of BERT',
      { tokenizer_class: name }
    );
  }
  const vocabulary = readVocab(vocab);
  const token = (content: string): { content: string; id: number } => {
    const id = vocabulary.get(content);
    if (id === undefined) {
      throw new StoryError(
        'bad_vocabulary',
        `vocab.txt of the model, ${vocabulary.size} lines, lacks ${content}`,
        'put the vocab.txt of this checkpoint into its folder',
        { token: content, lines: vocabulary.size }
      );
    }
    return { content, id };
  };
  const unknown = token(config.unk_token ?? '[UNK]');
  const cls = token(config.cls_token ?? '[CLS]');
  const sep = token(config.sep_token ?? '[SEP]');
  const others = [config.pad_token ?? '[PAD]', config.mask_token ?? '[MASK]']
    .filter(content => vocabulary.has(content))
    .map(token);
  return {
    vocabulary,
    unknownToken: unknown.content,
    continuingSubwordPrefix: '##',
    maxInputCharsPerWord: MAX_WORD_CHARACTERS,
    normalizer: [
      {
        kind: 'bert',
        options: {
          cleanText: true,
          handleChineseChars: config.tokenize_chinese_chars ?? true,
          stripAccents: config.strip_accents ?? null,
          lowercase: config.do_lower_case ?? true
        }
      }
    ],
    addedTokens: [...others, unknown, cls, sep].map(special => ({
      ...special,
      singleWord: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true
    })),
    ...bertTemplates(cls, sep)
  };
}

/** One token a line, its id the number of the line; of a token given twice the later id holds. */
function readVocab(vocab: string): Map<string, number> {
  const lines = vocab.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
  if (lines.at(-1) === '') {
    lines.pop();
  }
  return new Map(lines.map((token, id) => [token, id]));
}
