// The grid of all heads: one cell a head, layers as rows, the colour of its mismatch.

import { sideOf } from '../../analysis/quantities';
import type { Mark, Panel, TextMark } from './figure';
import { TICK_SIZE, type OverviewLayout, type Rect } from './layout';
import { bareAxis, columnRange, labelled, panel, rowRange, textAt } from './marks';
import { headOrder } from './overview';
import { quantityRamp } from './quantity';
import { ramp } from './ramps';
import type { Shown } from './shown';
import type { HeadId, ViewState } from './state';
import { placeholders } from './status';
import type { MeasureText } from './text-width';
import type { Theme } from './theme';

/** The longest that fits is taken. */
const SORTED_NOTES: Readonly<Record<Exclude<ViewState['order'], 'index'>, readonly string[]>> = {
  mismatch: ['number = head, most mismatch first', 'most mismatch first', 'sorted', ''],
  spread: ['number = head, most spread over queries first', 'most spread first', 'sorted', ''],
  value: ['number = head, most first', 'most first', 'sorted', '']
};

/** The grid's panel with the numbers of layers and heads. */
export function headsPanel(shown: Shown, theme: Theme, layout: OverviewLayout): Panel {
  const { overview, layers, heads, state } = shown;
  const xAxis = bareAxis(theme, columnRange(heads));
  const bareY = bareAxis(theme, rowRange(layers));
  if (placeholders(shown).overview !== null) {
    return panel('heads', layout.grid, xAxis, bareY, [], null);
  }
  const yAxis = labelled(bareY, layout.layerLabels);
  const sorted = state.order !== 'index';
  const values = new Float32Array(layers * heads);
  const numbers: TextMark[] = [];
  const side = overview && sideOf(overview.measure);
  for (let layer = 0; layer < layers; layer++) {
    headOrder(overview, layer, state.order, heads).forEach((head, column) => {
      const mismatch = overview?.mismatch[layer * heads + head] ?? NaN;
      values[layer * heads + column] = mismatch;
      if (sorted && layout.cell >= 14) {
        // Strong cells are as far from the background as the ink is.
        const colour = mismatch > (side === null ? 0.5 : 0.62) ? theme.background : theme.ink;
        numbers.push(
          textAt(column, layer, String(head), { colour, size: 10, anchor: 'middle', align: 'middle' })
        );
      }
    });
  }
  const cells: Mark = {
    kind: 'heatmap',
    rows: layers,
    columns: heads,
    values,
    domain: [0, 1],
    ramp: ramp(overview ? quantityRamp(overview.measure) : 'mismatch', theme.dark),
    gap: layout.gap,
    missing: theme.hairline
  };
  const marks: readonly Mark[] = [cells, { kind: 'texts', texts: numbers }];
  const x = sorted ? xAxis : labelled(xAxis, layout.headLabels);
  return panel('heads', layout.grid, x, yAxis, marks, null);
}

/** What stands under the grid. */
export function headsNotes(
  shown: Shown,
  theme: Theme,
  layout: OverviewLayout,
  measure: MeasureText
): readonly TextMark[] {
  const { grid, curve } = layout;
  const room = curve.x > grid.x ? curve.x - grid.x - 8 : grid.width;
  const notes = shown.state.order === 'index' ? ['head'] : SORTED_NOTES[shown.state.order];
  const note = notes.find(text => measure(text, TICK_SIZE, 400) <= room) ?? '';
  return [layerNote(theme, grid), textAt(grid.x, grid.y + grid.height + 30, note, { colour: theme.ink2 })];
}

/** `layer`, below the numbers of the layers. */
export function layerNote(theme: Theme, plot: Rect): TextMark {
  return textAt(plot.x - 9, plot.y + plot.height + 14, 'layer', { colour: theme.ink2, anchor: 'end' });
}

/** Where a head's cell lies, in pixels of the overview figure. */
export function headCell(shown: Shown, layout: OverviewLayout, [layer, head]: HeadId): Rect {
  const column = headOrder(shown.overview, layer, shown.state.order, shown.heads).indexOf(head);
  return {
    x: layout.grid.x + column * layout.cell,
    y: layout.grid.y + layer * layout.row,
    width: layout.cell,
    height: layout.row
  };
}

/** The head whose cell a point lies in; null: none. */
export function headAt(shown: Shown, layout: OverviewLayout, x: number, y: number): HeadId | null {
  const column = Math.floor((x - layout.grid.x) / layout.cell);
  const layer = Math.floor((y - layout.grid.y) / layout.row);
  if (column < 0 || column >= shown.heads || layer < 0 || layer >= shown.layers) {
    return null;
  }
  const head = headOrder(shown.overview, layer, shown.state.order, shown.heads)[column];
  return head === undefined ? null : [layer, head];
}
