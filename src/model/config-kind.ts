// Is this the configuration of an encoder that is computed exactly, and of which kind?

import * as v from 'valibot';
import type { EncoderKind } from '../weights/names';
import { badConfig, CHOOSE_BERT, unsupported } from './config-errors';

const KindSchema = v.looseObject({
  model_type: v.nullish(v.string()),
  architectures: v.nullish(v.array(v.string())),
  position_embedding_type: v.nullish(v.unknown(), 'absolute'),
  is_decoder: v.nullish(v.unknown(), false),
  add_cross_attention: v.nullish(v.unknown(), false),
  pruned_heads: v.optional(v.unknown(), {}),
  quantization_config: v.optional(v.unknown(), null),
  auto_map: v.optional(v.unknown(), null)
});

/** The names of the classes of each kind begin so; what a checkpoint that names no class would be. */
const KINDS: Readonly<Record<EncoderKind, { readonly prefix: string; readonly encoder: string }>> = {
  bert: { prefix: 'Bert', encoder: 'BertModel' },
  distilbert: { prefix: 'DistilBert', encoder: 'DistilBertModel' },
  electra: { prefix: 'Electra', encoder: 'ElectraModel' }
};
const KIND_NAMES = Object.keys(KINDS) as EncoderKind[];

export interface Identity {
  readonly kind: EncoderKind;
  readonly architecture: string;
}

/** @throws StoryError `bad_config` where a field is broken, `unsupported_model` for any other kind of model */
export function kindOf(file: object): Identity {
  const result = v.safeParse(KindSchema, file, { abortEarly: true });
  if (!result.success) {
    const [issue] = result.issues;
    throw badConfig(`its ${v.getDotPath(issue) ?? 'content'} is ${issue.received}`);
  }
  const settings = result.output;
  const architecture = settings.architectures?.[0] ?? null;
  const type = settings.model_type ?? null;
  const kind = KIND_NAMES.find(name =>
    type !== null ? type === name : architecture !== null && architecture.startsWith(KINDS[name].prefix)
  );
  if (kind === undefined && (type ?? architecture) !== null) {
    throw otherKind(type ?? architecture ?? '');
  }
  requireValue('position_embedding_type', settings.position_embedding_type, 'absolute');
  requireValue('is_decoder', settings.is_decoder, false);
  requireValue('add_cross_attention', settings.add_cross_attention, false);
  refusePresent('pruned_heads', settings.pruned_heads, 'has pruned heads');
  refusePresent('quantization_config', settings.quantization_config, 'is quantised');
  refusePresent('auto_map', settings.auto_map, 'brings code of its own, which is never run');
  // The first checkpoints said neither, and were BERT.
  const known = kind ?? 'bert';
  return { kind: known, architecture: architecture ?? KINDS[known].encoder };
}

function otherKind(seen: string): Error {
  return unsupported(
    `the model is of the kind ${seen}, only ${KIND_NAMES.join(', ')} can be read`,
    /roberta|camembert|xlm|longformer|mpnet/i.test(seen)
      ? `RoBERTa-like models number positions and split words in another way; ${CHOOSE_BERT}`
      : CHOOSE_BERT,
    { model_type: seen }
  );
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
