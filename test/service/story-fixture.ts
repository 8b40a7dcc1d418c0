// A small story for tests of what the service does with stories.
import type { StoryDocument } from '../../src/story/document';

const PIECES = ['[CLS]', 'keys', '[SEP]'];

/** Two layers, two heads, width 8, three pieces. */
export function tinyDocument(): StoryDocument {
  return {
    version: 1,
    text: 'keys',
    pair: null,
    pieces: PIECES.map((text, id) => {
      const special = text.startsWith('[');
      return {
        text,
        id,
        start: special ? null : 0,
        end: special ? null : 4,
        segment: 0,
        special,
        word: special ? null : 0
      };
    }),
    truncated: null,
    model: { id: 'tiny', sha256: 'f'.repeat(64), architecture: 'BertModel', layers: 2, heads: 2, width: 8 },
    method: {
      norm: 'frobenius',
      target: 'head',
      source: 'input',
      paths: 'all',
      mode: 'sampled',
      samples: 4,
      exact_directions: 0,
      seed: 0,
      precision: 'float32',
      ablate: []
    },
    engine: { name: 'tfjs-wasm', version: '4.22.0', threads: 1 },
    timing: { tokenize: 0, attention: 0, attribution: 0 },
    made: { version: '0.1.0', date: '2026-01-01T00:00:00.000Z' }
  };
}
