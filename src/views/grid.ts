// The overlay of all heads: a button per cell, rings on what is selected and pointed at, hits on dots and labels.

import { closest, fix, isExtending, place, setAttribute } from './dom';
import { whenChanged, type Scene, type Stage } from './part';
import { dotAt, dotsOf, type Dot } from './spec/curve';
import { describeHead } from './spec/describe';
import { headAt, headCell } from './spec/heads';
import { headOrder } from './spec/overview';
import {
  extendHeads,
  headsOfLayer,
  headsOfNumber,
  release,
  sameHead,
  selectHeads,
  step
} from './spec/select';
import { headName } from './spec/names';
import { holdsHead } from './spec/shown';
import type { HeadId } from './spec/state';

const DOT_RING = 13;

export interface Grid {
  paint(scene: Scene): void;
}

export function createGrid(stage: Stage, overlay: HTMLElement): Grid {
  const { create, signal } = stage;
  const band = create('i', { className: 'bs-band' });
  const rings = create('div', { className: 'bs-rings', attributes: { 'aria-hidden': 'true' } });
  const grid = create('div', {
    className: 'bs-heads',
    attributes: { role: 'grid', 'aria-multiselectable': 'true' }
  });
  overlay.append(band, grid, rings);

  let scene: Scene | null = null;
  let dots: readonly Dot[] = [];
  let buttons = new Map<string, HTMLButtonElement>();
  /** Heads of the layer or number whose label is pointed at. */
  let pointed: readonly HeadId[] = [];

  const build = whenChanged(() => {
    if (scene !== null) {
      buttons = buildCells(stage, grid, scene, buttons);
      dots = dotsOf(scene.shown, scene.layout.overview);
    }
  });

  const paintRings = () => {
    if (scene === null) {
      return;
    }
    const { shown, layout, selection, hover } = scene;
    const marks: HTMLElement[] = [];
    const ring = (head: HeadId, className: string) => {
      const cell = headCell(shown, layout.overview, head);
      const around = create('i', { className: `bs-ring ${className}` });
      place(around, { x: cell.x - 1, y: cell.y - 1, width: cell.width + 2, height: cell.height + 2 });
      marks.push(around);
      const dot = dots.find(one => sameHead(one.head, head));
      if (dot !== undefined) {
        const circle = create('i', { className: `bs-dot ${className}` });
        const half = DOT_RING / 2;
        place(circle, { x: dot.x - half, y: dot.y - half, width: DOT_RING, height: DOT_RING });
        marks.push(circle);
      }
    };
    // Without a measure there are neither cells nor dots to mark; what is pointed at still shows where the heads are.
    if (shown.overview !== null) {
      selection.heads.forEach(head => ring(head, 'bs-selected'));
    }
    const elsewhere =
      hover.layer === null || hover.layer === undefined ? [] : headsOfLayer(hover.layer, shown.heads);
    const outlined = hover.head !== null ? [hover.head] : pointed.length > 0 ? pointed : elsewhere;
    outlined.filter(head => !holdsHead(selection.heads, head)).forEach(head => ring(head, 'bs-pointed'));
    rings.replaceChildren(...marks);
    const layer = hover.layer ?? (hover.head ?? selection.heads.at(-1) ?? [0])[0];
    const row = {
      x: 0,
      y: layout.overview.grid.y + layer * layout.overview.row,
      width: layout.overview.width,
      height: layout.overview.row
    };
    place(band, shown.overview === null ? null : row);
  };

  const lead = (at: Scene): HeadId => at.selection.heads.at(-1) ?? [0, 0];

  const at = (event: MouseEvent): { head: HeadId | null; group: readonly HeadId[] } => {
    if (scene === null) {
      return { head: null, group: [] };
    }
    const { shown, layout } = scene;
    const box = overlay.getBoundingClientRect();
    const x = event.clientX - box.left;
    const y = event.clientY - box.top;
    const head = headAt(shown, layout.overview, x, y) ?? dotAt(dots, x, y);
    return { head, group: head === null ? labelAt(scene, x, y) : [head] };
  };

  overlay.addEventListener(
    'pointermove',
    event => {
      if (event.pointerType === 'touch') {
        return;
      }
      stage.holdOrder(true);
      const { head, group } = at(event);
      pointed = head === null ? group : [];
      overlay.style.cursor = group.length > 0 ? 'pointer' : '';
      const selected = scene?.selection.heads ?? [];
      const preview = head !== null && !(selected.length === 1 && holdsHead(selected, head)) ? head : null;
      stage.hover({ head: preview });
    },
    { signal }
  );
  overlay.addEventListener(
    'pointerleave',
    () => {
      pointed = [];
      stage.holdOrder(false);
      stage.hover({ head: null });
    },
    { signal }
  );
  overlay.addEventListener(
    'click',
    event => {
      // A press of Enter is a click without a place: its button tells the head.
      const { group } = event.detail === 0 ? { group: headOfButton(event.target) } : at(event);
      if (group.length === 0) {
        return;
      }
      stage.hover({ head: null });
      stage.change(({ state, selection }) =>
        isExtending(event) ? extendHeads(state, selection, group) : selectHeads(state, group)
      );
    },
    { signal }
  );
  grid.addEventListener(
    'keydown',
    event => {
      if (event.key === 'Escape') {
        stage.hover({ head: null });
        if (stage.change(({ state, selection }) => release(state, selection, 'grid'))) {
          event.preventDefault();
          event.stopPropagation();
        }
        return;
      }
      if (event.altKey || event.ctrlKey || event.metaKey) {
        return;
      }
      let target: HeadId | null = null;
      stage.change(now => {
        const { state, selection } = now;
        const next = moved(now, lead(now), event.key);
        target = next;
        if (next === null) {
          return state;
        }
        const others = selection.heads.filter(head => !sameHead(head, next));
        return selectHeads(state, event.shiftKey ? [...others, next] : [next]);
      });
      if (target !== null) {
        event.preventDefault();
        event.stopPropagation();
        buttons.get(headName(target))?.focus();
      }
    },
    { signal }
  );

  return {
    paint(next) {
      scene = next;
      const { shown, state, layout, selection } = next;
      build(shown.overview, state.order, layout.overview);
      paintRings();
      const leading = lead(next).join('.');
      for (const [key, button] of buttons) {
        const head = key.split('.').map(Number);
        const selected = holdsHead(selection.heads, [head[0] ?? 0, head[1] ?? 0]);
        setAttribute(button, 'aria-selected', String(selected));
        button.tabIndex = key === leading ? 0 : -1;
      }
    }
  };
}

