// A figure as plain data: rectangles with axes and marks, all in CSS pixels. Drawn by plotly.ts (screen) or svg.ts (files).

export interface Figure {
  readonly width: number;
  readonly height: number;
  /** null: transparent. */
  readonly background: string | null;
  readonly font: string;
  readonly panels: readonly Panel[];
  /** Marks in pixels of the whole figure, drawn above the panels: titles, keys, chips, frames. */
  readonly marks: readonly Mark[];
  /** Read to those who cannot see it. */
  readonly summary: string;
}

/** A rectangle with its own coordinates. Row 0 of a heat map is at the top when yAxis.range = [rows − .5, −.5]. */
export interface Panel {
  readonly id: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly xAxis: Axis;
  readonly yAxis: Axis;
  readonly marks: readonly Mark[];
  /** A hairline around the panel. */
  readonly frame: string | null;
}

export interface Axis {
  /** Values at the left and the right end of the panel, or at its bottom and its top. */
  readonly range: readonly [number, number];
  readonly ticks: readonly { readonly at: number; readonly label: string }[];
  readonly angle: 0 | -45 | -90;
  /** Colour of grid lines at the ticks; null: none. */
  readonly grid: string | null;
  readonly colour: string;
  readonly size: number;
}

/** Coordinates are those of the panel, or pixels for marks of the figure; sizes and widths are always pixels. */
export type Mark =
  | {
      readonly kind: 'heatmap';
      readonly rows: number;
      readonly columns: number;
      /** [row, column]; NaN = missing. */
      readonly values: Float32Array;
      readonly domain: readonly [number, number];
      /** 256 colours from the low to the high end of the domain; values beyond are clamped. */
      readonly ramp: readonly string[];
      /** Pixels between cells. */
      readonly gap: number;
      /** Drawn hatched where a value is missing. */
      readonly missing: string;
    }
  | {
      readonly kind: 'dots';
      readonly x: ArrayLike<number>;
      readonly y: ArrayLike<number>;
      readonly size: number;
      readonly colour: string;
      readonly opacity: number;
      readonly rim: { readonly colour: string; readonly width: number } | null;
    }
  | {
      /** NaN in x or y lifts the pen. */
      readonly kind: 'line';
      readonly x: ArrayLike<number>;
      readonly y: ArrayLike<number>;
      readonly colour: string;
      readonly width: number;
    }
  | {
      readonly kind: 'area';
      readonly x: ArrayLike<number>;
      readonly y: ArrayLike<number>;
      readonly colour: string;
    }
  | {
      /** Horizontal intervals x ± half. */
      readonly kind: 'intervals';
      readonly x: ArrayLike<number>;
      readonly y: ArrayLike<number>;
      readonly half: ArrayLike<number>;
      readonly colour: string;
      readonly width: number;
    }
  | {
      readonly kind: 'rects';
      readonly rects: readonly {
        readonly x0: number;
        readonly y0: number;
        readonly x1: number;
        readonly y1: number;
      }[];
      readonly fill: string | null;
      readonly stroke: string | null;
      readonly strokeWidth: number;
      readonly radius: number;
    }
  | {
      readonly kind: 'texts';
      readonly texts: readonly TextMark[];
    };

export interface TextMark {
  readonly x: number;
  readonly y: number;
  readonly text: string;
  readonly size: number;
  readonly colour: string;
  readonly weight: 400 | 600;
  readonly anchor: 'start' | 'middle' | 'end';
  /** Vertical: y is the baseline or the middle of the text. */
  readonly align: 'baseline' | 'middle';
  /** Degrees, clockwise, about (x, y). */
  readonly angle: number;
  /** The same text in parts with their own colour and weight; joined they are `text`. */
  readonly runs?: readonly { readonly text: string; readonly colour: string; readonly weight: 400 | 600 }[];
}
