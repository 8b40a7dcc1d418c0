// Stories for the tests of the views: golden arrays of the real model, small ones by hand, and long synthetic ones.

import { DEFAULT_METHOD } from '../../../src/core/method';
import type { Piece } from '../../../src/core/piece';
import type { StoryData, StoryStatus } from '../../../src/story/data';
import { storyData } from '../../../src/story/memory';
import type { StoryDocument } from '../../../src/story/document';
import { show, type Hover, type Shown } from '../../../src/views/spec/shown';
import { DEFAULT_STATE, type ViewState } from '../../../src/views/spec/state';
import { readGolden } from '../../golden';

export interface Arrays {
  readonly layers: number;
  readonly heads: number;
  readonly pieces: readonly Piece[];
  /** [layer, head, query, source] */
  readonly attention: Float32Array;
  /** null: only attention is there. */
  readonly norms: Float32Array | null;
}

export const EXACT: StoryStatus = {
  state: 'exact',
  running: false,
  saved: false,
  done: 384,
  total: 384,
  error: 0,
  secondsLeft: 0,
  reason: 'exact',
  failure: null
};

export const PENDING: StoryStatus = {
  ...EXACT,
  state: 'attention',
  running: true,
  done: 0,
  error: null,
  secondsLeft: 1,
  reason: null
};

export const SAMPLED: StoryStatus = {
  ...EXACT,
  state: 'sampled',
  running: true,
  done: 16,
  error: 0.07,
  reason: null
};

export const FAILED: StoryStatus = {
  ...PENDING,
  state: 'failed',
  running: false,
  failure: { message: '9.1 GB needed, limit 7.8 GB', hint: 'try a sampled estimate' }
};

/** `keys` or the pair `bank` of the golden MiniLM, exact. */
export function goldenStory(name: 'keys' | 'bank'): StoryData {
  const golden = readGolden(`golden-minilm/${name}`);
  return storyOf({
    layers: golden.layers,
    heads: golden.heads,
    pieces: golden.pieces,
    attention: Float32Array.from(golden.array('attention')),
    norms: Float32Array.from(golden.array('frobenius'))
  });
}

/** A story over arrays, as views see it. */
export function storyOf(arrays: Arrays, changes: Partial<StoryDocument> = {}): StoryData {
  const { layers, heads, pieces, attention, norms } = arrays;
  const width = 384;
  const document: StoryDocument = {
    version: 1,
    text: pieces.map(piece => piece.text).join(' '),
    pair: pieces.some(piece => piece.segment === 1) ? 'pair' : null,
    pieces,
    truncated: null,
    model: {
      id: 'all-MiniLM-L6-v2',
      sha256: '0'.repeat(64),
      architecture: 'BertModel',
      layers,
      heads,
      width
    },
    method: {
      ...DEFAULT_METHOD,
      mode: norms ? 'exact' : 'sampled',
      samples: norms ? width : 0,
      exact_directions: 0,
      seed: 0,
      precision: 'float32',
      ablate: []
    },
    engine: { name: 'tensorflow', version: '2', threads: 2 },
    timing: norms ? { attribution: 0.8 } : {},
    made: { version: '0.1.0', date: '2026-01-01T00:00:00Z' },
    ...changes
  };
  return storyData({ document, heads: null, attention, norms, error: null, groups: null, results: [] });
}

/** The same story before the first estimate: attention alone. */
export function withoutAttribution(data: StoryData): StoryData {
  const { method } = data.document;
  return {
    document: { ...data.document, method: { ...method, samples: 0 } },
    head: (layer, head) => {
      const maps = data.head(layer, head);
      return maps && { ...maps, norms: null };
    },
    measure: () => null
  };
}

/** [CLS] [SEP], as of an empty text. */
export function emptyStory(): StoryData {
  return storyOf({
    layers: 6,
    heads: 12,
    pieces: piecesOf(['[CLS]', '[SEP]']),
    attention: new Float32Array(6 * 12 * 4).fill(0.5),
    norms: new Float32Array(6 * 12 * 4).fill(1)
  });
}

export function shownOf(
  data: StoryData,
  changes: Partial<ViewState> = {},
  status: StoryStatus = EXACT,
  hover?: Hover
): Shown {
  return show(data, status, { ...DEFAULT_STATE, ...changes }, hover);
}

/** Thin spaces as `_`, so that they can be seen in a test. */
export function plain(text: string): string {
  return text.replace(/\u202f/g, '_');
}

export function piecesOf(texts: readonly string[], segments: readonly (0 | 1)[] = []): readonly Piece[] {
  let word = -1;
  return texts.map((text, index) => {
    const special = text === '[CLS]' || text === '[SEP]';
    word += special || text.startsWith('##') ? 0 : 1;
    return {
      text,
      id: index,
      start: special ? null : index,
      end: special ? null : index + 1,
      segment: segments[index] ?? 0,
      special,
      word: special ? null : word
    };
  });
}

const WORDS = (
  'call me ishmael . some years ago , never mind how long precisely , having little or no money in my purse , and ' +
  'nothing particular to interest me on shore , i thought i would sail about a little and see the watery part of the world .'
).split(' ');

/** n pieces with a band of attention, a wider band of attribution, and sinks at both ends; the same at every call. */
export function syntheticArrays(n: number, layers = 3, heads = 4): Arrays {
  const texts = Array.from({ length: n - 2 }, (_, i) => WORDS[i % WORDS.length] ?? 'x');
  const size = n * n;
  const attention = new Float32Array(layers * heads * size);
  const norms = new Float32Array(layers * heads * size);
  for (let map = 0; map < layers * heads; map++) {
    for (let query = 0; query < n; query++) {
      const row = map * size + query * n;
      for (let source = 0; source < n; source++) {
        const apart = Math.abs(source - query - (map % 5));
        const wave = 1.2 + Math.sin(source * 1.7 + query * 0.6 + map);
        attention[row + source] =
          wave / (1 + apart ** 2) + (source === 0 || source === n - 1 ? 0.5 + map / 20 : 0);
        norms[row + source] = (0.4 + Math.cos(source * 0.9 + map) ** 2) / (1 + (apart / (2 + map / 3)) ** 2);
      }
      const total = attention.subarray(row, row + n).reduce((sum, value) => sum + value, 0);
      attention.subarray(row, row + n).forEach((value, i) => {
        attention[row + i] = value / total;
      });
    }
  }
  return { layers, heads, pieces: piecesOf(['[CLS]', ...texts, '[SEP]']), attention, norms };
}
