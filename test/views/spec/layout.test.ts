// The layout at every size: nothing overlaps, everything lies inside, labels keep their distance.

import fc from 'fast-check';
import { LABEL_STEP, layoutPage, overviewAlone, type Rect } from '../../../src/views/spec/layout';
import { cellAt, columnRects, rowRects, thinRows } from '../../../src/views/spec/overlays';
import { show, type Shown } from '../../../src/views/spec/shown';
import { DEFAULT_STATE } from '../../../src/views/spec/state';
import { dejavuWidth } from '../../../src/views/spec/text-width';
import { EXACT, goldenStory, storyOf, syntheticArrays } from './story';

const SIZES = [2, 14, 64, 65, 256, 512];
const stories = new Map(
  SIZES.map(n => {
    const arrays = syntheticArrays(n, 1, 1);
    const data = { ...storyOf(arrays), measure: () => null };
    return [n, show(data, EXACT, DEFAULT_STATE)] as const;
  })
);

function story(n: number, layers: number, heads: number): Shown {
  const shown = stories.get(n);
  if (shown === undefined) {
    throw new Error(`no story of ${n}`);
  }
  return { ...shown, layers, heads };
}

function within(rect: Rect, width: number, height: number): void {
  expect(rect.x).toBeGreaterThanOrEqual(0);
  expect(rect.y).toBeGreaterThanOrEqual(0);
  expect(rect.x + rect.width).toBeLessThanOrEqual(width + 1e-6);
  expect(rect.y + rect.height).toBeLessThanOrEqual(height + 1e-6);
}

function apart(at: readonly number[], cell: number): void {
  at.slice(1).forEach((next, i) => {
    expect((next - (at[i] ?? 0)) * cell).toBeGreaterThanOrEqual(LABEL_STEP - 1e-6);
  });
}

const page = fc.record({
  n: fc.constantFrom(...SIZES),
  width: fc.integer({ min: 500, max: 2000 }),
  layers: fc.integer({ min: 1, max: 24 }),
  heads: fc.integer({ min: 1, max: 16 }),
  dpr: fc.constantFrom(1, 1.25, 2)
});

