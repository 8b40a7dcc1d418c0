// Small panels by layer: what they hold, how they are laid out, drawn and told.

import { measureStory } from '../../../src/analysis/mismatch';
import { average } from '../../../src/analysis/aggregate';
import { DEFAULT_SWITCHES, MEASURES, type MeasureRequest } from '../../../src/analysis/options';
import { createOffers, patternsFor } from '../../../src/views/spec/choices';
import { describeLayer, describeMultiples, multiplesTable } from '../../../src/views/spec/describe-multiples';
import type { Mark } from '../../../src/views/spec/figure';
import { layoutPage } from '../../../src/views/spec/layout';
import {
  headMarks,
  layerAt,
  layerBands,
  layoutMultiples,
  multiplesFigure
} from '../../../src/views/spec/multiples-figure';
import { toggleSection } from '../../../src/views/spec/select';
import { show } from '../../../src/views/spec/shown';
import { DEFAULT_STATE } from '../../../src/views/spec/state';
import { dejavuWidth } from '../../../src/views/spec/text-width';
import { LIGHT } from '../../../src/views/spec/theme';
import { readGolden } from '../../golden';
import { EXACT, PENDING, goldenStory, plain, shownOf, withoutAttribution } from './story';

const keys = goldenStory('keys');
const bank = goldenStory('bank');
const shown = shownOf(keys, { open: ['patterns', 'measures'] });
const page = layoutPage(shown, 900, dejavuWidth, 2);

function find<K extends Mark['kind']>(marks: readonly Mark[], kind: K): Extract<Mark, { kind: K }>[] {
  return marks.filter((mark): mark is Extract<Mark, { kind: K }> => mark.kind === kind);
}

describe('multiples', () => {
  it('should be there only while their section is open, and attribution is', () => {
    expect(shownOf(keys).multiples).toEqual({ patterns: null, measures: null });
    expect(shownOf(keys, { open: ['measures'] }).multiples.patterns).toBeNull();
    const pending = shownOf(withoutAttribution(keys), { open: ['patterns'] }, PENDING);
    expect(pending.multiples.patterns).toBeNull();
    expect(toggleSection(DEFAULT_STATE, 'patterns').open).toEqual(['patterns']);
    expect(toggleSection({ ...DEFAULT_STATE, open: ['patterns', 'measures'] }, 'patterns').open).toEqual([
      'measures'
    ]);
  });

  it('should hold means over heads of the golden attention on [CLS]', () => {
    const golden = readGolden('golden-minilm/keys');
    const attention = golden.array('attention');
    const cls = shown.multiples.patterns?.find(({ label }) => label === '[CLS]');
    for (let layer = 0; layer < 6; layer++) {
      const rows = Array.from(
        { length: 12 * 14 },
        (_, row) => attention[(layer * 12 * 14 + row) * 14] ?? NaN
      );
      expect(cls?.series[0]?.mean[layer]).toBeCloseTo(average(rows).mean, 5);
    }
    expect(cls?.series.map(({ measure }) => measure.name)).toEqual(['attention.cls', 'attribution.cls']);
  });

  it('should leave out what says nothing about the text', () => {
    expect(patternsFor(shown)).not.toContain('same_segment');
    expect(patternsFor(shownOf(bank))).toContain('same_segment');
    const dropped = shownOf(keys, { switches: { ...DEFAULT_SWITCHES, own: 'drop', special: 'drop' } });
    expect(patternsFor(dropped)).toEqual(['previous', 'next', 'punctuation', 'distance', 'entropy_share']);
  });

  it('should take over panels that did not change, whatever is selected', () => {
    const later = show(keys, EXACT, { ...shown.state, heads: [[1, 1]] }, undefined, shown);
    expect(later.multiples.patterns?.[0]?.series[0]).toBe(shown.multiples.patterns?.[0]?.series[0]);
    expect(later.multiples.patterns).toBe(shown.multiples.patterns);
  });

  it('should put neighbours on one axis, [CLS] and [SEP] on another, wide enough for mean and sd', () => {
    const tops = new Map(shown.multiples.patterns?.map(({ label, range }) => [label, range[1]]));
    expect(tops.get('Next token')).toBe(tops.get('Own token'));
    expect(tops.get('[CLS]')).toBe(tops.get('[SEP]'));
    expect(tops.get('[CLS]')).toBeGreaterThan(tops.get('Next token') ?? NaN);
    for (const { range, series } of shown.multiples.patterns ?? []) {
      for (const { mean, deviation } of series) {
        mean.forEach((value, layer) =>
          expect(value + (deviation[layer] ?? 0)).toBeLessThanOrEqual(range[1] * 1.006)
        );
      }
    }
  });
});

