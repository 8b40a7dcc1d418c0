// The three maps of the shown heads: titles with readings and keys, the figure, and the overlay that reads and selects cells.

import { createSelect } from './controls';
import { createCells } from './cells';
import { whenChanged, type Part, type Scene, type Stage } from './part';
import { createDrawer } from './plotly';
import { createColumn, createSection, type Column } from './section';
import { PAIR_LABELS } from './spec/pairs';
import { setGroup, setPair, setScale } from './spec/select';
import { GROUPS, PAIRS, type ViewState } from './spec/state';
import { placeholders } from './spec/status';
import { cellReading, mapKeys, triptychTitle, type ColourKey } from './spec/titles';
import { MAP_NAMES, triptychFigure, type MapName } from './spec/triptych';

const TITLES: Readonly<Record<MapName, string>> = {
  attention: 'Attention',
  attribution: 'Attribution',
  difference: 'Difference'
};
/** What a key takes beside title and reading; narrower maps show the reading in its place. */
const ROOM_FOR_KEY = 224;
/** The same for the two ends of the difference's key. */
const ROOM_FOR_ENDS = 320;

export function createTriptych(stage: Stage, onError: (error: unknown) => void): Part {
  const section = createSection(stage, 'bs-section bs-triptych');
  const axes = stage.create('span', { className: 'bs-note', text: 'row = query, column = source' });
  const scale = createSelect<ViewState['scale']>(stage, {
    label: 'Colour scale',
    groups: [
      {
        group: '',
        choices: [
          ['linear', 'linear scale'],
          ['sqrt', '√ scale']
        ]
      }
    ],
    choose: name => stage.change(({ state }) => setScale(state, name))
  });
  const pair = createSelect<ViewState['pair']>(stage, {
    label: 'Texts of queries and sources',
    groups: [{ group: '', choices: PAIRS.map(name => [name, PAIR_LABELS[name]]) }],
    choose: name => stage.change(({ state }) => setPair(state, name))
  });
  const group = createSelect<ViewState['group']>(stage, {
    label: 'Heads as one map',
    groups: [{ group: '', choices: GROUPS.map(name => [name, `${name} of heads`]) }],
    choose: name => stage.change(({ state }) => setGroup(state, name))
  });
  section.controls.append(axes, group.element, pair.element, scale.element);
  const columns = MAP_NAMES.map((name): [MapName, Column] => {
    const column = createColumn(stage, `bs-${name}`, name);
    column.name(TITLES[name]);
    return [name, column];
  });
  section.columns.append(...columns.map(([, column]) => column.element));

  const drawer = createDrawer(section.figure, { signal: stage.signal, onError });
  section.figure.append(section.overlay);
  const cells = createCells(stage, section.overlay);

  let scene: Scene;
  const drawFigure = whenChanged(() => {
    const { shown, layout, theme } = scene;
    const figure = triptychFigure(shown, theme, layout.triptych);
    drawer.draw(figure);
    section.size(figure.width, figure.height);
    section.summarise(() => figure.summary);
    columns.forEach(([, column], place) => {
      column.over(layout.triptych.maps[place] ?? layout.triptych.maps[0]);
    });
  });

  return {
    element: section.element,
    paint(next) {
      scene = next;
      const { shown, layout, state, theme } = next;
      const missing = placeholders(shown).maps;
      const side = layout.triptych.maps[0].width;
      section.title(triptychTitle(shown));
      const several = next.selection.heads.length > 1;
      axes.hidden = layout.size === 'S' || (several && layout.size === 'M');
      group.element.hidden = !several;
      pair.element.hidden = !shown.pair;
      group.show(state.group, next.measure);
      pair.show(state.pair, next.measure);
      section.controls.hidden = shown.empty;
      scale.show(shown.sqrt ? 'sqrt' : 'linear', next.measure);
      const reading = shown.empty ? null : cellReading(shown);
      const keys = mapKeys(shown, side);
      columns.forEach(([name, column], place) => {
        column.value(reading?.[name] ?? '');
        const key = keys[place] ?? null;
        column.key(reading === null ? key : besideReading(key, name, side), theme.dark);
      });
      section.element.style.width = layout.size === 'L' ? `${layout.triptych.width}px` : '';
      drawFigure(shown.maps, shown.sqrt, missing, layout.triptych, theme);
      cells.paint(next);
    }
  };
}

/** What of a key has room beside a reading. */
function besideReading(key: ColourKey | null, name: MapName, side: number): ColourKey | null {
  if (key === null || side < ROOM_FOR_KEY) {
    return null;
  }
  return name === 'difference' && side < ROOM_FOR_ENDS ? { ...key, low: '', high: '' } : key;
}
