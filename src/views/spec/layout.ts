// Where everything goes, in CSS pixels: the width of the widget and the numbers of layers, heads and tokens decide.

import { ellipsis } from './format';
import type { MeasureText } from './text-width';
import { MANY_TOKENS, type Shown } from './shown';

export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface AxisLabels {
  readonly at: readonly number[];
  readonly labels: readonly string[];
}

/** Grid and curve in one figure; coordinates within that figure. */
export interface OverviewLayout {
  readonly width: number;
  readonly height: number;
  readonly grid: Rect;
  readonly curve: Rect;
  /** Height of a layer's row in both. */
  readonly row: number;
  readonly cell: number;
  /** Pixels between cells. */
  readonly gap: number;
  readonly layerLabels: AxisLabels;
  readonly headLabels: AxisLabels;
}

/** Three maps in one figure; coordinates within that figure. */
export interface TriptychLayout {
  readonly width: number;
  readonly height: number;
  readonly maps: readonly [Rect, Rect, Rect];
  /** Width of the label column left of the first map. */
  readonly labelWidth: number;
  readonly cellWidth: number;
  readonly cellHeight: number;
  readonly rowLabels: AxisLabels;
  readonly columnLabels: AxisLabels;
  readonly angle: 0 | -45 | -90;
}

export interface Layout {
  readonly width: number;
  readonly size: 'S' | 'M' | 'L';
  readonly pad: number;
  /** Width between the paddings. */
  readonly inner: number;
  /** Pixels between the overview and the triptych beside it (L), or between sections (S, M). */
  readonly between: number;
  readonly overview: OverviewLayout;
  readonly triptych: TriptychLayout;
}

export const TICK_SIZE = 11;
/** Space above the plots inside a figure. */
export const FIGURE_TOP = 6;
/** Least distance between labels of an axis. */
export const LABEL_STEP = 12.5;
/** Positions of three digits stand side by side. */
const POSITION_STEP = 32;
const MIN_SIDE = 48;
const MAX_SIDE = 360;

/** @param dpr device pixels per CSS pixel */
export function layoutPage(shown: Shown, width: number, measure: MeasureText, dpr: number): Layout {
  const size = width < 720 ? 'S' : width < 1160 ? 'M' : 'L';
  const pad = size === 'S' ? 12 : 16;
  const inner = width - 2 * pad;
  const overviewWidth = size === 'L' ? Math.round(clamp(0.36 * inner, 420, 520)) : inner;
  const between = size === 'L' ? 40 : 18;
  const triptychWidth = size === 'L' ? inner - overviewWidth - between : inner;
  const triptych = layoutTriptych(shown, triptychWidth, size, measure, dpr);
  return {
    width,
    size,
    pad,
    inner,
    between,
    triptych,
    overview: size === 'L' ? overviewBeside(shown, overviewWidth, triptych) : overviewAbove(shown, triptych)
  };
}

function layoutTriptych(
  shown: Shown,
  width: number,
  size: Layout['size'],
  measure: MeasureText,
  dpr: number
): TriptychLayout {
  const rows = Math.max(1, shown.queries.length);
  const columns = Math.max(1, shown.sources.length);
  const many = Math.max(rows, columns) > MANY_TOKENS;
  const cap = size === 'S' ? 64 : 84;
  const labelOf = (item: number) =>
    ellipsis(shown.names[item]?.axis ?? '', text => measure(text, TICK_SIZE, 400) <= cap);
  const rowTexts = Array.from(shown.queries, labelOf);
  const columnTexts = Array.from(shown.sources, labelOf);
  const longest = Math.max(0, ...[...rowTexts, ...columnTexts].map(text => measure(text, TICK_SIZE, 400)));
  const labelWidth = many ? 42 : Math.ceil(Math.min(cap, longest)) + 8;
  const minGap = size === 'S' ? 12 : size === 'M' ? 28 : 20;
  const side = clamp(Math.floor((width - labelWidth - 2 * minGap) / 3), MIN_SIDE, MAX_SIDE);
  const mapWidth = wholePixels(side, columns, dpr);
  const mapHeight = wholePixels(side, rows, dpr);
  const gap = Math.max(minGap, Math.floor((width - labelWidth - 3 * mapWidth) / 2));
  const cellWidth = mapWidth / columns;
  const cellHeight = mapHeight / rows;
  const columnStep = Math.max(1, Math.ceil(LABEL_STEP / cellWidth));
  const room = cellWidth * columnStep;
  const angle = many || room >= longest + 6 ? 0 : room >= 17 ? -45 : -90;
  const below =
    many || angle === 0 ? 20 : angle === -45 ? Math.ceil(longest * 0.72) + 14 : Math.ceil(longest) + 8;
  const map = (place: number): Rect => ({
    x: labelWidth + place * (mapWidth + gap),
    y: FIGURE_TOP,
    width: mapWidth,
    height: mapHeight
  });
  return {
    width: labelWidth + 3 * mapWidth + 2 * gap,
    height: FIGURE_TOP + mapHeight + below,
    maps: [map(0), map(1), map(2)],
    labelWidth,
    cellWidth,
    cellHeight,
    rowLabels: many
      ? positions(rows, cellHeight, 2 * LABEL_STEP)
      : everyNth(rowTexts, LABEL_STEP / cellHeight),
    columnLabels: many
      ? positions(columns, cellWidth, POSITION_STEP)
      : everyNth(columnTexts, LABEL_STEP / cellWidth),
    angle
  };
}