describe('the figure of multiples', () => {
  const layout = layoutMultiples(page, 6, 8);
  const figure = multiplesFigure(shown, 'patterns', LIGHT, layout, dejavuWidth);

  it('should draw attention and attribution in their hues, in rows that are layers', () => {
    expect(figure.panels).toHaveLength(8);
    const [first] = figure.panels;
    const lines = find(first?.marks ?? [], 'line');
    expect(lines.map(({ colour }) => colour)).toEqual([LIGHT.attentionBar, LIGHT.attributionBar]);
    expect(Array.from(lines[0]?.y ?? [])).toEqual([0, 1, 2, 3, 4, 5]);
    expect(first?.yAxis.ticks.map(({ label }) => label)).toEqual(['0', '1', '2', '3', '4', '5']);
    expect(figure.panels[1]?.yAxis.ticks).toEqual([]);
  });

  it('should keep panels apart and inside, in lines of equal length where they do not fit side by side', () => {
    for (const width of [360, 600, 900, 1400]) {
      const narrow = layoutMultiples(layoutPage(shown, width, dejavuWidth, 2), 6, 9);
      const { panels } = narrow;
      for (const rect of panels) {
        expect(rect.x + rect.width).toBeLessThanOrEqual(narrow.width);
        expect(rect.y + rect.height).toBeLessThan(narrow.height);
        const others = panels.filter(other => other !== rect && other.y === rect.y);
        others.forEach(other => expect(Math.abs(other.x - rect.x)).toBeGreaterThanOrEqual(rect.width + 20));
      }
      const lines = new Set(panels.map(({ y }) => y)).size;
      expect(panels.filter(({ y }) => y === panels[0]?.y)).toHaveLength(Math.ceil(9 / lines));
    }
    expect(new Set(layout.panels.map(({ y }) => y)).size).toBe(1);
  });

  it('should find the layer of a row, and its band', () => {
    const [first] = layout.panels;
    const y = (first?.y ?? 0) + 3.5 * layout.row;
    expect(layerAt(layout, 6, (first?.x ?? 0) + 5, y)).toBe(3);
    expect(layerAt(layout, 6, 10, y)).toBe(3);
    expect(layerAt(layout, 6, 10, (first?.y ?? 0) - 5)).toBeNull();
    expect(layerBands(layout, 3).map(rect => rect.y)).toEqual([(first?.y ?? 0) + 3 * layout.row]);
  });

  it('should mark the shown head where its values are, at the end of the axis where they lie beyond', () => {
    const marks = headMarks(shown, 'patterns', layout);
    expect(marks.map(({ side }) => side).slice(0, 2)).toEqual(['attention', 'attribution']);
    expect(marks).toHaveLength(16);
    const [rect] = layout.panels;
    marks.forEach(({ y }) => expect(y).toBeCloseTo((rect?.y ?? 0) + 5.5 * layout.row, 6));
    const previous = shownOf(keys, { open: ['patterns'], heads: [[0, 2]] });
    expect(headMarks(previous, 'patterns', layout).some(({ beyond }) => beyond)).toBe(true);
    expect(headMarks(previous, 'patterns', layout)[0]?.beyond).toBe(false);
  });

  it('should give measures a dot for every head', () => {
    const measures = multiplesFigure(shown, 'measures', LIGHT, layoutMultiples(page, 6, 9), dejavuWidth);
    expect(measures.panels).toHaveLength(MEASURES.length);
    const [dots] = find(measures.panels[0]?.marks ?? [], 'dots');
    expect(dots?.x).toHaveLength(72);
    const golden = measureStory(
      { ...wholeKeys(), groups: null, samples: 384, width: 384 },
      { measure: 'pearson', ...DEFAULT_SWITCHES }
    );
    expect(dots?.x[7]).toBeCloseTo(golden.heads[21] ?? NaN, 6);
  });

  it('should say what stands in its place before there is attribution', () => {
    const pending = shownOf(withoutAttribution(keys), { open: ['patterns'] }, PENDING);
    const empty = multiplesFigure(pending, 'patterns', LIGHT, layoutMultiples(page, 6, 0), dejavuWidth);
    expect(find(empty.marks, 'texts')[0]?.texts[0]?.text).toBe('mismatch follows attribution');
    expect(empty.summary).toBe('Patterns by layer: mismatch follows attribution.');
  });
});

