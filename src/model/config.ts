// Is this checkpoint a BERT encoder that the product computes exactly, and what are its measures?

import * as v from 'valibot';
import { StoryError } from '../core/errors';
import type { ModelConfig } from './parameters';

const Count = v.pipe(v.number(), v.integer(), v.minValue(1));

const NumbersSchema = v.looseObject({
  hidden_size: Count,
  num_hidden_layers: Count,
  num_attention_heads: Count,
  intermediate_size: Count,
  vocab_size: Count,
  max_position_embeddings: v.pipe(v.number(), v.integer(), v.minValue(3)),
  type_vocab_size: v.optional(v.pipe(v.number(), v.integer(), v.minValue(2)), 2),
  layer_norm_eps: v.optional(v.pipe(v.number(), v.gtValue(0), v.maxValue(1)), 1e-12)
});

const KindSchema = v.looseObject({
  model_type: v.nullish(v.string()),
  architectures: v.nullish(v.array(v.string())),
  hidden_act: v.optional(v.unknown(), 'gelu'),
  position_embedding_type: v.optional(v.unknown(), 'absolute'),
  is_decoder: v.optional(v.unknown(), false),
  add_cross_attention: v.optional(v.unknown(), false),
  pruned_heads: v.optional(v.unknown(), {}),
  quantization_config: v.optional(v.unknown(), null),
  auto_map: v.optional(v.unknown(), null)
});

type Kind = v.InferOutput<typeof KindSchema>;

const CHOOSE_BERT = 'choose a checkpoint of the BERT architecture, such as bert-base-uncased';

/**
 * @param json the text of config.json
 * @throws StoryError `bad_config` where it is broken, `unsupported_model` where it describes something else than a BERT encoder
 */
export function parseConfig(json: string): ModelConfig {
  let file: unknown;
  try {
    file = JSON.parse(json);
  } catch {
    throw badConfig('it is not JSON');
  }
  const kind = check(KindSchema, file);
  refuseOtherModels(kind);
  const numbers = check(NumbersSchema, file);
  const { hidden_size: width, num_attention_heads: heads } = numbers;
  if (width % heads !== 0) {
    throw badConfig(`its hidden_size ${width} is no multiple of its num_attention_heads ${heads}`);
  }
  return {
    architecture: kind.architectures?.[0] ?? 'BertModel',
    layers: numbers.num_hidden_layers,
    heads,
    width,
    inner: numbers.intermediate_size,
    vocabulary: numbers.vocab_size,
    maxTokens: numbers.max_position_embeddings,
    segmentTypes: numbers.type_vocab_size,
    normEpsilon: numbers.layer_norm_eps
  };
}

function refuseOtherModels(kind: Kind): void {
  const type = kind.model_type ?? null;
  const architecture = kind.architectures?.[0] ?? null;
  if (type !== null ? type !== 'bert' : architecture !== null && !architecture.startsWith('Bert')) {
    throw unsupported(
      `the model is of the kind ${type ?? architecture}, only bert can be read`,
      /roberta|camembert|xlm|longformer|mpnet/i.test(type ?? architecture ?? '')
        ? `RoBERTa-like models number positions and split words in another way; ${CHOOSE_BERT}`
        : CHOOSE_BERT,
      { model_type: type ?? architecture }
    );
  }
  requireValue('hidden_act', kind.hidden_act, 'gelu');
  requireValue('position_embedding_type', kind.position_embedding_type, 'absolute');
  requireValue('is_decoder', kind.is_decoder, false);
  requireValue('add_cross_attention', kind.add_cross_attention, false);
  refusePresent('pruned_heads', kind.pruned_heads, 'has pruned heads');
  refusePresent('quantization_config', kind.quantization_config, 'is quantised');
  refusePresent('auto_map', kind.auto_map, 'brings code of its own, which is never run');
}

function requireValue(field: string, seen: unknown, allowed: string | boolean): void {
  if (seen !== allowed) {
    throw unsupported(
      `the model has ${field} ${JSON.stringify(seen)}, only ${JSON.stringify(allowed)} can be computed`,
      CHOOSE_BERT,
      { field, seen: JSON.stringify(seen), allowed }
    );
  }
}

function refusePresent(field: string, seen: unknown, what: string): void {
  const absent = seen === null || (typeof seen === 'object' && Object.keys(seen).length === 0);
  if (!absent) {
    throw unsupported(`the model ${what} (${field} of config.json)`, 'choose its plain, unchanged form', {
      field
    });
  }
}

function check<T extends v.GenericSchema>(schema: T, value: unknown): v.InferOutput<T> {
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (result.success) {
    return result.output;
  }
  const [issue] = result.issues;
  const field = v.getDotPath(issue);
  if (field === null) {
    throw badConfig('it is not an object of settings');
  }
  throw badConfig(
    issue.received === 'undefined'
      ? `it lacks ${field}`
      : `its ${field} is ${issue.received}, ${issue.expected ?? 'another value'} is needed`
  );
}

function badConfig(what: string): StoryError {
  return new StoryError(
    'bad_config',
    `config.json of the model cannot be used: ${what}`,
    'copy the file again from where the model came from',
    {}
  );
}

function unsupported(
  message: string,
  hint: string,
  values: Readonly<Record<string, string | boolean | null>>
): StoryError {
  return new StoryError('unsupported_model', message, hint, values);
}
