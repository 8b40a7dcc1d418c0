// All heads: the grid and the curve in one figure, the controls of the measure, and the overlay that makes heads selectable.

import type { QuantityName } from '../analysis/options';
import { createGrid } from './grid';
import { whenChanged, type Part, type Scene, type Stage } from './part';
import { createDrawer } from './plotly';
import { createColumn, createSection } from './section';
import { createSelect } from './controls';
import { createOffers } from './spec/choices';
import { describeCurve } from './spec/describe';
import { overviewFigure } from './spec/overview-figure';
import { gridName, quantityRamp } from './spec/quantity';
import { setMeasure, setOrder } from './spec/select';
import type { ViewState } from './spec/state';
import { placeholders } from './spec/status';
import { curveName, mismatchKey, overviewTitle } from './spec/titles';
import { setAttribute } from './dom';

export function createOverview(stage: Stage, onError: (error: unknown) => void): Part {
  const section = createSection(stage, 'bs-section bs-overview');
  const offered = createOffers();
  const measure = createSelect<QuantityName>(stage, {
    label: 'Measure',
    groups: [],
    choose: name => stage.change(({ state }) => setMeasure(state, name))
  });
  const order = createSelect<ViewState['order']>(stage, {
    label: 'Order of heads',
    groups: [],
    choose: name => stage.change(({ state }) => setOrder(state, name))
  });
  section.controls.append(measure.element, order.element);
  const gridTitle = createColumn(stage, 'bs-quiet', 'mismatch');
  const curveTitle = createColumn(stage, 'bs-quiet', 'mismatch');
  curveTitle.key(null, false);
  section.columns.append(gridTitle.element, curveTitle.element);

  const drawer = createDrawer(section.figure, { signal: stage.signal, onError });
  const curve = stage.create('div', { className: 'bs-curve', attributes: { role: 'img' } });
  const grid = createGrid(stage, section.overlay);
  section.overlay.append(curve);
  section.figure.append(section.overlay);

  let scene: Scene;
  const drawFigure = whenChanged(() => {
    const { shown, layout, theme, measure: width } = scene;
    const figure = overviewFigure(shown, theme, layout.overview, width);
    drawer.draw(figure);
    section.size(figure.width, figure.height);
    section.summarise(() => figure.summary);
    const { x, y, height, width: across } = layout.overview.curve;
    Object.assign(curve.style, {
      left: `${x}px`,
      top: `${y - 4}px`,
      width: `${across}px`,
      height: `${height + 8}px`
    });
    setAttribute(curve, 'aria-label', describeCurve(shown));
    gridTitle.over(layout.overview.grid);
    curveTitle.over(layout.overview.curve);
  });

  // Asking for a width makes the browser lay out the page, so it is asked only when it can have changed.
  let controlsWidth = 0;
  const readControls = whenChanged(() => {
    controlsWidth = section.controls.offsetWidth;
  });
  /** The longer note where it fits beside the controls. */
  const title = ({ shown, layout, measure: width }: Scene) => {
    const whole = overviewTitle(shown, layout.size === 'L');
    const room = layout.overview.width - controlsWidth - width(whole.title, 13, 600) - 24;
    return width(whole.note, 11, 400) <= room ? whole : overviewTitle(shown, true);
  };

  return {
    element: section.element,
    paint(next) {
      scene = next;
      const { shown, state, layout, theme } = next;
      const missing = placeholders(shown).overview;
      section.controls.hidden = missing !== null;
      const choices = offered(shown);
      measure.offer(choices.quantities);
      order.offer(choices.orders);
      measure.show(state.measure, next.measure);
      order.show(choices.order, next.measure);
      readControls(measure.element.style.width, order.element.style.width, missing);
      section.title(title(next));
      curveTitle.name(curveName(shown));
      gridTitle.name(shown.overview ? gridName(shown.overview.measure) : 'Mismatch');
      gridTitle.ramp(shown.overview ? quantityRamp(shown.overview.measure) : 'mismatch');
      gridTitle.key(missing === null ? mismatchKey(shown) : null, theme.dark);
      section.element.style.width = layout.size === 'L' ? `${layout.overview.width}px` : '';
      drawFigure(shown.overview, state.order, missing, layout.overview, theme);
      grid.paint(next);
    }
  };
}
