// A checkpoint of BERT-base's shape with random weights, for what real weights are not needed: speed and memory.

import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { fillNormal, uniformFrom } from '../../src/core/random';
import { writeSafetensors, type Tensor } from '../../src/weights/safetensors';

const SHAPE = { layers: 12, heads: 12, width: 768, inner: 3072, vocabulary: 1000, positions: 512 };
/** As BERT is initialised. */
const SPREAD = 0.02;
/** So many normal numbers, again and again. */
const PERIOD = 99_991;

/** Makes the folder when it is not there yet; about 350 MB. */
export function randomModelFolder(cache: string): string {
  const folder = path.join(cache, 'bert-base-random');
  if (!existsSync(path.join(folder, 'vocab.txt'))) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, 'config.json'), JSON.stringify(config()));
    writeFileSync(path.join(folder, 'model.safetensors'), writeSafetensors(weights(), {}));
    writeFileSync(path.join(folder, 'vocab.txt'), `${vocabulary().join('\n')}\n`);
  }
  return folder;
}

function config(): object {
  return {
    architectures: ['BertModel'],
    model_type: 'bert',
    hidden_act: 'gelu',
    hidden_size: SHAPE.width,
    intermediate_size: SHAPE.inner,
    layer_norm_eps: 1e-12,
    max_position_embeddings: SHAPE.positions,
    num_attention_heads: SHAPE.heads,
    num_hidden_layers: SHAPE.layers,
    type_vocab_size: 2,
    vocab_size: SHAPE.vocabulary,
    pad_token_id: 0
  };
}

function vocabulary(): string[] {
  const special = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'];
  return Array.from({ length: SHAPE.vocabulary }, (_, i) => special[i] ?? `word${i}`);
}

function weights(): Record<string, Tensor> {
  const normal = new Float64Array(PERIOD);
  fillNormal(uniformFrom([1]), normal);
  let next = 0;
  const tensors: Record<string, Tensor> = {};
  const fill = (name: string, shape: readonly number[], of: () => number): void => {
    const data = new Float32Array(shape.reduce((product, length) => product * length, 1));
    tensors[name] = { dtype: 'F32', shape, data: data.map(of) };
  };
  const random = (name: string, ...shape: number[]): void =>
    fill(name, shape, () => SPREAD * (normal[next++ % PERIOD] as number));
  const linear = (name: string, out: number, input: number): void => {
    random(`${name}.weight`, out, input);
    random(`${name}.bias`, out);
  };
  const norm = (name: string): void => {
    fill(`${name}.weight`, [SHAPE.width], () => 1);
    random(`${name}.bias`, SHAPE.width);
  };
  random('embeddings.word_embeddings.weight', SHAPE.vocabulary, SHAPE.width);
  random('embeddings.position_embeddings.weight', SHAPE.positions, SHAPE.width);
  random('embeddings.token_type_embeddings.weight', 2, SHAPE.width);
  norm('embeddings.LayerNorm');
  for (let layer = 0; layer < SHAPE.layers; layer++) {
    const at = `encoder.layer.${layer}`;
    ['query', 'key', 'value'].forEach(name =>
      linear(`${at}.attention.self.${name}`, SHAPE.width, SHAPE.width)
    );
    linear(`${at}.attention.output.dense`, SHAPE.width, SHAPE.width);
    norm(`${at}.attention.output.LayerNorm`);
    linear(`${at}.intermediate.dense`, SHAPE.inner, SHAPE.width);
    linear(`${at}.output.dense`, SHAPE.width, SHAPE.inner);
    norm(`${at}.output.LayerNorm`);
  }
  return tensors;
}
