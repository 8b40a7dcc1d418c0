// All heads: the grid and the curve in one figure, the controls of the measure, and the overlay that makes heads selectable.

import type { MeasureName } from '../analysis/options';
import { MEASURES } from '../analysis/options';
import { MEASURE } from '../analysis/measures';
import { createGrid } from './grid';
import { whenChanged, type Part, type Scene, type Stage } from './part';
import { createDrawer } from './plotly';
import { createColumn, createSection } from './section';
import { createSelect } from './controls';
import { describeCurve } from './spec/describe';
import { overviewFigure } from './spec/overview-figure';
import { setMeasure, setOrder } from './spec/select';
import type { ViewState } from './spec/state';
import { placeholders } from './spec/status';
import { curveName, mismatchKey, overviewTitle } from './spec/titles';
import { setAttribute } from './dom';

const ORDERS: readonly (readonly [ViewState['order'], string])[] = [
  ['index', 'heads in order'],
  ['mismatch', 'heads by mismatch']
];

export function createOverview(stage: Stage, onError: (error: unknown) => void): Part {
  const section = createSection(stage, 'bs-section bs-overview');
  const measure = createSelect<MeasureName>(stage, {
    label: 'Measure',
    choices: MEASURES.map(name => [name, MEASURE[name].label]),
    choose: name => stage.change(({ state }) => setMeasure(state, name))
  });
  const order = createSelect<ViewState['order']>(stage, {
    label: 'Order of heads',
    choices: ORDERS,
    choose: name => stage.change(({ state }) => setOrder(state, name))
  });
  section.controls.append(measure.element, order.element);
  const gridTitle = createColumn(stage, 'bs-quiet', 'mismatch');
  const curveTitle = createColumn(stage, 'bs-quiet', 'mismatch');
  gridTitle.name('Mismatch');
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
      measure.show(state.measure, next.measure);
      order.show(state.order, next.measure);
      readControls(measure.element.style.width, order.element.style.width, missing);
      section.title(title(next));
      curveTitle.name(curveName(shown));
      gridTitle.key(missing === null ? mismatchKey(shown) : null, theme.dark);
      section.element.style.width = layout.size === 'L' ? `${layout.overview.width}px` : '';
      drawFigure(shown.overview, state.order, missing, layout.overview, theme);
      grid.paint(next);
    }
  };
}
