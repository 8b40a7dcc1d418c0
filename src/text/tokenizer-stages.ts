// The stages of a tokenizer.json, with those that a Sequence holds, as far as they amount to what BERT does.

import * as v from 'valibot';
import type { NormalizerOptions, NormalizerStage } from './normalizer';
import { otherStage, parse } from './tokenizer-errors';

/** A stage of the file, or none. */
export const Stage = v.nullish(v.looseObject({ type: v.optional(v.string()) }));

type AnyStage = v.InferOutput<typeof Stage>;
type Known = NonNullable<AnyStage>;

const NormalizerSchema = v.looseObject({
  clean_text: v.optional(v.boolean(), true),
  handle_chinese_chars: v.optional(v.boolean(), true),
  strip_accents: v.nullish(v.boolean(), null),
  lowercase: v.optional(v.boolean(), true)
});

const PunctuationSchema = v.looseObject({ behavior: v.optional(v.string(), 'Isolated') });

const PARTS = {
  normalizer: 'normalizers',
  pre_tokenizer: 'pretokenizers',
  post_processor: 'processors'
} as const;

/** The stages that are not Sequences themselves, in order. */
function flattened(stage: AnyStage, name: keyof typeof PARTS): Known[] {
  if (stage === null || stage === undefined) {
    return [];
  }
  if (stage.type !== 'Sequence') {
    return [stage];
  }
  const parts = parse(v.array(Stage), stage[PARTS[name]]);
  return parts.flatMap(part => flattened(part, name));
}

/** @throws StoryError `unsupported_model` for stages that are none of BERT's */
export function normalizerStages(normalizer: AnyStage): NormalizerStage[] {
  const stages = flattened(normalizer, 'normalizer');
  const refusal = otherStage(
    'normalizer',
    stages.map(nameOf),
    'BertNormalizer, or a sequence of NFD, Lowercase and StripAccents'
  );
  if (stages.length === 0) {
    throw refusal;
  }
  return stages.map((stage): NormalizerStage => {
    switch (stage.type) {
      case 'BertNormalizer':
        return { kind: 'bert', options: bertOptions(stage) };
      case 'NFD':
        return { kind: 'decompose' };
      case 'Lowercase':
        return { kind: 'lowercase' };
      case 'StripAccents':
        return { kind: 'strip_accents' };
      default:
        throw refusal;
    }
  });
}

function bertOptions(stage: Known): NormalizerOptions {
  const options = parse(NormalizerSchema, stage);
  return {
    cleanText: options.clean_text,
    handleChineseChars: options.handle_chinese_chars,
    stripAccents: options.strip_accents,
    lowercase: options.lowercase
  };
}

/**
 * BERT's own, or splitting at white space and setting punctuation apart, in whatever order: that comes to the same.
 * @throws StoryError `unsupported_model`
 */
export function requireBertWords(preTokenizer: AnyStage): void {
  const stages = flattened(preTokenizer, 'pre_tokenizer');
  const names = stages.map(nameOf);
  const whole = names.includes('BertPreTokenizer');
  const isBert =
    (whole || (names.includes('WhitespaceSplit') && names.includes('Punctuation'))) &&
    stages.every(
      stage =>
        stage.type === 'BertPreTokenizer' ||
        stage.type === 'WhitespaceSplit' ||
        (stage.type === 'Punctuation' && parse(PunctuationSchema, stage).behavior === 'Isolated')
    );
  if (!isBert) {
    throw otherStage(
      'pre_tokenizer',
      names,
      'BertPreTokenizer, or WhitespaceSplit with Punctuation set apart,'
    );
  }
}

/** The one stage that puts special tokens around a text. @throws StoryError `unsupported_model` */
export function templateStage(postProcessor: AnyStage): Known {
  const stages = flattened(postProcessor, 'post_processor');
  const [stage] = stages;
  const isTemplate = stage?.type === 'TemplateProcessing' || stage?.type === 'BertProcessing';
  if (stage === undefined || stages.length > 1 || !isTemplate) {
    throw otherStage('post_processor', stages.map(nameOf), 'TemplateProcessing or BertProcessing');
  }
  return stage;
}

function nameOf({ type, behavior }: Known): string {
  return typeof behavior === 'string' && behavior !== 'Isolated'
    ? `${type} (${behavior})`
    : (type ?? 'nameless');
}
