// Grid and curve on the real sentence, against the golden row measures.

import { readGolden } from '../../golden';
import { LIGHT } from '../../../src/views/spec/theme';
import { curveNote, curvePanel, dotAt, dotSize, dotsOf } from '../../../src/views/spec/curve';
import { headAt, headCell, headsPanel } from '../../../src/views/spec/heads';
import { layoutPage } from '../../../src/views/spec/layout';
import { halfInterval, headOrder, overviewOf } from '../../../src/views/spec/overview';
import { show } from '../../../src/views/spec/shown';
import { DEFAULT_STATE } from '../../../src/views/spec/state';
import { dejavuWidth } from '../../../src/views/spec/text-width';
import type { Mark } from '../../../src/views/spec/figure';
import { EXACT, goldenStory } from './story';

const golden = readGolden('golden-minilm/keys');
const rows = golden.array('agreement.all.pearson');
const shown = show(goldenStory('keys'), EXACT, DEFAULT_STATE);
const layout = layoutPage(shown, 900, dejavuWidth, 2).overview;
const overview = shown.overview;
if (overview === null) {
  throw new Error('the golden story has a measure');
}

function goldenHead(layer: number, head: number): number {
  const start = (layer * 12 + head) * 14;
  return rows.slice(start, start + 14).reduce((sum, value) => sum + value, 0) / 14;
}

function find<K extends Mark['kind']>(marks: readonly Mark[], kind: K): Extract<Mark, { kind: K }> {
  const mark = marks.find(one => one.kind === kind);
  if (mark === undefined) {
    throw new Error(`there is no ${kind}`);
  }
  return mark as Extract<Mark, { kind: K }>;
}

describe('overview', () => {
  it('should hold the golden Pearson of every head, and its mean by layer', () => {
    for (let layer = 0; layer < 6; layer++) {
      let sum = 0;
      for (let head = 0; head < 12; head++) {
        const value = goldenHead(layer, head);
        expect(overview.values[layer * 12 + head]).toBeCloseTo(value, 5);
        sum += value;
      }
      expect(overview.mean[layer]).toBeCloseTo(sum / 12, 5);
    }
    expect(Array.from(overview.mean, mean => mean.toFixed(2))).toEqual([
      '0.82',
      '0.55',
      '0.46',
      '0.35',
      '0.30',
      '0.50'
    ]);
  });

  it('should rank head 5.0 first and start with it', () => {
    expect(overview.ranked[0]).toEqual([5, 0]);
    expect(overview.ranks[5 * 12]).toBe(1);
    expect([...overview.ranks].sort((a, b) => a - b)).toEqual(Array.from({ length: 72 }, (_, i) => i + 1));
    expect(shown.selectedHeads).toEqual([[5, 0]]);
  });

  it('should sort the heads of a layer by mismatch', () => {
    const order = headOrder(overview, 3, 'mismatch', 12);
    const values = order.map(head => goldenHead(3, head));
    expect(values).toEqual([...values].sort((a, b) => a - b));
    expect(headOrder(overview, 3, 'index', 12)).toEqual([...order].sort((a, b) => a - b));
  });

  it('should leave heads without a value out of the curve and last in rank', () => {
    const result = {
      request: { measure: 'pearson' as const, ...DEFAULT_STATE.switches },
      heads: Float32Array.of(0.2, 0, 0, NaN, 0, 14, 0.9, 0, 1),
      curve: Float32Array.of(0.55, 0.35, 0.1)
    };
    const partial = overviewOf(result, 1, 3, 16);
    expect([...partial.ranks]).toEqual([1, 3, 2]);
    expect(partial.missingRows).toBe(15);
    expect(dotsOf({ ...shown, overview: partial, layers: 1, heads: 3 }, layout)).toHaveLength(2);
    expect(partial.half[0]).toBeCloseTo(0.23646, 6);
  });

  it('should widen the interval where few groups were left out in turn', () => {
    expect(halfInterval(0.01, 384)).toBeCloseTo(0.023646, 6);
    expect(halfInterval(0.01, 2)).toBeCloseTo(0.127062, 6);
    expect(halfInterval(0, 16)).toBe(0);
    expect(halfInterval(NaN, 16)).toBe(0);
  });
});

