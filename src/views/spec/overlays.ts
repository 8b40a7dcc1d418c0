// What lies above the figures and moves with selection and pointer: rings, bands, row frames, crosshair, chips.

import { dotsOf, type Dot } from './curve';
import { headCell } from './heads';
import { TICK_SIZE, type AxisLabels, type OverviewLayout, type Rect, type TriptychLayout } from './layout';
import type { Shown } from './shown';
import type { MeasureText } from './text-width';

/** Cells lower than this are marked by a line, not by a frame. */
const THIN_CELL = 4;
/** Labels of the axis nearer than this to a chip are hidden. */
export const CHIP_REACH = 15;
export const CHIP_HEIGHT = 16;
export const CHIP_PADDING = 4;

export interface Ring {
  readonly kind: 'selected' | 'hovered';
  readonly cell: Rect;
  /** Middle of its dot; null: the head has no value. */
  readonly dot: { readonly x: number; readonly y: number } | null;
}

/** Rings around the cells and dots of selected and hovered heads. */
export function headRings(
  shown: Shown,
  layout: OverviewLayout,
  dots: readonly Dot[] = dotsOf(shown, layout)
): readonly Ring[] {
  if (shown.overview === null) {
    return [];
  }
  const ring = (kind: Ring['kind']) => (head: readonly [number, number]) => ({
    kind,
    cell: headCell(shown, layout, head),
    dot: dots.find(dot => dot.head[0] === head[0] && dot.head[1] === head[1]) ?? null
  });
  return [
    ...shown.selectedHeads.map(ring('selected')),
    ...(shown.hover.head ? [shown.hover.head].map(ring('hovered')) : [])
  ];
}

/** The row of the leading (or hovered) head's layer through grid and curve. */
export function layerBand(shown: Shown, layout: OverviewLayout): Rect {
  const [layer] = shown.hover.head ?? shown.selectedHeads.at(-1) ?? [0, 0];
  return { x: 0, y: layout.grid.y + layer * layout.row, width: layout.width, height: layout.row };
}

/** Rows are so low that a line of one pixel marks them. */
export function thinRows(layout: TriptychLayout): boolean {
  return layout.cellHeight < THIN_CELL;
}

/** The row of a query in each of the three maps; empty when it is dropped. */
export function rowRects(shown: Shown, layout: TriptychLayout, query: number): readonly Rect[] {
  const row = shown.queries.indexOf(query);
  const thin = thinRows(layout);
  return row < 0
    ? []
    : layout.maps.map(map => {
        const y = map.y + row * layout.cellHeight;
        return thin
          ? { x: map.x - 4, y: Math.round(y + layout.cellHeight / 2) - 0.5, width: map.width + 8, height: 1 }
          : { x: map.x, y, width: map.width, height: layout.cellHeight };
      });
}

/** The column of a source in each of the three maps; empty when it is dropped. */
export function columnRects(shown: Shown, layout: TriptychLayout, source: number): readonly Rect[] {
  const column = shown.sources.indexOf(source);
  return column < 0
    ? []
    : layout.maps.map(map => ({
        x: map.x + column * layout.cellWidth,
        y: map.y,
        width: Math.max(1, layout.cellWidth),
        height: map.height
      }));
}

/** The cell of a map that a point of the triptych figure lies in; null: none. */
export function cellAt(
  shown: Shown,
  layout: TriptychLayout,
  x: number,
  y: number
): { readonly map: 0 | 1 | 2; readonly query: number; readonly source: number } | null {
  for (const place of [0, 1, 2] as const) {
    const map = layout.maps[place];
    const inside = x >= map.x && x < map.x + map.width && y >= map.y && y < map.y + map.height;
    const query = shown.queries[Math.floor((y - map.y) / layout.cellHeight)];
    const source = shown.sources[Math.floor((x - map.x) / layout.cellWidth)];
    if (inside && query !== undefined && source !== undefined) {
      return { map: place, query, source };
    }
  }
  return null;
}

export interface Chip {
  readonly kind: 'selected' | 'hovered';
  readonly item: number;
  readonly text: string;
  /** Rows: right end and middle height of the chip. Columns: its middle and its top. */
  readonly x: number;
  readonly y: number;
}

/** Chips left of the first map: the selected queries, and the hovered one. */
export function rowChips(shown: Shown, layout: TriptychLayout): readonly Chip[] {
  const [first] = layout.maps;
  const chip = (kind: Chip['kind'], query: number): readonly Chip[] => {
    const row = shown.queries.indexOf(query);
    const text = shown.names[query]?.full ?? '';
    return row < 0
      ? []
      : [{ kind, item: query, text, x: first.x - 3, y: first.y + (row + 0.5) * layout.cellHeight }];
  };
  const { query } = shown.hover;
  const hovered = query === null || shown.selectedQueries.includes(query) ? [] : chip('hovered', query);
  return [...shown.selectedQueries.flatMap(one => chip('selected', one)), ...hovered];
}

/** The chip below a map: the source that is pointed at or pinned; null: none. */
export function columnChip(shown: Shown, layout: TriptychLayout, map: 0 | 1 | 2 = 0): Chip | null {
  const source = shown.hover.source ?? shown.pin;
  const column = source === null ? -1 : shown.sources.indexOf(source);
  const rect = layout.maps[map];
  return source === null || column < 0
    ? null
    : {
        kind: shown.hover.source === null ? 'selected' : 'hovered',
        item: source,
        text: shown.names[source]?.full ?? '',
        x: rect.x + (column + 0.5) * layout.cellWidth,
        y: rect.y + rect.height + 3
      };
}

/** The layout without the labels that the chips would run into. */
export function withoutCovered(shown: Shown, layout: TriptychLayout, measure: MeasureText): TriptychLayout {
  const [first] = layout.maps;
  const taken = rowChips(shown, layout).map(chip => chip.y);
  const column = columnChip(shown, layout);
  const half = column ? measure(column.text, TICK_SIZE, 400) / 2 + CHIP_PADDING : 0;
  // Turned labels lie left of their column, so that more of them are in the way on the right.
  const [before, behind] = layout.angle === -45 ? [half + 4, half + CHIP_HEIGHT] : [half + 8, half + 8];
  return {
    ...layout,
    rowLabels: keepLabels(layout.rowLabels, row => {
      const y = first.y + (row + 0.5) * layout.cellHeight;
      return taken.every(chip => Math.abs(chip - y) >= CHIP_REACH);
    }),
    columnLabels: keepLabels(layout.columnLabels, at => {
      const x = first.x + (at + 0.5) * layout.cellWidth;
      return column === null || x < column.x - before || x > column.x + behind;
    })
  };
}

function keepLabels({ at, labels }: AxisLabels, free: (at: number) => boolean): AxisLabels {
  const kept = at.map((_, i) => i).filter(i => free(at[i] ?? 0));
  return { at: kept.map(i => at[i] ?? 0), labels: kept.map(i => labels[i] ?? '') };
}
