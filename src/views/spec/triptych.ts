// The three maps of the displayed heads: attention | attribution | difference, with the signs of large differences.

import { describeTriptych } from './describe';
import type { Figure, Mark, Panel } from './figure';
import type { Rect, TriptychLayout } from './layout';
import type { Domain, Maps } from './maps';
import { bareAxis, columnRange, labelled, panel, placeholder, rowRange } from './marks';
import { ramp, scaleShare, type RampName } from './ramps';
import type { Shown } from './shown';
import { placeholders } from './status';
import type { Theme } from './theme';

export const MAP_NAMES = ['attention', 'attribution', 'difference'] as const;
export type MapName = (typeof MAP_NAMES)[number];

/** Cells smaller than this carry no sign. */
const SIGN_CELL = 9;
/** Differences smaller than this share carry no sign, nor those below this share of the range. */
const SIGN_LEAST = 0.1;

export function triptychFigure(shown: Shown, theme: Theme, layout: TriptychLayout): Figure {
  const [first, second, third] = layout.maps;
  const missing = placeholders(shown).maps;
  const from = hasAttention(shown) ? second : first;
  const area: Rect = { ...from, width: third.x + third.width - from.x };
  return {
    width: layout.width,
    height: layout.height,
    background: null,
    font: theme.font,
    panels: MAP_NAMES.map((name, place) => mapPanel(shown, theme, layout, name, layout.maps[place] ?? first)),
    marks: missing === null ? [] : placeholder(area, missing, theme),
    // Goes through all cells, and is not always wanted.
    get summary() {
      return describeTriptych(shown);
    }
  };
}

/** Whether the first map is drawn; the others may still be a placeholder. */
export function hasAttention(shown: Shown): boolean {
  return shown.maps !== null && !shown.empty;
}

function mapPanel(shown: Shown, theme: Theme, layout: TriptychLayout, name: MapName, rect: Rect): Panel {
  const { maps, many } = shown;
  const rows = Math.max(1, shown.queries.length);
  const columns = Math.max(1, shown.sources.length);
  const first = name === 'attention';
  // The first position would run into the map before it.
  const columnLabels =
    many && !first
      ? { at: layout.columnLabels.at.slice(1), labels: layout.columnLabels.labels.slice(1) }
      : layout.columnLabels;
  const drawn = hasAttention(shown) && (first || placeholders(shown).maps === null);
  const bareX = bareAxis(theme, columnRange(columns));
  const bareY = bareAxis(theme, rowRange(rows));
  const xAxis = drawn ? labelled(bareX, columnLabels, layout.angle) : bareX;
  const yAxis = drawn && first ? labelled(bareY, layout.rowLabels) : bareY;
  const marks = drawn && maps ? mapMarks(shown, theme, layout, name, maps) : [];
  return panel(name, rect, xAxis, yAxis, marks, drawn ? theme.hairline : null);
}

function mapMarks(
  shown: Shown,
  theme: Theme,
  layout: TriptychLayout,
  name: MapName,
  maps: Maps
): readonly Mark[] {
  const values = maps[name];
  if (values === null) {
    return [];
  }
  const signed = name === 'difference';
  const domain = signed ? maps.differenceDomain : maps.domain;
  const map: Mark = {
    kind: 'heatmap',
    rows: shown.queries.length,
    columns: shown.sources.length,
    values: scaled(values, domain, shown.sqrt),
    domain: [signed ? -1 : 0, 1],
    ramp: ramp(name satisfies RampName, theme.dark),
    gap: 0,
    missing: theme.hairline
  };
  return [map, ...(signed ? signMarks(shown, theme, layout, maps) : []), ...borders(shown, theme)];
}

/** Values as shares of the domain, on the scale of the ramp; not clamped. */
export function scaled(values: Float32Array, domain: Domain, sqrt: boolean): Float32Array {
  // A loop, since `map` of typed arrays is ten times slower and this runs at every head that is hovered.
  const shares = new Float32Array(values.length);
  for (let cell = 0; cell < values.length; cell++) {
    shares[cell] = scaleShare((values[cell] ?? NaN) / domain.top, sqrt);
  }
  return shares;
}

/** A − or + in every large enough cell of a large enough difference: sign is never hue alone. */
export function signMarks(shown: Shown, theme: Theme, layout: TriptychLayout, maps: Maps): readonly Mark[] {
  const { cellWidth, cellHeight } = layout;
  const cell = Math.min(cellWidth, cellHeight);
  const { difference, differenceDomain } = maps;
  if (cell < SIGN_CELL || difference === null) {
    return [];
  }
  const least = Math.max(SIGN_LEAST, SIGN_LEAST * differenceDomain.top);
  const reach = Math.min(3.5, cell * 0.22);
  const strokes = { onStrong: strokeList(), onWeak: strokeList() };
  difference.forEach((value, index) => {
    if (!(Math.abs(value) >= least)) {
      return;
    }
    const x = index % shown.sources.length;
    const y = Math.floor(index / shown.sources.length);
    const strong = Math.abs(scaleShare(value / differenceDomain.top, shown.sqrt)) > 0.55;
    const list = strong ? strokes.onStrong : strokes.onWeak;
    list.add(x - reach / cellWidth, y, x + reach / cellWidth, y);
    if (value > 0) {
      list.add(x, y - reach / cellHeight, x, y + reach / cellHeight);
    }
  });
  return [
    { kind: 'line', x: strokes.onStrong.x, y: strokes.onStrong.y, colour: theme.background, width: 1.25 },
    { kind: 'line', x: strokes.onWeak.x, y: strokes.onWeak.y, colour: theme.ink, width: 1.25 }
  ];
}

/** Hairlines where the second segment of a pair begins. */
function borders(shown: Shown, theme: Theme): readonly Mark[] {
  const start = (items: Int32Array) => items.findIndex(item => shown.items[item]?.segment === 1) - 0.5;
  const row = start(shown.queries);
  const column = start(shown.sources);
  if (!shown.pair || row < 0 || column < 0) {
    return [];
  }
  const right = shown.sources.length - 0.5;
  const bottom = shown.queries.length - 0.5;
  return [
    {
      kind: 'line',
      x: [-0.5, right, NaN, column, column],
      y: [row, row, NaN, -0.5, bottom],
      colour: theme.ink2,
      width: 0.75
    }
  ];
}

function strokeList() {
  const x: number[] = [];
  const y: number[] = [];
  return {
    x,
    y,
    add(x0: number, y0: number, x1: number, y1: number): void {
      x.push(x0, x1, NaN);
      y.push(y0, y1, NaN);
    }
  };
}
