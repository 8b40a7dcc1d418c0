// A tokenizer read from tokenizer.json, the reference's own file, as far as it is a BERT tokenizer.

import * as v from 'valibot';
import { StoryError } from '../core/errors';
import type { AddedToken } from './added-tokens';
import type { TemplateItem, TokenizerSpec } from './spec';
import { badVocabulary, parse, parseJson } from './tokenizer-errors';
import { normalizerStages, requireBertWords, Stage, templateStage } from './tokenizer-stages';

const FileSchema = v.looseObject({
  added_tokens: v.optional(
    v.array(
      v.looseObject({
        id: v.pipe(v.number(), v.integer(), v.minValue(0)),
        content: v.string(),
        single_word: v.optional(v.boolean(), false),
        lstrip: v.optional(v.boolean(), false),
        rstrip: v.optional(v.boolean(), false),
        normalized: v.optional(v.boolean(), true),
        special: v.optional(v.boolean(), false)
      })
    ),
    []
  ),
  normalizer: Stage,
  pre_tokenizer: Stage,
  post_processor: Stage,
  model: v.looseObject({ type: v.optional(v.string()) })
});

const ModelSchema = v.looseObject({
  unk_token: v.optional(v.string(), '[UNK]'),
  continuing_subword_prefix: v.optional(v.string(), '##'),
  max_input_chars_per_word: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)), 100),
  vocab: v.custom<object>(isPlainObject, 'Expected an object of ids')
});

function isPlainObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const SegmentSchema = v.picklist([0, 1]);

const TemplateSchema = v.array(
  v.union([
    v.object({ Sequence: v.object({ id: v.picklist(['A', 'B']), type_id: SegmentSchema }) }),
    v.object({ SpecialToken: v.object({ id: v.string(), type_id: SegmentSchema }) })
  ])
);

const ProcessorSchema = v.looseObject({
  single: TemplateSchema,
  pair: TemplateSchema,
  special_tokens: v.record(v.string(), v.looseObject({ ids: v.array(v.number()) }))
});

const BertProcessorSchema = v.looseObject({
  sep: v.tuple([v.string(), v.number()]),
  cls: v.tuple([v.string(), v.number()])
});

/** `truncation` and `padding` of the file are ignored: the model's own limit holds. */
export function specOfTokenizerJson(json: string): TokenizerSpec {
  const file = parse(FileSchema, parseJson(json, 'tokenizer.json'));
  const { type } = file.model;
  if (type !== undefined && type !== 'WordPiece') {
    throw new StoryError(
      'unsupported_model',
      `the tokenizer is of the kind ${type}, as RoBERTa-like, GPT-like and T5-like models have; only WordPiece, that of BERT, can be read`,
      'choose a checkpoint of the BERT architecture, such as bert-base-uncased',
      { tokenizer: type }
    );
  }
  const normalizer = normalizerStages(file.normalizer);
  requireBertWords(file.pre_tokenizer);
  const template = templateStage(file.post_processor);
  const model = parse(ModelSchema, file.model);
  const vocabulary = readVocabulary(model.vocab);
  if (!vocabulary.has(model.unk_token)) {
    throw badVocabulary(`its vocabulary lacks the unknown token ${model.unk_token}`);
  }
  return {
    vocabulary,
    unknownToken: model.unk_token,
    continuingSubwordPrefix: model.continuing_subword_prefix,
    maxInputCharsPerWord: model.max_input_chars_per_word,
    normalizer,
    addedTokens: file.added_tokens.map(
      ({ id, content, single_word: singleWord, lstrip, rstrip, normalized, special }): AddedToken => ({
        // As the reference: what the vocabulary says of a token that it has holds.
        id: vocabulary.get(content) ?? id,
        content,
        singleWord,
        lstrip,
        rstrip,
        normalized,
        special
      })
    ),
    ...templates(template)
  };
}

/** By hand, since a schema for records leaves out words such as constructor and prototype. */
function readVocabulary(vocab: object): Map<string, number> {
  const vocabulary = new Map<string, number>();
  for (const [token, id] of Object.entries(vocab)) {
    if (!Number.isSafeInteger(id) || id < 0) {
      throw badVocabulary(`its vocabulary gives ${JSON.stringify(token)} the id ${JSON.stringify(id)}`);
    }
    vocabulary.set(token, id);
  }
  return vocabulary;
}

function templates(processor: {
  readonly type?: string | undefined;
}): Pick<TokenizerSpec, 'single' | 'pair'> {
  if (processor.type === 'BertProcessing') {
    const { cls, sep } = parse(BertProcessorSchema, processor);
    return bertTemplates({ content: cls[0], id: cls[1] }, { content: sep[0], id: sep[1] });
  }
  const { single, pair, special_tokens: specials } = parse(ProcessorSchema, processor);
  const items = (template: v.InferOutput<typeof TemplateSchema>): TemplateItem[] =>
    template.map(item => {
      if ('Sequence' in item) {
        return sequenceItem(item.Sequence.id, item.Sequence.type_id);
      }
      const content = item.SpecialToken.id;
      const [id, ...more] = specials[content]?.ids ?? [];
      if (id === undefined || more.length > 0) {
        throw badVocabulary(`its post_processor does not give ${content} one id`);
      }
      return { kind: 'special', content, id, segment: item.SpecialToken.type_id };
    });
  const result = { single: items(single), pair: items(pair) };
  requireOrder(result.single, ['text']);
  requireOrder(result.pair, ['text', 'pair']);
  return result;
}

/** [CLS] text [SEP], and [CLS] text [SEP] pair [SEP]. */
export function bertTemplates(
  cls: { readonly content: string; readonly id: number },
  sep: { readonly content: string; readonly id: number }
): Pick<TokenizerSpec, 'single' | 'pair'> {
  const special = (token: typeof cls, segment: 0 | 1): TemplateItem => ({
    kind: 'special',
    ...token,
    segment
  });
  const single: TemplateItem[] = [special(cls, 0), { kind: 'text' }, special(sep, 0)];
  return { single, pair: [...single, { kind: 'pair' }, special(sep, 1)] };
}

function sequenceItem(sequence: 'A' | 'B', segment: 0 | 1): TemplateItem {
  if (segment !== (sequence === 'A' ? 0 : 1)) {
    throw new StoryError(
      'unsupported_model',
      `the tokenizer puts the ${sequence === 'A' ? 'text' : 'pair'} into segment ${segment}, BERT's puts it into ${1 - segment}`,
      'choose a checkpoint of the BERT architecture',
      { segment }
    );
  }
  return { kind: sequence === 'A' ? 'text' : 'pair' };
}

function requireOrder(template: readonly TemplateItem[], wanted: readonly string[]): void {
  const seen = template.map(({ kind }) => kind).filter(kind => kind !== 'special');
  if (seen.join() !== wanted.join()) {
    throw badVocabulary(`its template holds [${seen.join(', ')}] in place of [${wanted.join(', ')}]`);
  }
}
