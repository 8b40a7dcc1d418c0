// A section of small panels by layer that the reader opens: its title line is a button, its rows select layers.

import { closestIndex, fix, isExtending, place, setAttribute } from './dom';
import { whenChanged, type Part, type Scene, type Stage } from './part';
import { createDrawer, type Drawer } from './plotly';
import { createSection } from './section';
import { describeLayer } from './spec/describe-multiples';
import {
  headMarks,
  layerAt,
  layerBands,
  layoutMultiples,
  multiplesFigure,
  type MultiplesLayout
} from './spec/multiples-figure';
import { missingPanels } from './spec/missing-panels';
import { SMALL_RING } from './spec/overlay-marks';
import { extendHeads, headsOfLayer, selectHeads, toggleSection } from './spec/select';
import type { SectionName } from './spec/state';
import { multiplesTitle } from './spec/titles';

export function createMultiples(stage: Stage, name: SectionName, onError: (error: unknown) => void): Part {
  const { create, signal } = stage;
  const section = createSection(stage, `bs-section bs-multiples bs-${name}`, () =>
    stage.change(({ state }) => toggleSection(state, name))
  );
  if (name === 'patterns') {
    section.controls.append(
      create('span', { className: 'bs-small-legend bs-attention', text: 'attention' }),
      create('span', { className: 'bs-small-legend bs-attribution', text: 'attribution' })
    );
  }
  section.columns.remove();
  const band = create('div', { className: 'bs-layer-bands', attributes: { 'aria-hidden': 'true' } });
  const list = create('div', {
    className: 'bs-layers',
    attributes: { role: 'listbox', 'aria-multiselectable': 'true', 'aria-label': 'Layers' }
  });
  const rings = create('div', { className: 'bs-rings', attributes: { 'aria-hidden': 'true' } });
  section.overlay.append(band, list, rings);
  section.figure.append(section.overlay);

  let scene: Scene;
  let layout: MultiplesLayout;
  let layoutKey = '';
  let drawer: Drawer | null = null;
  let buttons: readonly HTMLButtonElement[] = [];

  const draw = whenChanged(() => {
    const { shown, theme, measure } = scene;
    // Whoever never opens the section does not pay for its figure.
    drawer ??= createDrawer(section.figure, { signal, onError });
    section.figure.append(section.overlay);
    const figure = multiplesFigure(shown, name, theme, layout, measure);
    drawer.draw(figure);
    section.size(figure.width, figure.height);
    section.summarise(() => figure.summary);
    buttons = buildLayers(stage, list, shown.layers, layout, buttons);
    buttons.forEach((button, layer) => setAttribute(button, 'aria-label', describeLayer(shown, name, layer)));
  });

  const at = (event: MouseEvent): number | null => {
    const box = section.overlay.getBoundingClientRect();
    return layerAt(layout, scene.shown.layers, event.clientX - box.left, event.clientY - box.top);
  };
  const select = (layer: number, extend: boolean) =>
    stage.change(({ state, selection, shown }) => {
      const heads = headsOfLayer(layer, shown.heads);
      return extend ? extendHeads(state, selection, heads) : selectHeads(state, heads);
    });

  section.overlay.addEventListener(
    'pointermove',
    event => {
      if (event.pointerType !== 'touch') {
        const layer = at(event);
        section.overlay.style.cursor = layer === null ? '' : 'pointer';
        stage.hover({ layer });
      }
    },
    { signal }
  );
  section.overlay.addEventListener('pointerleave', () => stage.hover({ layer: null }), { signal });
  section.overlay.addEventListener(
    'click',
    event => {
      const layer = event.detail === 0 ? closestIndex(event.target, 'data-layer') : at(event);
      if (layer !== null) {
        select(layer, isExtending(event));
      }
    },
    { signal }
  );
  list.addEventListener(
    'keydown',
    event => {
      const target = moved(event.key, leadingLayer(scene), scene.shown.layers);
      if (target !== null && !event.altKey && !event.ctrlKey && !event.metaKey) {
        event.preventDefault();
        event.stopPropagation();
        select(target, event.shiftKey);
        buttons[target]?.focus();
      }
    },
    { signal }
  );

  const paintMarks = () => {
    const { shown, hover } = scene;
    const missing = missingPanels(shown, name) !== null;
    const layer = hover.layer ?? hover.head?.[0] ?? leadingLayer(scene);
    band.replaceChildren(
      ...(missing ? [] : layerBands(layout, layer)).map(rect => {
        const one = create('i', { className: 'bs-band' });
        place(one, rect);
        return one;
      })
    );
    const half = SMALL_RING / 2;
    rings.replaceChildren(
      ...(missing ? [] : headMarks(shown, name, layout)).map(({ x, y, side, beyond }) => {
        const ring = create('i', {
          className: `bs-dot bs-small bs-of-${beyond ? 'beyond' : (side ?? 'both')}`
        });
        place(ring, { x: x - half, y: y - half, width: SMALL_RING, height: SMALL_RING });
        return ring;
      })
    );
    buttons.forEach((button, index) => {
      const whole = headsOfLayer(index, shown.heads).every(([, head]) =>
        scene.selection.heads.some(one => one[0] === index && one[1] === head)
      );
      setAttribute(button, 'aria-selected', String(whole));
      button.tabIndex = index === leadingLayer(scene) ? 0 : -1;
    });
  };

  return {
    element: section.element,
    paint(next) {
      scene = next;
      const { shown, state, theme } = next;
      const open = state.open.includes(name);
      section.element.hidden = shown.empty;
      section.opened(open);
      const { title, note } = multiplesTitle(shown, name);
      section.title({ title, note: open || next.layout.size !== 'S' ? note : '' });
      section.controls.hidden = !open;
      section.figure.hidden = !open;
      if (!open) {
        return;
      }
      const panels = shown.multiples[name];
      const missing = missingPanels(shown, name);
      const key = `${panels?.length ?? 0} ${next.layout.inner} ${next.layout.overview.row}`;
      if (key !== layoutKey) {
        layoutKey = key;
        layout = layoutMultiples(next.layout, shown.layers, panels?.length ?? 0);
      }
      draw(panels, layout, missing, theme);
      paintMarks();
    }
  };
}

function leadingLayer({ selection }: Scene): number {
  return selection.heads.at(-1)?.[0] ?? 0;
}

function moved(key: string, layer: number, layers: number): number | null {
  switch (key) {
    case 'ArrowUp':
      return Math.max(0, layer - 1);
    case 'ArrowDown':
      return Math.min(layers - 1, layer + 1);
    case 'Home':
      return 0;
    case 'End':
      return layers - 1;
    default:
      return null;
  }
}

/** One button a layer, over the first line of panels; those that are there are kept, so that focus stays. */
function buildLayers(
  stage: Stage,
  list: HTMLElement,
  layers: number,
  layout: MultiplesLayout,
  known: readonly HTMLButtonElement[]
): readonly HTMLButtonElement[] {
  const buttons = Array.from(
    { length: layout.panels.length === 0 ? 0 : layers },
    (_, layer) =>
      known[layer] ??
      stage.create('button', {
        className: 'bs-layer',
        attributes: { type: 'button', role: 'option', 'data-layer': String(layer) }
      })
  );
  layerBands(layout, 0)
    .slice(0, 1)
    .forEach(first => {
      buttons.forEach((button, layer) => fix(button, { ...first, y: first.y + layer * layout.row }));
    });
  if (buttons.length !== known.length) {
    list.replaceChildren(...buttons);
  }
  return buttons;
}
