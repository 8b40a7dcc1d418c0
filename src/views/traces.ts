// A figure as Plotly's traces and layout: pixels become axis domains, so that overlays need nothing from Plotly.

import type { Axis, Figure, Mark, Panel, TextMark } from './spec/figure';

export interface PlotlyFigure {
  readonly traces: Readonly<Record<string, unknown>>[];
  readonly layout: Readonly<Record<string, unknown>>;
}

export const CONFIG = {
  displayModeBar: false,
  staticPlot: true,
  responsive: false,
  doubleClick: false,
  scrollZoom: false,
  showTips: false,
  typesetMath: false
} as const;

const NOTHING = 'rgba(0,0,0,0)';
/** Stops of a colour scale; between them Plotly interpolates, unseen at this spacing. */
const STOPS = 33;
/** Hatching of a missing cell: three strokes, from and to, in cells. */
const HATCH = [
  [-0.42, 0, 0, -0.42],
  [-0.42, 0.42, 0.42, -0.42],
  [0, 0.42, 0.42, 0]
] as const;

/** @param skip marks that somebody else draws, such as a large heat map on a canvas */
export function plotlyFigure(figure: Figure, skip: (mark: Mark) => boolean): PlotlyFigure {
  const traces: Record<string, unknown>[] = [];
  const annotations: Record<string, unknown>[] = [];
  const shapes: Record<string, unknown>[] = [];
  const axes: Record<string, unknown> = {};
  figure.panels.forEach((panel, index) => {
    const suffix = index === 0 ? '' : String(index + 1);
    const refs = { xaxis: `x${suffix}`, yaxis: `y${suffix}` };
    const right = (panel.x + panel.width) / figure.width;
    const bottom = 1 - (panel.y + panel.height) / figure.height;
    axes[`xaxis${suffix}`] = axis(panel.xAxis, [panel.x / figure.width, right], refs.yaxis);
    axes[`yaxis${suffix}`] = axis(panel.yAxis, [bottom, 1 - panel.y / figure.height], refs.xaxis);
    if (panel.frame !== null) {
      shapes.push(frame(panel, figure, panel.frame));
    }
    const drawn = panel.marks.filter(mark => !skip(mark));
    for (const mark of drawn) {
      traces.push(...panelTraces(mark, refs));
      annotations.push(...turned(mark).map(text => annotation(text, refs.xaxis, refs.yaxis)));
      shapes.push(...rectangles(mark, refs.xaxis, refs.yaxis));
    }
    if (drawn.length === 0) {
      // An axis without a trace is not drawn.
      traces.push({ type: 'scatter', x: [null], y: [null], hoverinfo: 'skip', ...refs });
    }
  });
  for (const mark of figure.marks) {
    const paper = (text: TextMark): TextMark => ({
      ...text,
      x: text.x / figure.width,
      y: 1 - text.y / figure.height
    });
    annotations.push(...textsOf(mark).map(text => annotation(paper(text), 'paper', 'paper')));
    shapes.push(...paperRectangles(mark, figure));
  }
  return {
    traces,
    layout: {
      width: figure.width,
      height: figure.height,
      margin: { l: 0, r: 0, t: 0, b: 0, pad: 0 },
      paper_bgcolor: figure.background ?? NOTHING,
      plot_bgcolor: NOTHING,
      showlegend: false,
      hovermode: false,
      dragmode: false,
      uirevision: 1,
      font: { family: figure.font, size: 11 },
      annotations,
      shapes,
      ...axes
    }
  };
}

function axis(spec: Axis, domain: readonly [number, number], anchor: string): Record<string, unknown> {
  const labels = spec.ticks.map(tick => escape(tick.label));
  return {
    domain,
    anchor,
    range: spec.range,
    tickmode: 'array',
    tickvals: spec.ticks.map(tick => tick.at),
    ticktext: labels,
    tickangle: spec.angle,
    tickfont: { size: spec.size, color: spec.colour },
    showticklabels: labels.some(label => label !== ''),
    showgrid: spec.grid !== null,
    gridcolor: spec.grid ?? NOTHING,
    gridwidth: 1,
    fixedrange: true,
    zeroline: false,
    showline: false,
    ticks: '',
    automargin: false,
    ticklabeloverflow: 'allow',
    ticklabelstandoff: 3
  };
}

type Refs = Readonly<{ xaxis: string; yaxis: string }>;

function panelTraces(mark: Mark, refs: Refs): Record<string, unknown>[] {
  const common = { hoverinfo: 'skip', ...refs };
  switch (mark.kind) {
    case 'heatmap':
      return [heatmap(mark, common), ...hatching(mark, common)];
    case 'dots':
      return [
        {
          type: 'scatter',
          mode: 'markers',
          x: mark.x,
          y: mark.y,
          marker: {
            size: mark.size,
            color: mark.colour,
            opacity: mark.opacity,
            line: { width: mark.rim?.width ?? 0, color: mark.rim?.colour ?? NOTHING }
          },
          ...common
        }
      ];
    case 'line':
      return [lines(mark.x, mark.y, mark.colour, mark.width, common)];
    case 'area':
      return [
        {
          type: 'scatter',
          mode: 'lines',
          x: mark.x,
          y: mark.y,
          fill: 'toself',
          fillcolor: mark.colour,
          line: { width: 0 },
          ...common
        }
      ];
    case 'intervals': {
      const ends = Array.from(mark.x, (x, i) => [x - (mark.half[i] ?? 0), x + (mark.half[i] ?? 0), null]);
      const rows = Array.from(mark.y, y => [y, y, null]);
      return [lines(ends.flat(), rows.flat(), mark.colour, mark.width, common)];
    }
    case 'rects':
      return [];
    case 'texts':
      return texts(mark.texts, common);
    default:
      return mark satisfies never;
  }
}

