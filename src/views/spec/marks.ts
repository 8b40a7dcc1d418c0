// Small makers of axes and texts, so that the views say only what is special about theirs.

import type { Axis, Figure, Mark, Panel, TextMark } from './figure';
import type { AxisLabels, Rect } from './layout';
import { TICK_SIZE } from './layout';
import type { Theme } from './theme';

export function bareAxis(theme: Theme, range: readonly [number, number]): Axis {
  return { range, ticks: [], angle: 0, grid: null, colour: theme.ink2, size: TICK_SIZE };
}

export function labelled(axis: Axis, labels: AxisLabels, angle: Axis['angle'] = 0): Axis {
  return { ...axis, angle, ticks: labels.at.map((at, i) => ({ at, label: labels.labels[i] ?? '' })) };
}

/** A range that puts the middle of column i at i. */
export function columnRange(columns: number): readonly [number, number] {
  return [-0.5, columns - 0.5];
}

/** The same for rows, row 0 on top. */
export function rowRange(rows: number): readonly [number, number] {
  return [rows - 0.5, -0.5];
}

export function panel(
  id: string,
  rect: Rect,
  xAxis: Axis,
  yAxis: Axis,
  marks: readonly Mark[],
  frame: string | null
): Panel {
  return { id, ...rect, xAxis, yAxis, marks, frame };
}

export function textAt(
  x: number,
  y: number,
  text: string,
  look: { readonly colour: string } & Partial<
    Pick<TextMark, 'size' | 'weight' | 'anchor' | 'align' | 'angle'>
  >
): TextMark {
  return { size: TICK_SIZE, weight: 400, anchor: 'start', align: 'baseline', angle: 0, ...look, x, y, text };
}

export function box(rect: Rect): {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
} {
  return { x0: rect.x, y0: rect.y, x1: rect.x + rect.width, y1: rect.y + rect.height };
}

export function filled(rects: readonly Rect[], fill: string, radius = 0): Mark {
  return { kind: 'rects', rects: rects.map(box), fill, stroke: null, strokeWidth: 0, radius };
}

export function outlined(rects: readonly Rect[], stroke: string, strokeWidth: number, radius = 0): Mark {
  return { kind: 'rects', rects: rects.map(box), fill: null, stroke, strokeWidth, radius };
}

/** A framed area with a sentence in its middle, in the place of a figure that is not there. */
export function placeholder(rect: Rect, sentence: string, theme: Theme): readonly Mark[] {
  return [
    {
      kind: 'rects',
      rects: [box(rect)],
      fill: theme.background,
      stroke: theme.hairline,
      strokeWidth: 1,
      radius: 2
    },
    {
      kind: 'texts',
      texts: [
        textAt(rect.x + rect.width / 2, rect.y + rect.height / 2, sentence, {
          colour: theme.ink2,
          size: 12,
          anchor: 'middle',
          align: 'middle'
        })
      ]
    }
  ];
}

/** Two figures in one, the second moved by (x, y). */
export function placed(figure: Figure, x: number, y: number): Pick<Figure, 'panels' | 'marks'> {
  return {
    panels: figure.panels.map(one => ({ ...one, x: one.x + x, y: one.y + y })),
    marks: figure.marks.map(mark => moved(mark, x, y))
  };
}

function moved(mark: Mark, dx: number, dy: number): Mark {
  switch (mark.kind) {
    case 'texts':
      return { ...mark, texts: mark.texts.map(text => ({ ...text, x: text.x + dx, y: text.y + dy })) };
    case 'rects':
      return {
        ...mark,
        rects: mark.rects.map(({ x0, y0, x1, y1 }) => ({
          x0: x0 + dx,
          y0: y0 + dy,
          x1: x1 + dx,
          y1: y1 + dy
        }))
      };
    case 'heatmap':
      return mark;
    case 'dots':
    case 'line':
    case 'area':
    case 'intervals':
      return { ...mark, x: Array.from(mark.x, x => x + dx), y: Array.from(mark.y, y => y + dy) };
  }
}
