// A figure as an SVG file: text stays text, nothing is loaded from anywhere, and what a sentence holds stays text too.

import { escapeMarkup } from '../core/markup';
import type { Axis, Figure, Mark, Panel, TextMark } from './spec/figure';
import { base64, blockExtremes, enlarged, indexedPng, stepOf } from './spec/raster';

type Heatmap = Extract<Mark, { kind: 'heatmap' }>;

/** Maps of more cells than this become an embedded image. */
const MOST_CELL_PATHS = 64 * 64;
/** Image pixels per CSS pixel, at most. */
const IMAGE_DENSITY = 2;
/** Missing cells of this size and more are hatched, smaller ones filled. */
const HATCH_CELL = 6;
const HATCH_STEP = 4;
const TICK_GAP = 3;

/** From the coordinates of a panel (or of the figure) to pixels of the figure. */
interface Place {
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
}

const PIXELS: Place = { x: value => value, y: value => value };

export function drawSvg(figure: Figure): string {
  const { width, height, summary } = figure;
  const title = /^.*?\.(?=\s|$)/.exec(summary)?.[0] ?? summary;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${num(width)}" height="${num(height)}" ` +
      `viewBox="0 0 ${num(width)} ${num(height)}" role="img" font-family="${escape(fontList(figure.font))}">`,
    summary ? `<title>${escape(title)}</title><desc>${escape(summary)}</desc>` : '',
    figure.background === null ? '' : `<rect width="100%" height="100%"${paint('fill', figure.background)}/>`,
    ...figure.panels.map(drawPanel),
    ...figure.marks.map(mark => drawMark(mark, PIXELS)),
    '</svg>',
    ''
  ]
    .filter((line, i, lines) => line !== '' || i === lines.length - 1)
    .join('\n');
}

function drawPanel(panel: Panel): string {
  const { x, y, width, height, xAxis, yAxis } = panel;
  const place: Place = {
    x: value => x + ((value - xAxis.range[0]) / (xAxis.range[1] - xAxis.range[0])) * width,
    y: value => y + ((yAxis.range[1] - value) / (yAxis.range[1] - yAxis.range[0])) * height
  };
  const inside: Place = { x: value => place.x(value) - x, y: value => place.y(value) - y };
  // A nested svg clips what reaches beyond the panel without needing an id.
  const clip = `<svg x="${num(x)}" y="${num(y)}" width="${num(width)}" height="${num(height)}" overflow="hidden">`;
  const marks = panel.marks.map(mark =>
    mark.kind === 'area' ? `${clip}${drawMark(mark, inside)}</svg>` : drawMark(mark, place)
  );
  const frame =
    panel.frame === null
      ? []
      : [
          `<rect x="${num(x - 0.5)}" y="${num(y - 0.5)}" width="${num(width + 1)}" height="${num(height + 1)}" ` +
            `fill="none"${paint('stroke', panel.frame)}/>`
        ];
  return [
    `<g>`,
    ...gridLines(panel, place),
    ...marks,
    ...frame,
    ...xTicks(xAxis, place, y + height),
    ...yTicks(yAxis, place, x),
    '</g>'
  ].join('\n');
}

function gridLines({ x, y, width, height, xAxis, yAxis }: Panel, place: Place): readonly string[] {
  const vertical = xAxis.ticks.map(({ at }) => `M${num(place.x(at))} ${num(y)}v${num(height)}`);
  const horizontal = yAxis.ticks.map(({ at }) => `M${num(x)} ${num(place.y(at))}h${num(width)}`);
  return [
    ...(xAxis.grid === null ? [] : [stroked(vertical.join(''), xAxis.grid, 1)]),
    ...(yAxis.grid === null ? [] : [stroked(horizontal.join(''), yAxis.grid, 1)])
  ];
}

function xTicks(axis: Axis, place: Place, bottom: number): readonly string[] {
  const { size, colour, angle } = axis;
  return axis.ticks.map(({ at, label }) => {
    const x = place.x(at);
    const common = { text: label, size, colour, weight: 400, angle } as const;
    if (angle === 0) {
      const y = bottom + TICK_GAP + size;
      return drawText({ ...common, x, y, anchor: 'middle', align: 'baseline' });
    }
    const y = bottom + TICK_GAP + (angle === -45 ? size * 0.45 : 1);
    return drawText({ ...common, x: angle === -45 ? x + size * 0.3 : x, y, anchor: 'end', align: 'middle' });
  });
}

function yTicks(axis: Axis, place: Place, left: number): readonly string[] {
  const { size, colour } = axis;
  return axis.ticks.map(({ at, label }) =>
    drawText({
      x: left - TICK_GAP - 1,
      y: place.y(at),
      text: label,
      size,
      colour,
      weight: 400,
      anchor: 'end',
      align: 'middle',
      angle: 0
    })
  );
}

