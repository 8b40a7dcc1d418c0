// How a tokenizer.json is refused: as broken, or as that of a model that splits words in another way.

import * as v from 'valibot';
import { StoryError } from '../core/errors';

/** @throws StoryError `bad_vocabulary` */
export function parse<T extends v.GenericSchema>(schema: T, value: unknown): v.InferOutput<T> {
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (!result.success) {
    const [issue] = result.issues;
    throw badVocabulary(`${v.getDotPath(issue) ?? 'it'}: ${issue.message}`);
  }
  return result.output;
}

/** @throws StoryError `bad_vocabulary` */
export function parseJson(json: string, name: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw new StoryError(
      'bad_vocabulary',
      `${name} of the model is not JSON`,
      'copy the file again from where the model came from',
      { file: name }
    );
  }
}

export function badVocabulary(what: string): StoryError {
  return new StoryError(
    'bad_vocabulary',
    `tokenizer.json of the model cannot be used: ${what}`,
    'copy the file again from where the model came from',
    { file: 'tokenizer.json' }
  );
}

/** @param seen the stages by name */
export function otherStage(stage: string, seen: readonly string[], allowed: string): StoryError {
  const shown = seen.length === 0 ? 'missing' : seen.join(', then ');
  return new StoryError(
    'unsupported_model',
    `the tokenizer's ${stage} is ${shown}, only ${allowed} can be read`,
    'choose a checkpoint whose tokenizer is that of BERT',
    { stage, seen: seen.length === 0 ? null : seen.join() }
  );
}