function headOfButton(target: EventTarget | null): readonly HeadId[] {
  const button = closest(target, '[data-head]');
  return button === null ? [] : [[Number(button.dataset['layer']), Number(button.dataset['head'])]];
}

/** Where an arrow leads from a head: along the displayed order, or to the same place in the next layer. */
function moved({ shown, state }: Scene, [layer, head]: HeadId, key: string): HeadId | null {
  const order = (of: number) => headOrder(shown.overview, of, state.order, shown.heads);
  const column = order(layer).indexOf(head);
  switch (key) {
    case 'ArrowLeft':
      return [layer, step(order(layer), head, -1)];
    case 'ArrowRight':
      return [layer, step(order(layer), head, 1)];
    case 'Home':
      return [layer, order(layer)[0] ?? head];
    case 'End':
      return [layer, order(layer).at(-1) ?? head];
    case 'ArrowUp':
    case 'ArrowDown': {
      const next = Math.min(shown.layers - 1, Math.max(0, layer + (key === 'ArrowUp' ? -1 : 1)));
      return [next, order(next)[column] ?? head];
    }
    default:
      return null;
  }
}

/** All heads of the layer whose number a point lies on, or all heads of the number under the grid. */
function labelAt({ shown, state, layout }: Scene, x: number, y: number): readonly HeadId[] {
  const { grid, row, cell } = layout.overview;
  const layer = Math.floor((y - grid.y) / row);
  if (x < grid.x && layer >= 0 && layer < shown.layers) {
    return headsOfLayer(layer, shown.heads);
  }
  const head = Math.floor((x - grid.x) / cell);
  const below = y - grid.y - grid.height;
  const onNumbers = below > 0 && below < 18 && state.order === 'index';
  return onNumbers && head >= 0 && head < shown.heads ? headsOfNumber(head, shown.layers) : [];
}

/** One button per head in the order of the cells; those that are there are kept, so that focus stays. */
function buildCells(
  stage: Stage,
  grid: HTMLElement,
  { shown, state, layout }: Scene,
  known: ReadonlyMap<string, HTMLButtonElement>
): Map<string, HTMLButtonElement> {
  const { create } = stage;
  const focused = [...known.values()].find(button => button === grid.ownerDocument.activeElement);
  const cells = new Map<string, HTMLButtonElement>();
  setAttribute(grid, 'aria-label', `Heads, ${shown.layers} layers by ${shown.heads}`);
  const rows = Array.from({ length: shown.layers }, (_, layer) => {
    const row = create('div', { attributes: { role: 'row' } });
    for (const head of headOrder(shown.overview, layer, state.order, shown.heads)) {
      const key = `${layer}.${head}`;
      const button =
        known.get(key) ??
        create('button', {
          className: 'bs-cell',
          attributes: {
            type: 'button',
            role: 'gridcell',
            'data-layer': String(layer),
            'data-head': String(head)
          }
        });
      setAttribute(button, 'aria-label', describeHead(shown, layer, head));
      fix(button, headCell(shown, layout.overview, [layer, head]));
      cells.set(key, button);
      row.append(button);
    }
    return row;
  });
  grid.replaceChildren(...rows);
  focused?.focus({ preventScroll: true });
  return cells;
}
