// What is compared: texts of a length on models, and how much of each is run where the whole would take too long.

import { demoModelFolder } from '../demo-model';
import { randomModelFolder } from './random-model';

export interface Case {
  readonly name: string;
  readonly title: string;
  /** The folder of the checkpoint. */
  folder(cache: string): string;
  readonly text: string;
  readonly tokens: number;
  /** Share of the directions that exact runs do before the rest is reckoned. */
  readonly fraction: number;
  /** Whether the portable engine ends in reasonable time. */
  readonly portable: boolean;
  /** Numbers of each layer that jacrev differentiates, and of all that the backward loop does. */
  readonly outputs: { readonly jacrev: number; readonly backward: number };
}

/** More than 64 pieces. */
const ENGLISH =
  'The keys to the old cabinet are on the kitchen table, where the committee that had rejected the first proposal ' +
  'signed the new agreement before anyone could object, and the market reacted within a few minutes of it, although ' +
  'the river bank was steep and nobody had asked the bank in town whether it would lend them the money they needed ' +
  'for a second house by the sea.';
const WORDS = Array.from({ length: 600 }, (_, i) => `word${10 + ((i * 37) % 900)}`).join(' ');

const minilm = { folder: demoModelFolder, text: ENGLISH } as const;
const base = { folder: randomModelFolder, text: WORDS, portable: false } as const;

function named(name: string): string {
  const [model, tokens] = name.split('-');
  return `${model === 'minilm' ? 'all-MiniLM-L6-v2' : 'BERT-base shape, random weights'}, ${tokens} tokens`;
}

const few = { jacrev: 64, backward: 60 };
const fewer = { jacrev: 64, backward: 24 };

export const CASES: readonly Case[] = [
  {
    name: 'minilm-16',
    tokens: 16,
    fraction: 1,
    portable: true,
    outputs: { jacrev: 512, backward: 200 },
    ...minilm
  },
  { name: 'minilm-32', tokens: 32, fraction: 1 / 3, portable: false, outputs: few, ...minilm },
  { name: 'minilm-64', tokens: 64, fraction: 1 / 8, portable: false, outputs: few, ...minilm },
  { name: 'base-16', tokens: 16, fraction: 1 / 12, outputs: fewer, ...base },
  { name: 'base-32', tokens: 32, fraction: 1 / 32, outputs: fewer, ...base }
].map(each => ({ ...each, title: named(each.name) }));
