// Draws figures on the screen: Plotly, loaded once per page when first needed, and canvases for large heat maps.

import type * as Plotly from 'plotly.js';
import { paintCanvas, type Heatmap } from './canvas';
import { creator, fix } from './dom';
import type { Figure, Mark, Panel } from './spec/figure';
import { CONFIG, plotlyFigure } from './traces';

/** Cells per side up to which a heat map is a Plotly trace; beyond, redrawing it would take over 100 ms. */
export const LARGEST_TRACE = 256;

export interface Drawer {
  /** Replaces what is drawn. Only the newest of several calls before Plotly is loaded is drawn. */
  draw(figure: Figure): void;
  /** Settles when Plotly is loaded and the newest figure is drawn. */
  readonly ready: Promise<void>;
}

let loading: Promise<typeof Plotly> | null = null;

/** Evaluated once per page; a failed load is tried again on the next call. */
export function loadPlotly(): Promise<typeof Plotly> {
  loading ??= import('plotly.js').then(
    module => (module as { default?: typeof Plotly }).default ?? module,
    (error: unknown) => {
      loading = null;
      throw error;
    }
  );
  return loading;
}

/**
 * A drawer in `host`, which must be laid out (Plotly measures text) and positioned.
 *
 * @param onError is told when Plotly could not be loaded
 */
export function createDrawer(
  host: HTMLElement,
  options: { readonly signal: AbortSignal; readonly onError: (error: unknown) => void }
): Drawer {
  const { signal, onError } = options;
  const create = creator(host.ownerDocument);
  const canvases = create('div', { className: 'bs-canvases', attributes: { 'aria-hidden': 'true' } });
  const plot = create('div', { className: 'bs-plot', attributes: { 'aria-hidden': 'true' } });
  host.append(canvases, plot);

  let api: typeof Plotly | null = null;
  let waiting: Figure | null = null;
  let drawn: string | null = null;

  const draw = (figure: Figure) => {
    paintLarge(canvases, figure);
    const { traces, layout } = plotlyFigure(figure, isLarge);
    // With its maps on canvases a figure is nothing but axes; those are redrawn only when they change.
    const axesOnly = figure.panels.some(panel => panel.marks.some(isLarge));
    const key = axesOnly ? JSON.stringify([traces, layout]) : null;
    if (api === null || (key !== null && key === drawn)) {
      return;
    }
    drawn = key;
    api.react(plot, traces, layout, CONFIG).catch((error: unknown) => {
      if (!signal.aborted) {
        console.warn('bertstory: Plotly could not draw a figure', error);
      }
    });
    plot.querySelectorAll('svg').forEach(svg => {
      svg.setAttribute('focusable', 'false');
    });
  };

  signal.addEventListener(
    'abort',
    () => {
      try {
        api?.purge(plot);
      } catch (error) {
        console.warn('bertstory: Plotly could not clean up', error);
      }
      plot.remove();
      canvases.remove();
    },
    { once: true }
  );

  const ready = loadPlotly().then(
    loaded => {
      if (signal.aborted) {
        return;
      }
      api = loaded;
      if (waiting !== null) {
        draw(waiting);
        waiting = null;
      }
    },
    (error: unknown) => {
      if (!signal.aborted) {
        onError(error);
      }
    }
  );

  return {
    ready,
    draw(figure) {
      if (signal.aborted) {
        return;
      }
      if (api === null) {
        waiting = figure;
      }
      draw(figure);
    }
  };
}

function isLarge(mark: Mark): mark is Heatmap {
  return mark.kind === 'heatmap' && Math.max(mark.rows, mark.columns) > LARGEST_TRACE;
}

/** One canvas per large map, reused in the order of the panels. */
function paintLarge(container: HTMLElement, figure: Figure): void {
  const maps = figure.panels.flatMap((panel): [Panel, Heatmap][] =>
    panel.marks.filter(isLarge).map(map => [panel, map])
  );
  const create = creator(container.ownerDocument);
  while (container.childElementCount > maps.length) {
    container.lastElementChild?.remove();
  }
  const ratio = container.ownerDocument.defaultView?.devicePixelRatio ?? 1;
  maps.forEach(([panel, map], index) => {
    let canvas = container.children[index] as HTMLCanvasElement | undefined;
    if (canvas === undefined) {
      canvas = create('canvas', { className: 'bs-map' });
      container.append(canvas);
    }
    fix(canvas, panel);
    paintCanvas(canvas, map, Math.max(panel.width, panel.height) * ratio);
  });
}