describe('heads', () => {
  it('should draw mismatch = 1 − r in the cells, layer 0 on top', () => {
    const panel = headsPanel(shown, LIGHT, layout);
    const map = find(panel.marks, 'heatmap');
    expect([map.rows, map.columns]).toEqual([6, 12]);
    expect(panel.yAxis.range).toEqual([5.5, -0.5]);
    expect(map.values[60]).toBeCloseTo(1 - goldenHead(5, 0), 5);
    expect(panel.xAxis.ticks.map(tick => tick.label)).toEqual(
      Array.from({ length: 12 }, (_, i) => String(i))
    );
  });

  it('should put the head of most mismatch first when sorted, and number the cells', () => {
    const sorted = { ...shown, state: { ...shown.state, order: 'mismatch' as const } };
    const panel = headsPanel(sorted, LIGHT, layout);
    const map = find(panel.marks, 'heatmap');
    for (let cell = 1; cell < 72; cell++) {
      if (cell % 12 !== 0) {
        expect(map.values[cell]).toBeLessThanOrEqual(map.values[cell - 1] ?? NaN);
      }
    }
    expect(find(panel.marks, 'texts').texts[60]?.text).toBe('0');
    expect(panel.xAxis.ticks).toEqual([]);
  });

  it('should find each head again at the middle of its cell, in either order', () => {
    for (const order of ['index', 'mismatch'] as const) {
      const one = { ...shown, state: { ...shown.state, order } };
      for (let layer = 0; layer < 6; layer++) {
        for (let head = 0; head < 12; head++) {
          const cell = headCell(one, layout, [layer, head]);
          expect(headAt(one, layout, cell.x + cell.width / 2, cell.y + cell.height / 2)).toEqual([
            layer,
            head
          ]);
        }
      }
    }
    expect(headAt(shown, layout, layout.grid.x - 1, layout.grid.y + 1)).toBeNull();
  });
});

describe('curve', () => {
  const dots = dotsOf(shown, layout);
  const panel = curvePanel(shown, LIGHT, layout);

  it('should put a dot for every head at its value, within its row', () => {
    expect(dots).toHaveLength(72);
    const [low, high] = panel.xAxis.range;
    for (const { head, x, y } of dots) {
      const value = low + ((x - layout.curve.x) / layout.curve.width) * (high - low);
      expect(value).toBeCloseTo(goldenHead(...head), 4);
      const middle = layout.curve.y + (head[0] + 0.5) * layout.row;
      expect(Math.abs(y - middle)).toBeLessThanOrEqual(0.42 * layout.row);
    }
  });

  it('should keep the dots of a layer apart', () => {
    for (const a of dots) {
      for (const b of dots) {
        if (a !== b && a.head[0] === b.head[0]) {
          expect(Math.hypot(a.x - b.x, a.y - b.y)).toBeGreaterThanOrEqual(dotSize(layout));
        }
      }
    }
  });

  it('should find the nearest dot within 12 pixels', () => {
    const [dot] = dots;
    expect(dotAt(dots, (dot?.x ?? 0) + 1, (dot?.y ?? 0) - 1)).toEqual(dot?.head);
    expect(dotAt(dots, layout.curve.x, layout.curve.y - 40)).toBeNull();
  });

  it('should draw the mean as a line, ± sd as a band around it, and whiskers only for estimates', () => {
    const line = find(panel.marks, 'line');
    expect(Array.from(line.x)).toEqual(Array.from(overview.mean));
    expect(Array.from(line.y)).toEqual([0, 1, 2, 3, 4, 5]);
    const area = find(panel.marks, 'area');
    expect(area.x[0]).toBeCloseTo((overview.mean[0] ?? NaN) - (overview.deviation[0] ?? NaN), 6);
    expect(area.x[11]).toBeCloseTo((overview.mean[0] ?? NaN) + (overview.deviation[0] ?? NaN), 6);
    expect(find(panel.marks, 'intervals').x).toHaveLength(0);
    const half = overview.mean.map(() => 0.03);
    const estimate = curvePanel({ ...shown, overview: { ...overview, half } }, LIGHT, layout);
    expect(find(estimate.marks, 'intervals').x).toHaveLength(6);
  });

  it('should leave 2 % of the axis free at both ends, with grid lines at the ticks', () => {
    expect(panel.xAxis.range[0]).toBeCloseTo(-0.02, 9);
    expect(panel.xAxis.range[1]).toBeCloseTo(1.02, 9);
    expect(panel.xAxis.grid).toBe(LIGHT.hairline);
    expect(panel.xAxis.ticks.map(tick => tick.label)).toEqual(['0', '.25', '.5', '.75', '1']);
  });

  it('should say under the axis as much as fits', () => {
    expect(curveNote(400, false, dejavuWidth)).toBe('dot = head, line = mean, band = ±1 sd');
    expect(curveNote(400, true, dejavuWidth)).toBe('dot = head, line = mean, band = ±1 sd, bar = 95 % error');
    expect(curveNote(180, true, dejavuWidth)).toBe('mean ±1 sd, bar = 95 % error');
    expect(curveNote(80, true, dejavuWidth)).toBe('mean ±1 sd');
    expect(curveNote(30, false, dejavuWidth)).toBe('');
  });
});
