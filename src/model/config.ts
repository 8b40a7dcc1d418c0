// What are the measures of this checkpoint's encoder?

import * as v from 'valibot';
import { ACTIVATIONS, type Activation } from './activation';
import { badConfig, unsupported } from './config-errors';
import { kindOf } from './config-kind';
import type { ModelConfig } from './parameters';

const Count = v.pipe(v.number(), v.integer(), v.minValue(1));
const Positions = v.pipe(v.number(), v.integer(), v.minValue(3));
const Epsilon = v.optional(v.pipe(v.number(), v.gtValue(0), v.maxValue(1)), 1e-12);
const Name = v.optional(v.string(), 'gelu');

const BertSchema = v.looseObject({
  hidden_size: Count,
  num_hidden_layers: Count,
  num_attention_heads: Count,
  intermediate_size: Count,
  vocab_size: Count,
  max_position_embeddings: Positions,
  type_vocab_size: v.optional(Count, 2),
  layer_norm_eps: Epsilon,
  hidden_act: Name
});

const ElectraSchema = v.looseObject({ ...BertSchema.entries, embedding_size: v.nullish(Count, null) });

const DistilBertSchema = v.looseObject({
  dim: Count,
  n_layers: Count,
  n_heads: Count,
  hidden_dim: Count,
  vocab_size: Count,
  max_position_embeddings: Positions,
  activation: Name
});

/** DistilBERT has it in its code, not in its configuration. */
const DISTILBERT_EPSILON = 1e-12;

type Measures = Omit<ModelConfig, 'kind' | 'architecture'>;

/**
 * @param json the text of config.json
 * @throws StoryError `bad_config` where it is broken, `unsupported_model` where it describes something else than an encoder
 *   of the kind BERT, DistilBERT or ELECTRA
 */
export function parseConfig(json: string): ModelConfig {
  let file: unknown;
  try {
    file = JSON.parse(json);
  } catch {
    throw badConfig('it is not JSON');
  }
  if (typeof file !== 'object' || file === null || Array.isArray(file)) {
    throw badConfig('it is not an object of settings');
  }
  const identity = kindOf(file);
  return { ...identity, ...measuresOf(identity.kind, file) };
}

function measuresOf(kind: ModelConfig['kind'], file: object): Measures {
  switch (kind) {
    case 'bert': {
      const config = check(BertSchema, file);
      return bertMeasures(config, config.hidden_size);
    }
    case 'electra': {
      const config = check(ElectraSchema, file);
      return bertMeasures(config, config.embedding_size ?? config.hidden_size);
    }
    case 'distilbert':
      return distilbertMeasures(check(DistilBertSchema, file));
  }
}

function bertMeasures(config: v.InferOutput<typeof BertSchema>, embeddingWidth: number): Measures {
  const { hidden_size: width, num_attention_heads: heads } = config;
  checkHeads(['hidden_size', width], ['num_attention_heads', heads]);
  return {
    layers: config.num_hidden_layers,
    heads,
    width,
    embeddingWidth,
    inner: config.intermediate_size,
    vocabulary: config.vocab_size,
    maxTokens: config.max_position_embeddings,
    segmentTypes: config.type_vocab_size,
    normEpsilon: config.layer_norm_eps,
    activation: activationOf('hidden_act', config.hidden_act)
  };
}

function distilbertMeasures(config: v.InferOutput<typeof DistilBertSchema>): Measures {
  const { dim: width, n_heads: heads } = config;
  checkHeads(['dim', width], ['n_heads', heads]);
  return {
    layers: config.n_layers,
    heads,
    width,
    embeddingWidth: width,
    inner: config.hidden_dim,
    vocabulary: config.vocab_size,
    maxTokens: config.max_position_embeddings,
    segmentTypes: 0,
    normEpsilon: DISTILBERT_EPSILON,
    activation: activationOf('activation', config.activation)
  };
}

function checkHeads([widthField, width]: [string, number], [headsField, heads]: [string, number]): void {
  if (width % heads !== 0) {
    throw badConfig(`its ${widthField} ${width} is no multiple of its ${headsField} ${heads}`);
  }
}

function activationOf(field: string, name: string): Activation {
  const activation = Object.hasOwn(ACTIVATIONS, name) ? ACTIVATIONS[name] : undefined;
  if (activation === undefined) {
    const allowed = Object.keys(ACTIVATIONS).join(', ');
    throw unsupported(
      `the model has ${field} ${JSON.stringify(name)}, only ${allowed} can be computed`,
      'choose a checkpoint with one of these, such as bert-base-uncased',
      { field, seen: name, allowed }
    );
  }
  return activation;
}

function check<T extends v.GenericSchema>(schema: T, value: unknown): v.InferOutput<T> {
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (result.success) {
    return result.output;
  }
  const [issue] = result.issues;
  const field = v.getDotPath(issue) ?? 'content';
  throw badConfig(
    issue.received === 'undefined'
      ? `it lacks ${field}`
      : `its ${field} is ${issue.received}, ${issue.expected ?? 'another value'} is needed`
  );
}
