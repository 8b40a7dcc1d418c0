// Puts the linked view of a story into a host element: one scene, painted by its parts once a frame.

import type { Intent, StorySource } from '../story/data';
import { createAsking } from './asking';
import { createComposer } from './compose';
import { creator, setAttribute, toggleClass } from './dom';
import { downloadByLink, type Download } from './download';
import type { ExportOptions } from './export';
import { createFrame, createPacer } from './frame';
import { keepKeys } from './keyboard';
import { createAnnouncer, createLede } from './lede';
import { createMultiples } from './multiples';
import { createOverview } from './overview';
import type { Part, Scene, Stage } from './part';
import { layoutPage, type Layout } from './spec/layout';
import { SECTIONS, type ViewState } from './spec/state';
import type { Selection } from './spec/select';
import { NO_HOVER, type Hover, type Shown } from './spec/shown';
import type { MeasureText } from './spec/text-width';
import { createStatus } from './status';
import type { ViewStore } from './store';
import { createStrip } from './strip';
import { createTables } from './tables';
import { createTheming } from './theme';
import { createToolbar } from './toolbar';
import { createTriptych } from './triptych';

export interface MountOptions {
  /** The view is appended to it. Painting waits until it has a width. */
  readonly host: HTMLElement;
  readonly source: StorySource;
  /** The view's state, read and written; the host may keep it in step with others. */
  readonly store: ViewStore;
  /** Whom to ask for maps, measures and more computing; null: nobody, the story is saved. */
  readonly send: ((intent: Intent) => void) | null;
  /** The lifetime of the view: every listener hangs on it. */
  readonly signal: AbortSignal;
  /** Saves what is exported; by default through a link. */
  readonly download?: Download;
  /** Makes the HTML page of the story for a state of its view; by default nobody can. */
  readonly page?: (state: ViewState) => Promise<Blob>;
}

/** Narrower hosts are hidden or not laid out yet. */
const LEAST_PAINTED = 100;
/** In a narrower host the view scrolls sideways. */
const LEAST_WIDTH = 320;
/** Later estimates redraw the view no sooner than this after the one before. */
const REFINE_EVERY_MS = 500;

/** @returns disposes the view: safe to call twice, never throws, the same as aborting the signal */
export function mount(options: MountOptions): () => void {
  const { host, source, store, send } = options;
  const document = host.ownerDocument;
  const window = document.defaultView;
  if (window === null || options.signal.aborted) {
    return () => undefined;
  }
  const life = new AbortController();
  const { signal } = life;
  options.signal.addEventListener('abort', () => life.abort(), { once: true, signal });

  const create = creator(document);
  const root = create('section', {
    className: 'bs-root',
    attributes: { 'aria-label': 'Attention and attribution of every head' }
  });
  const asking = createAsking(send, () => window.performance.now());
  const composer = createComposer(source, asking, send !== null, () => window.performance.now());
  const theming = createTheming(root, () => frame.mark(), signal);
  const layoutOf = createLayouts();

  let scene: Scene | null = null;
  let hover: Hover = NO_HOVER;
  let tables = false;
  let samples = -1;
  let width = 0;

  const paint = () => {
    if (width < LEAST_PAINTED) {
      return;
    }
    const state = store.get();
    samples = source.get().document.method.samples;
    const { theme, measure } = theming.current();
    const { shown, selection, settled, more } = composer.compose(state, hover);
    const layout = layoutOf(
      shown,
      Math.max(LEAST_WIDTH, width),
      measure,
      window.devicePixelRatio,
      theme.font
    );
    const next: Scene = { shown, selection, hover, state, layout, theme, measure, tables };
    scene = next;
    paintRoot(root, next);
    parts.forEach(part => part.paint(next));
    store.set(settled);
    if (more) {
      frame.mark();
    }
  };
  const frame = createFrame(window, paint, signal);
  const repaint = createPacer(window, () => frame.mark(), REFINE_EVERY_MS, signal);

  const stage: Stage = {
    create,
    window,
    signal,
    send,
    scene: () => scene,
    change: next => scene !== null && changeStore(store, scene, next),
    hover(at) {
      const next = { ...hover, ...at };
      if (JSON.stringify(next) !== JSON.stringify(hover)) {
        hover = next;
        frame.mark();
      }
    },
    holdOrder(held) {
      if (composer.hold(held)) {
        frame.mark();
      }
    },
    toggleTables() {
      tables = !tables;
      frame.mark();
    }
  };

  const exporting: ExportOptions = {
    data: () => source.get(),
    download: options.download ?? downloadByLink(document),
    page: options.page ?? null
  };
  const parts = build(stage, root, exporting);
  host.append(root);
  keepKeys(stage, root, () => scene !== null && isReleasable(scene));

  store.onChange(() => {
    // What was pointed at counts items that a switch may have changed.
    hover = NO_HOVER;
    frame.mark();
  }, signal);
  source.onChange(() => {
    const now = source.get().document.method.samples;
    if (now !== samples) {
      asking.forget();
    }
    repaint(samples > 0 && now !== samples && source.status().running);
  }, signal);
  const observer = new window.ResizeObserver(() => {
    if (root.clientWidth !== width) {
      width = root.clientWidth;
      frame.mark();
    }
  });
  observer.observe(root);

  signal.addEventListener(
    'abort',
    () => {
      observer.disconnect();
      root.remove();
      scene = null;
    },
    { once: true }
  );
  return () => life.abort();
}