describe('panels that are not there', () => {
  it('should be told from those on their way', () => {
    const bare = {
      ...keys,
      measure: (request: MeasureRequest) => (request.measure === 'pearson' ? keys.measure(request) : null)
    };
    const layout = layoutMultiples(page, 6, 8);
    const sentence = (saved: boolean) =>
      find(
        multiplesFigure(show(bare, { ...EXACT, saved }, shown.state), 'patterns', LIGHT, layout, dejavuWidth)
          .marks,
        'texts'
      )[0]?.texts[0]?.text;
    expect(sentence(true)).toBe('not among what was saved');
    expect(sentence(false)).toBe('on its way');
  });
});

describe('multiples in words', () => {
  it('should tell where attention and attribution differ most', () => {
    expect(plain(describeMultiples(shown, 'patterns'))).toBe(
      'Patterns by layer, means over heads and queries, attention against attribution. ' +
        'Attention exceeds attribution most: [CLS] in layer 2, attention 59_%, attribution 10_%. ' +
        'Attribution exceeds attention most: Entropy / ln n in layer 2, attention 46_%, attribution 92_%.'
    );
    expect(describeMultiples(shown, 'measures')).toMatch(
      /^All measures by layer, means over heads, first layer … last layer: Pearson r 0\.82 … 0\.50, /
    );
    expect(plain(describeLayer(shown, 'patterns', 2))).toMatch(
      /^Layer 2; Own token attention 1\d_%, attribution 1\d_%; Previous token /
    );
  });

  it('should give a table of one row a layer', () => {
    const table = multiplesTable(shown, 'patterns');
    expect(table.columns.slice(0, 3)).toEqual(['layer', 'Own token, attention', 'Own token, attribution']);
    expect(table.rows).toHaveLength(6);
    expect(plain(table.rows[2]?.[table.columns.indexOf('[CLS], attention')] ?? '')).toBe('59_%');
    expect(multiplesTable(shown, 'measures').columns).toHaveLength(1 + MEASURES.length);
  });
});

describe('choices', () => {
  it('should offer measures, patterns of both sides, and the error of an estimate', () => {
    const offers = createOffers();
    expect(offers(shown).quantities.map(({ group }) => group)).toEqual([
      'Mismatch',
      'Attention',
      'Attribution'
    ]);
    expect(offers(shown)).toBe(offers({ ...shown, group: [[1, 1]] }));
    const { document } = shown;
    const estimate = { ...document, method: { ...document.method, mode: 'sampled' as const, samples: 16 } };
    expect(offers({ ...shown, document: estimate }).quantities.at(-1)?.choices).toEqual([
      ['error', 'Error of attribution']
    ]);
  });

  it('should keep what a program chose among the choices, and offer orders that make sense', () => {
    const offers = createOffers();
    const chosen = offers(shownOf(keys, { measure: 'attention.back_3', order: 'value' }));
    expect(chosen.quantities.at(-1)?.choices).toEqual([
      ['attention.back_3', 'Attention on the token 3 before']
    ]);
    expect(chosen.order).toBe('value');
    const measure = offers(shownOf(keys, { order: 'value' }));
    expect(measure.orders[0]?.choices.map(([name]) => name)).toEqual(['index', 'mismatch', 'spread']);
    expect(measure.order).toBe('mismatch');
  });
});

function wholeKeys() {
  const golden = readGolden('golden-minilm/keys');
  return {
    layers: golden.layers,
    heads: golden.heads,
    pieces: golden.pieces,
    attention: Float32Array.from(golden.array('attention')),
    norms: Float32Array.from(golden.array('frobenius'))
  };
}
