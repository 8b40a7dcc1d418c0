// Stories for the tests: golden arrays as a whole story, exact or as if estimated.

import type { StoryContents } from '../../src/story/contents';
import type { StoryDocument } from '../../src/story/document';
import { sentence } from '../analysis/sentence';
import { readGolden, type Golden } from '../golden';

export const SAMPLES = 16;
export const GROUPS = 8;

type Shape = Pick<Golden, 'name' | 'pieces' | 'layers' | 'heads' | 'width'>;

function documentOf(golden: Shape, samples: number): StoryDocument {
  const { layers, heads, width, pieces } = golden;
  return {
    version: 1,
    text: pieces.map(piece => piece.text).join(' '),
    pair: pieces.some(piece => piece.segment === 1) ? 'pair' : null,
    pieces,
    truncated: null,
    model: { id: golden.name, sha256: '0'.repeat(64), architecture: 'BertModel', layers, heads, width },
    method: {
      norm: 'frobenius',
      target: 'head',
      source: 'input',
      paths: 'all',
      mode: samples === width ? 'exact' : 'sampled',
      samples,
      exact_directions: 0,
      seed: 0,
      precision: 'float32',
      ablate: []
    },
    engine: { name: 'reference', version: '1', threads: 1 },
    timing: { attention: 0.1, attribution: 2.5 },
    made: { version: '0.1.0', date: '2026-11-22T00:00:00Z' }
  };
}

export function exactStory(name: string): StoryContents {
  const golden = readGolden(name);
  return {
    document: documentOf(golden, golden.width),
    heads: null,
    attention: Float32Array.from(golden.array('attention')),
    norms: Float32Array.from(golden.array('frobenius')),
    error: null,
    groups: null,
    results: []
  };
}

/** Groups scatter around the squared norms by ±20 %, without chance: the mean over groups is exact. */
export function sampledStory(name: string): StoryContents {
  const exact = exactStory(name);
  const norms = exact.norms ?? new Float32Array();
  const cells = norms.length;
  const groups = new Float32Array(GROUPS * cells);
  for (let group = 0; group < GROUPS; group++) {
    for (let cell = 0; cell < cells; cell++) {
      const phase = (2 * Math.PI * (group + (cell % 13) / 13)) / GROUPS;
      groups[group * cells + cell] = (norms[cell] ?? 0) ** 2 * (1 + 0.2 * Math.sin(phase));
    }
  }
  return {
    ...exact,
    document: documentOf(readGolden(name), SAMPLES),
    groups,
    error: norms.map((_, cell) => 0.05 + (cell % 7) / 100)
  };
}

/** An exact story of 2 layers by 3 heads and 48 pieces, whose maps take more room than measures of all its heads. */
export function longStory(): StoryContents {
  const words = Array.from({ length: 46 }, (_, k) => `word${k}`);
  const shape = {
    name: 'long',
    pieces: sentence('[CLS]', ...words, '[SEP]'),
    layers: 2,
    heads: 3,
    width: 12
  };
  const cells = 2 * 3 * 48 * 48;
  const values = (seed: number) =>
    Float32Array.from({ length: cells }, (_, cell) => (((Math.sin(cell * seed) + 1) * 43758.5453) % 1) ** 4);
  return {
    document: documentOf(shape, shape.width),
    heads: null,
    attention: values(12.9898),
    norms: values(78.233),
    error: null,
    groups: null,
    results: []
  };
}
