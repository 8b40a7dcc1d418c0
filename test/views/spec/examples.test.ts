// Whole pictures, kept as files beside this test and reviewed by eye: what changes in them shows up in the diff.
//
// UPDATE_EXAMPLES=1 npx jest test/views/spec/examples writes them anew.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StoryData, StoryStatus } from '../../../src/story/data';
import { figure, type FigureName } from '../../../src/views/spec/page';
import { DEFAULT_STATE, type ViewState } from '../../../src/views/spec/state';
import { themeOf } from '../../../src/views/spec/theme';
import { drawSvg } from '../../../src/views/svg';
import {
  emptyStory,
  EXACT,
  FAILED,
  goldenStory,
  PENDING,
  SAMPLED,
  storyOf,
  syntheticArrays,
  withoutAttribution
} from './story';

const FOLDER = join(__dirname, 'examples');

interface Example {
  readonly data: StoryData;
  readonly width: number;
  readonly figure?: FigureName;
  readonly dark?: boolean;
  readonly status?: StoryStatus;
  readonly state?: Partial<ViewState>;
}

const keys = goldenStory('keys');
const bank = goldenStory('bank');

const waiting = withoutAttribution(keys);

/** The exact values with the errors that an estimate from 16 directions has, and one head without a value. */
const estimated: StoryData = {
  ...keys,
  document: { ...keys.document, method: { ...keys.document.method, samples: 16 } },
  measure: request => {
    const result = keys.measure(request);
    return (
      result && {
        ...result,
        heads: result.heads.map((value, i) => (i === 3 * 30 ? NaN : i % 3 === 1 ? 0.02 : value)),
        curve: result.curve.map((value, i) => (i % 3 === 2 ? 0.012 : value))
      }
    );
  }
};

const EXAMPLES: Readonly<Record<string, Example>> = {
  'keys-light-600': { data: keys, width: 600 },
  'keys-light-900': { data: keys, width: 900 },
  'keys-dark-900': { data: keys, width: 900, dark: true },
  'keys-light-1400': { data: keys, width: 1400 },
  'bank-dark-1400': { data: bank, width: 1400, dark: true },
  'group-of-heads-words': {
    data: bank,
    width: 900,
    state: {
      heads: [
        [0, 3],
        [3, 4],
        [3, 5]
      ],
      measure: 'jensen_shannon',
      order: 'mismatch',
      switches: { special: 'drop', own: 'keep', units: 'words' }
    }
  },
  'estimate-own-dropped-pinned': {
    data: estimated,
    width: 900,
    status: SAMPLED,
    state: {
      queries: [2, 6],
      pin: 10,
      switches: { special: 'no_sources', own: 'drop', units: 'pieces' }
    }
  },
  waiting: { data: waiting, width: 900, status: PENDING },
  failed: { data: waiting, width: 600, status: FAILED, dark: true },
  empty: { data: emptyStory(), width: 900 },
  'tokens-96': { data: storyOf(syntheticArrays(96, 4, 6)), width: 900 },
  'heads-alone': { data: keys, width: 700, figure: 'heads' },
  'curve-alone': { data: estimated, width: 700, figure: 'curve', status: SAMPLED },
  'head-alone': { data: keys, width: 900, figure: 'head' },
  'maximum-of-heads-a-to-b': {
    data: bank,
    width: 900,
    figure: 'head',
    state: {
      heads: [
        [0, 3],
        [3, 4]
      ],
      group: 'maximum',
      pair: 'A-B'
    }
  },
  'patterns-alone': { data: estimated, width: 900, figure: 'patterns', status: SAMPLED },
  'measures-alone': { data: keys, width: 600, figure: 'measures', dark: true },
  'next-token-sections': {
    data: keys,
    width: 900,
    state: { measure: 'attribution.next', order: 'value', open: ['patterns'] }
  }
};

function draw(example: Example): string {
  const { data, width, dark = false, status = EXACT, state = {} } = example;
  const theme = themeOf(dark);
  return drawSvg(
    figure(example.figure ?? 'page', data, status, { ...DEFAULT_STATE, ...state }, theme, width)
  );
}

describe('examples', () => {
  it.each(Object.entries(EXAMPLES))('should draw %s as reviewed', (name, example) => {
    const path = join(FOLDER, `${name}.svg`);
    const svg = draw(example);
    if (process.env['UPDATE_EXAMPLES'] === '1') {
      mkdirSync(FOLDER, { recursive: true });
      writeFileSync(path, svg);
    }
    expect(existsSync(path)).toBe(true);
    expect(svg).toBe(readFileSync(path, 'utf8'));
  });

  it('should draw the same twice', () => {
    expect(draw({ data: keys, width: 900 })).toBe(draw({ data: goldenStory('keys'), width: 900 }));
  });
});