/** The parts from top to bottom, in the order of the Tab key. */
function build(stage: Stage, root: HTMLElement, exporting: ExportOptions): readonly Part[] {
  const { create } = stage;
  const trouble = create('p', { className: 'bs-trouble', attributes: { role: 'alert' } });
  trouble.hidden = true;
  const onError = (error: unknown) => {
    console.warn('bertstory: the drawing library could not be loaded', error);
    trouble.textContent =
      'The figures could not be drawn: the drawing library did not load. Tables show the numbers.';
    trouble.hidden = false;
  };
  const toolbar = createToolbar(stage, exporting);
  const lede = createLede(stage);
  const strip = createStrip(stage);
  const overview = createOverview(stage, onError);
  const triptych = createTriptych(stage, onError);
  const multiples = SECTIONS.map(name => createMultiples(stage, name, onError));
  const tables = createTables(stage);
  const status = createStatus(stage);
  const announcer = createAnnouncer(stage);
  const body = create('div', { className: 'bs-body' }, overview.element, triptych.element);
  const more = create('div', { className: 'bs-more' }, ...multiples.map(part => part.element));
  root.append(
    toolbar.element,
    lede.element,
    strip.element,
    trouble,
    body,
    more,
    tables.element,
    status.element,
    announcer.element
  );
  return [toolbar, lede, strip, overview, triptych, ...multiples, tables, status, announcer];
}

function paintRoot(root: HTMLElement, { shown, layout, theme, tables }: Scene): void {
  setAttribute(root, 'data-theme', theme.dark ? 'dark' : 'light');
  setAttribute(root, 'data-size', layout.size);
  setAttribute(root, 'data-body', shown.empty ? 'empty' : tables ? 'tables' : 'figures');
  toggleClass(root, 'bs-scrolls', root.clientWidth < LEAST_WIDTH);
  root.style.setProperty('--bs-pad', `${layout.pad}px`);
}

/** A head that is chosen keeps the query that is shown with it. @returns whether anything changed */
function changeStore(store: ViewStore, scene: Scene, next: Parameters<Stage['change']>[0]): boolean {
  const before = store.get();
  // Keys may come faster than frames: what is selected by now is in the store, not in the scene.
  const kept = (before.queries ?? []).filter(query => scene.shown.queries.includes(query));
  const selection: Selection = {
    heads: before.heads ?? scene.selection.heads,
    queries: kept.length > 0 ? kept : scene.selection.queries
  };
  const after = next({ ...scene, state: before, selection });
  const queries = after.heads !== null ? (after.queries ?? selection.queries) : after.queries;
  store.set(queries === after.queries ? after : { ...after, queries });
  return store.get() !== before;
}

function isReleasable({ selection, state, hover }: Scene): boolean {
  return (
    selection.heads.length > 1 || selection.queries.length > 1 || state.pin !== null || hover.head !== null
  );
}

/** The layout, made anew only when something that it depends on is another than before. */
function createLayouts(): (
  shown: Shown,
  width: number,
  measure: MeasureText,
  ratio: number,
  font: string
) => Layout {
  let key = '';
  let layout: Layout | null = null;
  return (shown, width, measure, ratio, font) => {
    const { pair, switches } = shown.state;
    const { units, special } = switches;
    const now = JSON.stringify([
      width,
      ratio,
      font,
      units,
      special,
      pair,
      shown.document.text,
      shown.document.pair,
      shown.layers,
      shown.heads
    ]);
    if (layout === null || now !== key) {
      key = now;
      layout = layoutPage(shown, width, measure, ratio);
    }
    return layout;
  };
}