/** The largest length with whole device pixels per cell, unless that loses over 10 % or cells are below 2 pixels. */
function wholePixels(side: number, cells: number, dpr: number): number {
  const whole = (Math.floor((side * dpr) / cells) * cells) / dpr;
  return cells <= (side * dpr) / 2 && whole >= 0.9 * side ? whole : side;
}

function overviewAbove(shown: Shown, triptych: TriptychLayout): OverviewLayout {
  const [first, second, third] = triptych.maps;
  const row = clamp(Math.round(198 / shown.layers), 18, 33);
  return overview(
    shown,
    third.x + third.width,
    { x: first.x, y: FIGURE_TOP, width: first.width, height: row * shown.layers },
    second.x,
    third.x + third.width - second.x
  );
}

/** Beside the maps, plots as high as they are. */
function overviewBeside(shown: Shown, width: number, triptych: TriptychLayout): OverviewLayout {
  const labels = 42;
  const cell = clamp(Math.floor((width * 0.5 - labels) / shown.heads), 4, 30);
  const grid = { x: labels, y: FIGURE_TOP, width: cell * shown.heads, height: triptych.maps[0].height };
  const left = labels + grid.width + 28;
  return overview(shown, width, grid, left, width - left);
}

/** Grid or curve for a figure of its own. */
export function overviewAlone(shown: Shown, width: number): OverviewLayout {
  const labels = 42;
  const row = clamp(Math.round(240 / shown.layers), 18, 40);
  const cell = clamp(Math.floor((width - labels) / shown.heads), 4, 60);
  const grid = { x: labels, y: FIGURE_TOP, width: cell * shown.heads, height: row * shown.layers };
  return overview(shown, width, grid, labels, width - labels);
}

function overview(shown: Shown, width: number, grid: Rect, left: number, curveWidth: number): OverviewLayout {
  const row = grid.height / shown.layers;
  const cell = grid.width / shown.heads;
  const numbers = (count: number) => Array.from({ length: count }, (_, i) => String(i));
  return {
    width,
    height: FIGURE_TOP + grid.height + 38,
    grid,
    curve: { ...grid, x: left, width: curveWidth },
    row,
    cell,
    gap: cell < 16 || row < 16 ? 1 : 2,
    layerLabels: everyNth(numbers(shown.layers), LABEL_STEP / row),
    headLabels: everyNth(numbers(shown.heads), 15 / cell)
  };
}

/** Labels so far apart that `atLeast` cells lie between them; counted from the first. */
function everyNth(texts: readonly string[], atLeast: number): AxisLabels {
  const nth = Math.max(1, Math.ceil(atLeast - 1e-9));
  const at = texts.map((_, i) => i).filter(i => i % nth === 0);
  return { at, labels: at.map(i => texts[i] ?? '') };
}

/** 0, 32, … or 0, 128, …, or fewer where these are nearer than `apart` pixels. */
function positions(count: number, cell: number, apart: number): AxisLabels {
  let stride = count > 128 ? 128 : 32;
  while (stride * cell < apart) {
    stride *= 2;
  }
  const at = Array.from({ length: Math.ceil(count / stride) }, (_, i) => i * stride);
  return { at, labels: at.map(String) };
}

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, value));
}
