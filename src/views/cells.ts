// The overlay of the maps: frames, crosshair and chips that follow selection and pointer, and one grid cell for the keyboard.

import { isExtending, place, setAttribute, setText, toggleClass, type Box } from './dom';
import type { Scene, Stage } from './part';
import { describeCell } from './spec/describe';
import {
  cellAt,
  columnChip,
  columnRects,
  rowChips,
  rowRects,
  thinRows,
  CHIP_REACH,
  CHIP_HEIGHT
} from './spec/overlays';
import { extendQueries, pin, release, selectQueries, step, togglePin } from './spec/select';
import type { Selection } from './spec/select';
import { placeholders } from './spec/status';
import type { ViewState } from './spec/state';

export interface Cells {
  paint(scene: Scene): void;
}

/** Chips keep this far apart; a chip nearer to one that leads is left out. */
const CHIP_STEP = CHIP_HEIGHT + 1;

/** What a chip of a row leaves free of labels and padding: its own padding, and a gap at both ends. */
const CHIP_MARGIN = 12;

let count = 0;

export function createCells(stage: Stage, overlay: HTMLElement): Cells {
  const { create, signal } = stage;
  const id = `bs-cell-${++count}`;
  const cell = create('span', { attributes: { role: 'gridcell', id } });
  const row = create('span', { attributes: { role: 'row' } }, cell);
  const grid = create(
    'div',
    { className: 'bs-maps', attributes: { role: 'grid', tabindex: '0', 'aria-activedescendant': id } },
    create('div', { className: 'bs-hidden', attributes: { role: 'rowgroup' } }, row)
  );
  const marks = create('div', { className: 'bs-marks', attributes: { 'aria-hidden': 'true' } });
  overlay.append(grid, marks);
  const columns = pool(stage, marks, 'bs-column-mark bs-pinned');
  const crossColumns = pool(stage, marks, 'bs-cross');
  const crossRows = pool(stage, marks, 'bs-cross');
  const rows = pool(stage, marks, 'bs-row-mark');
  const chips = pool(stage, marks, 'bs-chip-cover');
  const below = create('span', { className: 'bs-chip' });
  marks.append(below);

  let scene: Scene | null = null;
  /** The map the pointer is in, or was last: where the chip of the source stands. */
  let map: 0 | 1 | 2 = 0;

  const at = (event: MouseEvent) => {
    if (scene === null) {
      return null;
    }
    const box = grid.getBoundingClientRect();
    const found = cellAt(
      scene.shown,
      scene.layout.triptych,
      event.clientX - box.left,
      event.clientY - box.top
    );
    const covered =
      placeholders(scene.shown).maps !== null && (found?.map !== 0 || scene.shown.maps === null);
    return covered ? null : found;
  };
  grid.addEventListener(
    'pointermove',
    event => {
      if (event.pointerType === 'touch') {
        return;
      }
      const found = at(event);
      map = found?.map ?? map;
      stage.hover({ query: found?.query ?? null, source: found?.source ?? null });
    },
    { signal }
  );
  grid.addEventListener('pointerleave', () => stage.hover({ query: null, source: null }), { signal });
  grid.addEventListener(
    'click',
    event => {
      const found = at(event);
      if (found === null) {
        return;
      }
      map = found.map;
      stage.change(({ state, selection }) =>
        isExtending(event)
          ? extendQueries(state, selection, found.query)
          : pin(selectQueries(state, [found.query]), found.source)
      );
    },
    { signal }
  );
  grid.addEventListener(
    'keydown',
    event => {
      if (event.altKey || event.ctrlKey || event.metaKey) {
        return;
      }
      const changed = stage.change(now => moved(now, event));
      if (changed || isOurs(event.key)) {
        event.preventDefault();
        event.stopPropagation();
      }
    },
    { signal }
  );

  return {
    paint(next) {
      scene = next;
      const { shown, layout } = next;
      const triptych = layout.triptych;
      const { hover, pin: pinned, selectedQueries } = shown;
      place(grid, {
        x: 0,
        y: 0,
        width: triptych.width,
        height: triptych.maps[0].y + triptych.maps[0].height
      });
      const here = placeholders(shown).maps === null ? [0, 1, 2] : shown.maps === null ? [] : [0];
      const visible = (boxes: readonly Box[]) => boxes.filter((_, index) => here.includes(index % 3));
      toggleClass(marks, 'bs-thin', thinRows(triptych));
      const none = shown.empty;
      rows(visible(none ? [] : selectedQueries.flatMap(query => rowRects(shown, triptych, query))));
      crossRows(visible(hover.query === null ? [] : rowRects(shown, triptych, hover.query)));
      crossColumns(visible(hover.source === null ? [] : columnRects(shown, triptych, hover.source)));
      columns(visible(pinned === null || none ? [] : columnRects(shown, triptych, pinned)));
      const wanted = none || shown.maps === null ? [] : spaced(rowChips(shown, triptych));
      chips(
        wanted.map(chip => cover(chip.y, triptych.rowLabels.at, triptych.cellHeight, triptych.maps[0])),
        (element, index) => {
          const text = wanted[index];
          const chip =
            element.firstElementChild ?? element.appendChild(create('span', { className: 'bs-chip' }));
          const box = cover(text?.y ?? 0, triptych.rowLabels.at, triptych.cellHeight, triptych.maps[0]);
          (chip as HTMLElement).style.top = `${(text?.y ?? 0) - box.y - CHIP_HEIGHT / 2}px`;
          toggleClass(chip, 'bs-selected', text?.kind === 'selected');
          setText(chip, text === undefined ? '' : fitted(next, text.text, text.item));
        }
      );
      const chip = shown.maps === null ? null : columnChip(shown, triptych, map);
      below.style.display = chip === null ? 'none' : 'block';
      if (chip !== null) {
        setText(below, chip.text);
        toggleClass(below, 'bs-selected', chip.kind === 'selected');
        const half = next.measure(chip.text, 11, 400) / 2 + 5;
        const x = Math.max(half, Math.min(triptych.width - half, chip.x));
        below.style.transform = `translate(${x}px, ${chip.y}px) translateX(-50%)`;
      }
      marks.style.setProperty('--bs-label-width', `${triptych.labelWidth - 3}px`);
      describe(next);
    }
  };

  function describe({ shown }: Scene): void {
    const query = shown.selectedQueries.at(-1) ?? 0;
    const source = shown.pin ?? shown.sources[0] ?? 0;
    setAttribute(grid, 'aria-label', 'Maps: attention, attribution, difference');
    setAttribute(grid, 'aria-rowcount', String(shown.queries.length));
    setAttribute(grid, 'aria-colcount', String(shown.sources.length));
    setAttribute(row, 'aria-rowindex', String(shown.queries.indexOf(query) + 1));
    setAttribute(cell, 'aria-colindex', String(shown.sources.indexOf(source) + 1));
    setAttribute(cell, 'aria-selected', String(shown.pin !== null));
    setText(cell, shown.maps === null ? '' : describeCell(shown, query, source));
  }
}

