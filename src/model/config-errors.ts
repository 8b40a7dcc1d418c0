// How a config.json is refused: as broken, or as that of a model of another kind.

import { StoryError } from '../core/errors';

export const CHOOSE_BERT =
  'choose a checkpoint of the kind BERT, DistilBERT or ELECTRA, such as bert-base-uncased';

export function badConfig(what: string): StoryError {
  return new StoryError(
    'bad_config',
    `config.json of the model cannot be used: ${what}`,
    'copy the file again from where the model came from',
    {}
  );
}

export function unsupported(
  message: string,
  hint: string,
  values: Readonly<Record<string, string | boolean | null>>
): StoryError {
  return new StoryError('unsupported_model', message, hint, values);
}