type Kind<K extends Mark['kind']> = Extract<Mark, { kind: K }>;

function heatmap(mark: Kind<'heatmap'>, common: object): Record<string, unknown> {
  const z = Array.from({ length: mark.rows }, (_, row) =>
    mark.values.subarray(row * mark.columns, (row + 1) * mark.columns)
  );
  const last = mark.ramp.length - 1;
  return {
    type: 'heatmap',
    z,
    x0: 0,
    dx: 1,
    y0: 0,
    dy: 1,
    zmin: mark.domain[0],
    zmax: mark.domain[1],
    colorscale: Array.from({ length: STOPS }, (_, i) => [
      i / (STOPS - 1),
      mark.ramp[Math.round((i / (STOPS - 1)) * last)]
    ]),
    showscale: false,
    xgap: mark.gap,
    ygap: mark.gap,
    zsmooth: false,
    ...common
  };
}

function hatching(mark: Kind<'heatmap'>, common: object): Record<string, unknown>[] {
  const x: (number | null)[] = [];
  const y: (number | null)[] = [];
  mark.values.forEach((value, index) => {
    if (Number.isNaN(value)) {
      const column = index % mark.columns;
      const row = Math.floor(index / mark.columns);
      for (const [x0, y0, x1, y1] of HATCH) {
        x.push(column + x0, column + x1, null);
        y.push(row + y0, row + y1, null);
      }
    }
  });
  return x.length === 0 ? [] : [lines(x, y, mark.missing, 1, common)];
}

function lines(
  x: ArrayLike<number | null>,
  y: ArrayLike<number | null>,
  colour: string,
  width: number,
  common: object
): Record<string, unknown> {
  return { type: 'scatter', mode: 'lines', x, y, line: { color: colour, width }, ...common };
}

const ANCHORS = { start: 'right', middle: 'center', end: 'left' } as const;

function texts(marks: readonly TextMark[], common: object): Record<string, unknown>[] {
  const flat = marks.filter(text => text.angle === 0);
  if (flat.length === 0) {
    return [];
  }
  return [
    {
      type: 'scatter',
      mode: 'text',
      x: flat.map(text => text.x),
      y: flat.map(text => text.y),
      text: flat.map(text => escape(text.text)),
      textposition: flat.map(text => `middle ${ANCHORS[text.anchor]}`),
      textfont: {
        size: flat.map(text => text.size),
        color: flat.map(text => text.colour),
        weight: flat.map(text => text.weight)
      },
      cliponaxis: false,
      ...common
    }
  ];
}

function textsOf(mark: Mark): readonly TextMark[] {
  return mark.kind === 'texts' ? mark.texts : [];
}

function turned(mark: Mark): readonly TextMark[] {
  return textsOf(mark).filter(text => text.angle !== 0);
}

function annotation(text: TextMark, xref: string, yref: string): Record<string, unknown> {
  return {
    xref,
    yref,
    x: text.x,
    y: text.y,
    text: escape(text.text),
    textangle: text.angle,
    showarrow: false,
    xanchor: text.anchor === 'start' ? 'left' : text.anchor === 'end' ? 'right' : 'center',
    yanchor: text.align === 'middle' ? 'middle' : 'bottom',
    // An annotation's box reaches this far below its baseline.
    yshift: text.align === 'middle' ? 0 : -0.3 * text.size,
    borderpad: 0,
    font: { size: text.size, color: text.colour, weight: text.weight }
  };
}

function rectangles(mark: Mark, xref: string, yref: string): Record<string, unknown>[] {
  if (mark.kind !== 'rects') {
    return [];
  }
  return mark.rects.map(rect => ({
    type: 'rect',
    xref,
    yref,
    ...rect,
    fillcolor: mark.fill ?? NOTHING,
    line: { color: mark.stroke ?? NOTHING, width: mark.stroke === null ? 0 : mark.strokeWidth }
  }));
}

function paperRectangles(mark: Mark, figure: Figure): Record<string, unknown>[] {
  return rectangles(mark, 'paper', 'paper').map(shape => ({
    ...shape,
    x0: Number(shape['x0']) / figure.width,
    x1: Number(shape['x1']) / figure.width,
    y0: 1 - Number(shape['y0']) / figure.height,
    y1: 1 - Number(shape['y1']) / figure.height
  }));
}

function frame(panel: Panel, figure: Figure, colour: string): Record<string, unknown> {
  return {
    type: 'rect',
    xref: 'paper',
    yref: 'paper',
    x0: (panel.x - 0.5) / figure.width,
    x1: (panel.x + panel.width + 0.5) / figure.width,
    y0: 1 - (panel.y - 0.5) / figure.height,
    y1: 1 - (panel.y + panel.height + 0.5) / figure.height,
    line: { color: colour, width: 1 }
  };
}

/** Plotly reads tags and entities in every text; this leaves none. */
export function escape(text: string): string {
  return text
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/[\r\n]+/g, ' ');
}
