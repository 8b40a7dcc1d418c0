// The strip: bars, breaks and numbers; pieces that join, segments that part; lines that wrap.

import fc from 'fast-check';
import type { Switches } from '../../../src/analysis/options';
import { ledeOf, type Run } from '../../../src/views/spec/lede';
import { sentenceLines } from '../../../src/views/spec/sentence';
import { NO_HOVER, show } from '../../../src/views/spec/shown';
import { DEFAULT_STATE, type ViewState } from '../../../src/views/spec/state';
import { profileOf, stripOf } from '../../../src/views/spec/strip';
import { stripFigure } from '../../../src/views/spec/strip-figure';
import { placeStrip } from '../../../src/views/spec/strip-layout';
import { dejavuWidth } from '../../../src/views/spec/text-width';
import { LIGHT } from '../../../src/views/spec/theme';
import { EXACT, goldenStory, piecesOf, storyOf, syntheticArrays } from './story';

const keys = show(goldenStory('keys'), EXACT, DEFAULT_STATE);
const bank = show(goldenStory('bank'), EXACT, DEFAULT_STATE);

function withSwitches(switches: Partial<Switches>, changes: Partial<ViewState> = {}) {
  const state = { ...DEFAULT_STATE, ...changes, switches: { ...DEFAULT_STATE.switches, ...switches } };
  return show(goldenStory('keys'), EXACT, state);
}

describe('strip', () => {
  it('should number the three largest of each side above 4 %, % on the largest', () => {
    const tokens = stripOf(keys);
    const numbers = (side: 'attention' | 'attribution') =>
      tokens.flatMap(token => (token[side]?.number ? [`${token.text} ${token[side]?.number}`] : []));
    expect(numbers('attention').map(text => text.replace('\u202f', '_'))).toEqual([
      '[CLS] 39_%',
      'cabinet 7',
      'kitchen 7'
    ]);
    expect(numbers('attribution').map(text => text.replace('\u202f', '_'))).toEqual([
      'keys 11',
      'cabinet 23_%',
      'kitchen 15'
    ]);
  });

  it('should break the bar of a sink, and fill that of the largest ordinary token', () => {
    const tokens = stripOf(keys);
    expect(tokens.filter(token => token.attention?.broken).map(token => token.text)).toEqual(['[CLS]']);
    expect(tokens[0]?.attention?.length).toBe(1);
    expect(tokens[6]?.attribution).toMatchObject({ length: 1, broken: false });
  });

  it('should number the token that is pinned or pointed at', () => {
    const pinned = withSwitches({}, { pin: 3 });
    expect(stripOf(pinned)[3]).toMatchObject({ marked: true, attention: { number: '4' } });
    const hover = { ...NO_HOVER, source: 8 };
    const hovered = show(goldenStory('keys'), EXACT, DEFAULT_STATE, hover);
    expect(stripOf(hovered)[8]?.attribution?.number).not.toBe('');
  });

  it('should keep dropped special tokens in the sentence, off and without bars', () => {
    const off = stripOf(withSwitches({ special: 'drop' }));
    expect(off[0]).toMatchObject({ off: true, attention: null, attribution: null });
    expect(stripOf(withSwitches({ special: 'no_sources' }))[0]).toMatchObject({
      off: false,
      attention: null
    });
  });

  it('should give the own token no bar when it is dropped', () => {
    expect(stripOf(withSwitches({ own: 'drop' }, { queries: [6] }))[6]?.attention).toBeNull();
  });

  it('should show the pieces of a word joined, with ## to be read on hover', () => {
    const pieces = piecesOf(['[CLS]', 'is', '##hma', '##el', '[SEP]']);
    const uniform = new Float32Array(25).fill(0.2);
    const data = storyOf({ layers: 1, heads: 1, pieces, attention: uniform, norms: uniform });
    const tokens = stripOf(show(data, EXACT, DEFAULT_STATE));
    expect(tokens.map(token => token.text)).toEqual(['[CLS]', 'is', 'hma', 'el', '[SEP]']);
    expect(tokens[2]).toMatchObject({ title: '##hma', continues: true });
    const { tokens: placed } = placeStrip(tokens, 600, false, dejavuWidth);
    expect(placed[2]?.x).toBeCloseTo((placed[1]?.x ?? 0) + (placed[1]?.width ?? 0), 9);
    expect(placed[4]?.x).toBeGreaterThan((placed[3]?.x ?? 0) + (placed[3]?.width ?? 0));
  });

  it('should give a profile of all tokens', () => {
    const { attention, attribution, query } = profileOf(keys);
    expect(attention[0]).toBe(1);
    expect(attribution?.[6]).toBe(1);
    expect(query).toBe(6);
  });
});