const KEYS = new Set(['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End', 'Enter', ' ']);

function isOurs(key: string): boolean {
  return KEYS.has(key);
}

/** The state after a key: arrows up and down move the query, the others the pinned source. */
function moved({ shown, state, selection }: Scene, event: KeyboardEvent): ViewState {
  const query = selection.queries.at(-1) ?? shown.queries[0] ?? 0;
  const pinned = state.pin !== null && shown.sources.includes(state.pin) ? state.pin : null;
  const source = pinned ?? query;
  switch (event.key) {
    case 'ArrowUp':
    case 'ArrowDown':
      return toQuery(
        state,
        selection,
        step(shown.queries, query, event.key === 'ArrowUp' ? -1 : 1),
        event.shiftKey
      );
    case 'ArrowLeft':
    case 'ArrowRight':
      return pin(state, step(shown.sources, source, event.key === 'ArrowLeft' ? -1 : 1));
    case 'Home':
      return pin(state, shown.sources[0] ?? null);
    case 'End':
      return pin(state, shown.sources.at(-1) ?? null);
    case 'Enter':
    case ' ':
      return shown.sources.includes(source) ? togglePin(state, source) : state;
    case 'Escape':
      return releaseAll(state, selection);
    default:
      return state;
  }
}

export function toQuery(state: ViewState, selection: Selection, query: number, extend: boolean): ViewState {
  return selectQueries(state, extend ? [...selection.queries.filter(one => one !== query), query] : [query]);
}

function releaseAll(state: ViewState, selection: Selection): ViewState {
  return release(release(state, selection, 'maps'), selection, 'grid');
}

/** The name of a row, or where that has no room what its axis says. */
function fitted({ shown, layout, measure }: Scene, text: string, item: number): string {
  const room = layout.triptych.labelWidth + layout.pad - CHIP_MARGIN;
  return measure(text, 11, 400) <= room ? text : (shown.names[item]?.axis ?? text);
}

/** Elements of one kind, made when needed and hidden when not. */
function pool(
  stage: Stage,
  parent: HTMLElement,
  className: string
): (boxes: readonly Box[], fill?: (element: HTMLElement, index: number) => void) => void {
  const elements: HTMLElement[] = [];
  return (boxes, fill) => {
    boxes.forEach((box, index) => {
      let element = elements[index];
      if (element === undefined) {
        element = stage.create('i', { className });
        elements.push(element);
        parent.append(element);
      }
      place(element, box);
      fill?.(element, index);
    });
    elements.slice(boxes.length).forEach(element => place(element, null));
  };
}

function spaced<T extends { readonly y: number; readonly kind: 'selected' | 'hovered' }>(
  chips: readonly T[]
): readonly T[] {
  const kept: T[] = [];
  const hovered = chips.filter(chip => chip.kind === 'hovered');
  for (const chip of [...hovered, ...chips.filter(one => one.kind === 'selected').reverse()]) {
    if (kept.every(other => Math.abs(other.y - chip.y) >= CHIP_STEP)) {
      kept.push(chip);
    }
  }
  return kept;
}

/** What a chip hides of the label column: itself and every label that it comes too near to. */
function cover(y: number, labels: readonly number[], cell: number, map: Box): Box {
  let top = y - CHIP_HEIGHT / 2;
  let bottom = y + CHIP_HEIGHT / 2;
  for (const label of labels) {
    const middle = map.y + (label + 0.5) * cell;
    if (Math.abs(middle - y) < CHIP_REACH) {
      top = Math.min(top, middle - 7);
      bottom = Math.max(bottom, middle + 7);
    }
  }
  return { x: 0, y: Math.round(top), width: map.x - 2, height: Math.round(bottom - top) };
}