function drawMark(mark: Mark, place: Place): string {
  switch (mark.kind) {
    case 'heatmap':
      return drawHeatmap(mark, place);
    case 'dots': {
      const look =
        paint('fill', mark.colour) +
        (mark.opacity < 1 ? ` opacity="${num(mark.opacity)}"` : '') +
        (mark.rim ? `${paint('stroke', mark.rim.colour)} stroke-width="${num(mark.rim.width)}"` : '');
      const dots = points(mark, place).map(
        ([x, y]) => `<circle cx="${x}" cy="${y}" r="${num(mark.size / 2)}"/>`
      );
      return `<g${look}>${dots.join('')}</g>`;
    }
    case 'line':
      return stroked(linePath(mark, place), mark.colour, mark.width);
    case 'area':
      return `<path d="${linePath(mark, place)}Z"${paint('fill', mark.colour)}/>`;
    case 'intervals': {
      const path = Array.from(mark.x, (x, i) => {
        const half = mark.half[i] ?? 0;
        return `M${num(place.x(x - half))} ${num(place.y(mark.y[i] ?? NaN))}H${num(place.x(x + half))}`;
      });
      return stroked(path.join(''), mark.colour, mark.width);
    }
    case 'rects': {
      const look =
        (mark.fill === null ? ' fill="none"' : paint('fill', mark.fill)) +
        (mark.stroke === null
          ? ''
          : `${paint('stroke', mark.stroke)} stroke-width="${num(mark.strokeWidth)}"`);
      const radius = mark.radius > 0 ? ` rx="${num(mark.radius)}"` : '';
      const rects = mark.rects.map(({ x0, y0, x1, y1 }) => {
        const [left, right] = ordered(place.x(x0), place.x(x1));
        const [top, bottom] = ordered(place.y(y0), place.y(y1));
        return `<rect x="${num(left)}" y="${num(top)}" width="${num(right - left)}" height="${num(bottom - top)}"${radius}/>`;
      });
      return rects.length === 0 ? '' : `<g${look}>${rects.join('')}</g>`;
    }
    case 'texts':
      return mark.texts.map(text => drawText({ ...text, x: place.x(text.x), y: place.y(text.y) })).join('\n');
  }
}

function drawHeatmap(mark: Heatmap, place: Place): string {
  const { rows, columns } = mark;
  if (rows === 0 || columns === 0) {
    return '';
  }
  return rows * columns > MOST_CELL_PATHS ? heatImage(mark, place) : heatPaths(mark, place);
}

/** One path a colour; neighbours of one colour in a row are one rectangle. */
function heatPaths(mark: Heatmap, place: Place): string {
  const { rows, columns, values, domain, gap } = mark;
  const paths = new Map<number, string>();
  const hatch: string[] = [];
  const half = gap / 2;
  for (let row = 0; row < rows; row++) {
    const [top, bottom] = ordered(place.y(row - 0.5), place.y(row + 0.5));
    for (let column = 0, end = 0; column < columns; column = end) {
      const step = stepOf(values[row * columns + column] ?? NaN, domain);
      end = column + 1;
      while (
        gap === 0 &&
        step >= 0 &&
        end < columns &&
        stepOf(values[row * columns + end] ?? NaN, domain) === step
      ) {
        end++;
      }
      const [left, right] = ordered(place.x(column - 0.5), place.x(end - 0.5));
      const box = [left + half, top + half, right - left - gap, bottom - top - gap] as const;
      const rect = `M${num(box[0])} ${num(box[1])}h${num(box[2])}v${num(box[3])}h${num(-box[2])}z`;
      paths.set(step, (paths.get(step) ?? '') + rect);
      if (step < 0) {
        hatch.push(hatched(...box));
      }
    }
  }
  const missing = paths.get(-1);
  paths.delete(-1);
  const filled = [...paths].map(
    ([step, d]) => `<path d="${d}"${paint('fill', mark.ramp[step] ?? mark.missing)}/>`
  );
  const absent =
    missing === undefined
      ? []
      : [
          `<path d="${missing}"${paint('fill', mark.missing)} fill-opacity=".45"/>`,
          stroked(hatch.join(''), mark.missing, 1)
        ];
  return `<g shape-rendering="crispEdges">${[...filled, ...absent].join('\n')}</g>`;
}

/** Diagonals through a rectangle, bottom left to top right. */
function hatched(x: number, y: number, width: number, height: number): string {
  if (Math.min(width, height) < HATCH_CELL) {
    return '';
  }
  let path = '';
  for (let at = HATCH_STEP; at < width + height; at += HATCH_STEP) {
    const [x0, y0] = at <= height ? [0, at] : [at - height, height];
    const [x1, y1] = at <= width ? [at, 0] : [width, at - width];
    path += `M${num(x + x0)} ${num(y + y0)}L${num(x + x1)} ${num(y + y1)}`;
  }
  return path;
}

