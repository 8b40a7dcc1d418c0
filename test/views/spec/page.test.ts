// Whole pages at every width and length: all that is drawn lies inside, and no two texts run into each other.

import { figure, FIGURE_NAMES } from '../../../src/views/spec/page';
import type { Figure, TextMark } from '../../../src/views/spec/figure';
import { DEFAULT_STATE, type ViewState } from '../../../src/views/spec/state';
import { dejavuWidth } from '../../../src/views/spec/text-width';
import { LIGHT } from '../../../src/views/spec/theme';
import type { StoryData } from '../../../src/story/data';
import {
  EXACT,
  FAILED,
  goldenStory,
  PENDING,
  SAMPLED,
  storyOf,
  syntheticArrays,
  withoutAttribution
} from './story';

const WIDTHS = [320, 600, 900, 1400];

interface Box {
  readonly text: string;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Of a text that is not turned: from its cap height to its baseline. */
function boxOf(mark: TextMark): Box {
  const runs = mark.runs ?? [{ text: mark.text, weight: mark.weight }];
  const width = runs.reduce((sum, run) => sum + dejavuWidth(run.text, mark.size, run.weight), 0);
  const left = mark.x - { start: 0, middle: width / 2, end: width }[mark.anchor];
  const bottom = mark.align === 'middle' ? mark.y + 0.35 * mark.size : mark.y;
  return { text: mark.text, left, right: left + width, top: bottom - 0.7 * mark.size, bottom };
}

/** Texts of marks and of flat axes, as they are drawn. */
function textBoxes({ marks, panels }: Figure): readonly Box[] {
  const free = marks.flatMap(mark => (mark.kind === 'texts' ? mark.texts : []));
  const ticks = panels.flatMap(({ x, y, width, height, xAxis, yAxis }) => {
    const share = (at: number, [low, high]: readonly [number, number]) => (at - low) / (high - low);
    const common = { size: 11, colour: '', weight: 400, angle: 0 } as const;
    const below = xAxis.ticks.map(({ at, label }): TextMark => ({
      ...common,
      text: label,
      x: x + share(at, xAxis.range) * width,
      y: y + height + 14,
      anchor: 'middle',
      align: 'baseline'
    }));
    const left = yAxis.ticks.map(({ at, label }): TextMark => ({
      ...common,
      text: label,
      x: x - 4,
      y: y + (1 - share(at, yAxis.range)) * height,
      anchor: 'end',
      align: 'middle'
    }));
    return [...(xAxis.angle === 0 ? below : []), ...left];
  });
  return [...free, ...ticks].filter(mark => mark.text !== '').map(boxOf);
}

/** What is wrong with a drawing, in words. */
function faultsOf(drawn: Figure): readonly string[] {
  const boxes = textBoxes(drawn);
  const outside = boxes
    .filter(
      box => box.left < -0.5 || box.right > drawn.width + 0.5 || box.top < 0 || box.bottom > drawn.height
    )
    .map(box => `${box.text} lies outside`);
  const collisions = boxes.flatMap((a, i) =>
    boxes
      .slice(i + 1)
      .filter(b => a.right > b.left && b.right > a.left && a.bottom > b.top && b.bottom > a.top)
      .map(b => `${a.text} runs into ${b.text}`)
  );
  const panels = drawn.panels
    .filter(({ x, y, width, height }) => x < 0 || x + width > drawn.width || y + height > drawn.height)
    .map(panel => `${panel.id} lies outside`);
  return [...outside, ...collisions, ...panels];
}

function expectTidy(drawn: Figure): void {
  expect(faultsOf(drawn)).toEqual([]);
}

function synthetic(n: number): StoryData {
  const few = storyOf(n > 64 ? syntheticArrays(n, 1, 2) : syntheticArrays(n, 6, 12));
  const result = few.measure({ measure: 'pearson', ...DEFAULT_STATE.switches });
  return { ...few, measure: () => result };
}

describe('page', () => {
  it.each([2, 14, 64, 65, 256, 512])('should be tidy at every width for %i tokens', n => {
    const data = synthetic(n);
    for (const width of WIDTHS) {
      expectTidy(figure('page', data, EXACT, DEFAULT_STATE, LIGHT, width));
    }
  });

  it.each([
    ['a pair in words', 'bank', { switches: { special: 'drop', own: 'keep', units: 'words' } }],
    ['heads by mismatch', 'keys', { order: 'mismatch', measure: 'kullback_leibler' }],
    ['a pinned source', 'keys', { pin: 10, queries: [2] }],
    ['a group of heads', 'keys', { heads: [[0, 1], [2, 3], [4, 5], [5, 6], [5, 7]] }], // prettier-ignore
    ['neighbouring queries', 'keys', { queries: [2, 9] }]
  ] satisfies readonly (readonly [string, 'keys' | 'bank', Partial<ViewState>])[])(
    'should be tidy with %s',
    (_, name, changes) => {
      const data = goldenStory(name);
      for (const width of WIDTHS) {
        expectTidy(figure('page', data, EXACT, { ...DEFAULT_STATE, ...changes }, LIGHT, width));
      }
    }
  );

  it('should be tidy in every state of a story, and for each figure alone', () => {
    const keys = goldenStory('keys');
    const bare = withoutAttribution(keys);
    for (const width of WIDTHS) {
      for (const status of [PENDING, FAILED]) {
        expectTidy(figure('page', bare, status, DEFAULT_STATE, LIGHT, width));
      }
      for (const name of FIGURE_NAMES) {
        expectTidy(figure(name, keys, SAMPLED, DEFAULT_STATE, LIGHT, width));
      }
    }
  });

  it('should take at least 320 pixels', () => {
    expect(figure('page', goldenStory('keys'), EXACT, DEFAULT_STATE, LIGHT, 10).width).toBe(320);
  });
});