describe('layout', () => {
  it('should keep every plot inside its figure, apart from its neighbours, with labels that can be read', () => {
    fc.assert(
      fc.property(page, ({ n, width, layers, heads, dpr }) => {
        const layout = layoutPage(story(n, layers, heads), width, dejavuWidth, dpr);
        const { overview, triptych } = layout;
        for (const map of triptych.maps) {
          within(map, triptych.width, triptych.height);
          expect(map.width).toBeGreaterThanOrEqual(48);
          expect(map.width).toBeLessThanOrEqual(360);
        }
        const [first, second, third] = triptych.maps;
        const least = layout.size === 'S' ? 12 : layout.size === 'M' ? 28 : 20;
        expect(second.x - first.x - first.width).toBeGreaterThanOrEqual(least);
        expect(third.x - second.x - second.width).toBeGreaterThanOrEqual(least);
        within(overview.grid, overview.width, overview.height);
        within(overview.curve, overview.width, overview.height);
        expect(overview.curve.x).toBeGreaterThan(overview.grid.x + overview.grid.width);
        apart(triptych.rowLabels.at, triptych.cellHeight);
        apart(triptych.columnLabels.at, triptych.cellWidth);
        apart(overview.layerLabels.at, overview.row);
        apart(overview.headLabels.at, overview.cell);
        const used = layout.size === 'L' ? overview.width + layout.between + triptych.width : triptych.width;
        expect(used).toBeLessThanOrEqual(layout.inner + 1e-6);
      }),
      { seed: 1 }
    );
  });

  it.each([
    [600, 'S', 12],
    [719, 'S', 12],
    [720, 'M', 16],
    [900, 'M', 16],
    [1159, 'M', 16],
    [1160, 'L', 16],
    [1400, 'L', 16]
  ])('should be of size %s → %s with %s pixels of padding', (width, size, pad) => {
    const layout = layoutPage(story(14, 6, 12), width, dejavuWidth, 1);
    expect(layout).toMatchObject({ size, pad, inner: width - 2 * pad });
  });

  it('should align grid and curve with the columns of the maps when stacked', () => {
    const { overview, triptych } = layoutPage(story(14, 6, 12), 900, dejavuWidth, 1);
    const [first, second, third] = triptych.maps;
    expect([overview.grid.x, overview.grid.width]).toEqual([first.x, first.width]);
    expect(overview.curve.x).toBe(second.x);
    expect(overview.curve.x + overview.curve.width).toBe(third.x + third.width);
    expect(overview.row).toBe(33);
  });

  it('should make plots equally high when side by side', () => {
    const { overview, triptych } = layoutPage(story(14, 6, 12), 1400, dejavuWidth, 1);
    expect(overview.grid.height).toBe(triptych.maps[0].height);
    expect(overview.width).toBe(492);
  });

  it.each([
    [2, 99],
    [6, 33],
    [12, 18],
    [24, 18]
  ])('should give %s layers rows between 18 and 33 pixels', layers => {
    const { row } = layoutPage(story(14, layers, 12), 900, dejavuWidth, 1).overview;
    expect(row).toBe(Math.max(18, Math.min(33, Math.round(198 / layers))));
  });

  it('should give cells whole device pixels where that loses little', () => {
    for (const [n, dpr] of [
      [14, 1],
      [14, 2],
      [14, 1.25]
    ] as const) {
      const { cellWidth } = layoutPage(story(n, 6, 12), 900, dejavuWidth, dpr).triptych;
      expect(cellWidth * dpr).toBeCloseTo(Math.round(cellWidth * dpr), 6);
    }
  });

  it('should write labels flat where they fit, else turned, else upright', () => {
    const angles = [2, 14, 64, 65].map(n => layoutPage(story(n, 6, 12), 900, dejavuWidth, 1).triptych.angle);
    expect(angles).toEqual([0, -45, -90, 0]);
  });

  it('should name positions in long texts: every 32nd, beyond 128 tokens every 128th', () => {
    expect(layoutPage(story(65, 6, 12), 900, dejavuWidth, 1).triptych.columnLabels.labels).toEqual([
      '0',
      '32',
      '64'
    ]);
    expect(layoutPage(story(512, 6, 12), 900, dejavuWidth, 1).triptych.rowLabels.labels).toEqual([
      '0',
      '128',
      '256',
      '384'
    ]);
  });

  it('should cut labels to the width of the label column', () => {
    const shown = show(goldenStory('keys'), EXACT, DEFAULT_STATE);
    const names = shown.names.map(() => ({ axis: 'antidisestablishmentarianism', full: 'x' }));
    const { triptych } = layoutPage({ ...shown, names }, 600, dejavuWidth, 1);
    expect(triptych.labelWidth).toBeLessThanOrEqual(72);
    triptych.rowLabels.labels.forEach(label => {
      expect(label).toMatch(/…$/);
      expect(dejavuWidth(label, 11, 400)).toBeLessThanOrEqual(64);
    });
  });

  it('should lay out grid and curve for figures of their own', () => {
    for (const [width, layers, heads] of [
      [320, 24, 16],
      [700, 6, 12],
      [1400, 2, 4]
    ] as const) {
      const alone = overviewAlone(story(14, layers, heads), width);
      within(alone.grid, alone.width, alone.height);
      within(alone.curve, alone.width, alone.height);
    }
  });
});

describe('overlays', () => {
  it('should find every cell again at its middle', () => {
    for (const n of [2, 14, 64]) {
      const shown = story(n, 6, 12);
      const { triptych } = layoutPage(shown, 900, dejavuWidth, 1);
      triptych.maps.forEach((map, place) => {
        for (const [query, source] of [
          [0, n - 1],
          [n - 1, 0],
          [n >> 1, n >> 1]
        ] as const) {
          const x = map.x + (source + 0.5) * triptych.cellWidth;
          const y = map.y + (query + 0.5) * triptych.cellHeight;
          expect(cellAt(shown, triptych, x, y)).toEqual({ map: place, query, source });
        }
      });
      expect(cellAt(shown, triptych, triptych.maps[0].x - 1, 50)).toBeNull();
    }
  });

  it('should frame rows and columns of all three maps, and mark thin rows by a line', () => {
    const shown = story(14, 6, 12);
    const { triptych } = layoutPage(shown, 900, dejavuWidth, 1);
    const rows = rowRects(shown, triptych, 6);
    expect(rows.map(rect => rect.x)).toEqual(triptych.maps.map(map => map.x));
    expect(rows[0]?.height).toBe(triptych.cellHeight);
    expect(columnRects(shown, triptych, 3)).toHaveLength(3);
    expect(columnRects(shown, triptych, 99)).toEqual([]);
    const long = story(512, 6, 12);
    const thin = layoutPage(long, 900, dejavuWidth, 1).triptych;
    expect(thinRows(thin)).toBe(true);
    expect(rowRects(long, thin, 200)[0]?.height).toBe(1);
  });
});