function heatImage(mark: Heatmap, place: Place): string {
  const [left, right] = ordered(place.x(-0.5), place.x(mark.columns - 0.5));
  const [top, bottom] = ordered(place.y(-0.5), place.y(mark.rows - 0.5));
  const most = (length: number) => Math.round(length * IMAGE_DENSITY);
  const small = blockExtremes(mark.values, mark.rows, mark.columns, most(bottom - top), most(right - left));
  // 256 colours fill a palette: what is missing takes the place of the last but one.
  const absent = mark.ramp.length - 2;
  const palette = mark.ramp.map((colour, step) => (step === absent ? mark.missing : colour));
  const pixels = Uint8Array.from(small.values, value => {
    const step = stepOf(value, mark.domain);
    return step < 0 ? absent : step === absent ? absent + 1 : step;
  });
  const repeat = (length: number, cells: number) => Math.max(1, Math.round(most(length) / cells));
  const across = repeat(right - left, small.columns);
  const down = repeat(bottom - top, small.rows);
  const large = enlarged(pixels, small.columns, small.rows, across, down);
  const file = base64(indexedPng(large, small.columns * across, small.rows * down, palette));
  return (
    `<image x="${num(left)}" y="${num(top)}" width="${num(right - left)}" height="${num(bottom - top)}" ` +
    `preserveAspectRatio="none" style="image-rendering:pixelated" href="data:image/png;base64,${file}"/>`
  );
}

function drawText(mark: TextMark): string {
  const { x, y, size, text, angle } = mark;
  if (text === '') {
    return '';
  }
  const baseline = mark.align === 'middle' ? y + 0.35 * size : y;
  const turned = angle === 0 ? '' : ` transform="rotate(${num(angle)} ${num(x)} ${num(y)})"`;
  const anchor = mark.anchor === 'start' ? '' : ` text-anchor="${mark.anchor}"`;
  const weight = mark.weight === 400 ? '' : ` font-weight="${mark.weight}"`;
  const open = `<text x="${num(x)}" y="${num(baseline)}" font-size="${num(size)}"${paint('fill', mark.colour)}${anchor}${weight}${turned}`;
  if (mark.runs === undefined) {
    return `${open}>${escape(text)}</text>`;
  }
  const runs = mark.runs.map(
    run =>
      `<tspan${paint('fill', run.colour)}${run.weight === 400 ? '' : ` font-weight="${run.weight}"`}>${escape(run.text)}</tspan>`
  );
  return `${open} xml:space="preserve">${runs.join('')}</text>`;
}

function linePath(
  mark: { readonly x: ArrayLike<number>; readonly y: ArrayLike<number> },
  place: Place
): string {
  let path = '';
  let down = false;
  for (let i = 0; i < mark.x.length; i++) {
    const x = place.x(mark.x[i] ?? NaN);
    const y = place.y(mark.y[i] ?? NaN);
    const here = Number.isFinite(x) && Number.isFinite(y);
    path += here ? `${down ? 'L' : 'M'}${num(x)} ${num(y)}` : '';
    down = here;
  }
  return path;
}

function points(
  mark: { readonly x: ArrayLike<number>; readonly y: ArrayLike<number> },
  place: Place
): readonly (readonly [string, string])[] {
  return Array.from(mark.x, (x, i) => [place.x(x), place.y(mark.y[i] ?? NaN)] as const)
    .filter(([x, y]) => Number.isFinite(x) && Number.isFinite(y))
    .map(([x, y]) => [num(x), num(y)]);
}

function stroked(path: string, colour: string, width: number): string {
  return path === ''
    ? ''
    : `<path d="${path}" fill="none"${paint('stroke', colour)}${width === 1 ? '' : ` stroke-width="${num(width)}"`}/>`;
}

/** A colour attribute; `rgba()` is taken apart, since SVG 1.1 readers do not know it. */
function paint(attribute: 'fill' | 'stroke', colour: string): string {
  const parts = /^rgba?\(\s*([\d.]+)[\s,]+([\d.]+)[\s,]+([\d.]+)(?:[\s,/]+([\d.]+))?\s*\)$/.exec(colour);
  if (parts === null) {
    return ` ${attribute}="${escape(colour)}"`;
  }
  const [, red, green, blue, alpha = '1'] = parts;
  const opacity = Number(alpha) < 1 ? ` ${attribute}-opacity="${num(Number(alpha))}"` : '';
  return ` ${attribute}="rgb(${red},${green},${blue})"${opacity}`;
}

/** DejaVu Sans has every sign we write, so that it is always among the fonts. */
function fontList(font: string): string {
  return font.includes('DejaVu Sans') ? font : `${font}, "DejaVu Sans", sans-serif`;
}

/** Two decimals, short. */
function num(value: number): string {
  return String(Math.round(value * 100) / 100 || 0);
}

function ordered(a: number, b: number): readonly [number, number] {
  return a < b ? [a, b] : [b, a];
}

/** For text and attributes; characters that XML does not allow become U+FFFD, line ends a space. */
function escape(text: string): string {
  return escapeMarkup(
    text.replace(/[\t\n\r]/g, ' ').replace(/[^\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
  );
}