describe('strip-layout', () => {
  it('should put tokens on lines without overlap and within the width', () => {
    fc.assert(
      fc.property(fc.integer({ min: 200, max: 1500 }), fc.constantFrom(keys, bank), (width, shown) => {
        const layout = placeStrip(stripOf(shown), width, false, dejavuWidth);
        layout.tokens.forEach((one, i) => {
          expect(one.x + one.width).toBeLessThanOrEqual(width);
          const next = layout.tokens[i + 1];
          if (next?.line === one.line) {
            expect(next.x).toBeGreaterThanOrEqual(one.x + one.width);
          } else if (next) {
            expect(next.y - one.y).toBeGreaterThanOrEqual(layout.textHeight + 2 * layout.barSpace);
          }
        });
        const last = layout.tokens.at(-1);
        expect(layout.height).toBeCloseTo((last?.y ?? 0) + layout.textHeight + layout.barSpace, 6);
      }),
      { seed: 1 }
    );
  });

  it('should leave bars less room the more lines there are', () => {
    const spaces = [1400, 560, 300, 220, 160].map(
      width => placeStrip(stripOf(keys), width, false, dejavuWidth).barSpace
    );
    expect(spaces).toEqual([...spaces].sort((a, b) => b - a));
    expect(spaces[0]).toBe(40);
    expect(spaces.at(-1)).toBe(20);
  });

  it('should begin a line with each segment of a pair, and put the legend after the last token', () => {
    const layout = placeStrip(stripOf(bank), 1400, false, dejavuWidth);
    expect(layout.segments.map(segment => segment.label)).toEqual(['A', 'B']);
    const firstOfB = layout.tokens.find(one => one.token.segment === 1);
    expect(firstOfB).toMatchObject({ x: 16, line: 1 });
    const last = layout.tokens.at(-1);
    expect(layout.legend?.x).toBeGreaterThan((last?.x ?? 0) + (last?.width ?? 0));
  });
});

describe('strip-figure', () => {
  it('should draw of a long text the profile and four lines with the query among them', () => {
    const shown = show(storyOf(syntheticArrays(256, 1, 2)), EXACT, { ...DEFAULT_STATE, queries: [200] });
    const figure = stripFigure(shown, LIGHT, 868, dejavuWidth);
    expect(figure.height).toBe(56 + 6 + 4 * 42 + 3 * 4);
    const texts = figure.marks.flatMap(mark => (mark.kind === 'texts' ? mark.texts : []));
    expect(texts.filter(text => text.weight === 600).map(text => text.text)).toEqual([
      shown.items[200]?.label
    ]);
    texts.forEach(text => expect(text.y).toBeLessThanOrEqual(figure.height));
  });
});

describe('sentence', () => {
  const type = { size: 17, lineHeight: 26 };
  const joined = (runs: readonly Run[]) => runs.map(run => run.text).join('');

  it('should lose no word and no colour when it breaks', () => {
    const runs = ledeOf(keys);
    fc.assert(
      fc.property(fc.integer({ min: 120, max: 1200 }), width => {
        const lines = sentenceLines(runs, LIGHT, width, type, dejavuWidth);
        expect(lines.map(line => line.text).join(' ')).toBe(joined(runs));
        lines.forEach(line => {
          expect(line.runs?.map(run => run.text).join('')).toBe(line.text);
        });
        const bold = lines.flatMap(line => line.runs?.filter(run => run.weight === 600) ?? []);
        expect(bold.map(run => run.text.trim()).join(' ')).toBe('head 5.0 cabinet [CLS] cabinet');
      }),
      { seed: 1 }
    );
  });

  it('should keep lines within the width where words allow', () => {
    for (const width of [300, 600, 900]) {
      for (const line of sentenceLines(ledeOf(keys), LIGHT, width, type, dejavuWidth)) {
        const wide = (line.runs ?? []).reduce((sum, run) => sum + dejavuWidth(run.text, 17, run.weight), 0);
        expect(wide).toBeLessThanOrEqual(width + 2);
      }
    }
  });
});
