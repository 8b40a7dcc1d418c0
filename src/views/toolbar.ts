// The line above the sentence: what is shown, and the switches, the tables and the export of all of it.

import { createButton } from './controls';
import { createExport, type ExportOptions } from './export';
import { setAttribute, setText } from './dom';
import { whenChanged, type Part, type Scene, type Stage } from './part';
import { setSwitches } from './spec/select';
import { infoLine } from './spec/titles';

export function createToolbar(stage: Stage, options: ExportOptions): Part {
  const { create } = stage;
  const info = create('div', { className: 'bs-note bs-info' });
  const special = createButton(stage, 'Special tokens', 'bs-switch', () =>
    stage.change(({ state, shown }) =>
      setSwitches(
        state,
        { special: state.switches.special === 'drop' ? 'keep' : 'drop' },
        shown.document.pieces
      )
    )
  );
  const own = createButton(stage, 'Own token', 'bs-switch', () =>
    stage.change(({ state, shown }) =>
      setSwitches(state, { own: state.switches.own === 'drop' ? 'keep' : 'drop' }, shown.document.pieces)
    )
  );
  const words = createButton(stage, 'Words', 'bs-switch', () =>
    stage.change(({ state, shown }) =>
      setSwitches(
        state,
        { units: state.switches.units === 'words' ? 'pieces' : 'words' },
        shown.document.pieces
      )
    )
  );
  setAttribute(special.element, 'title', 'Special tokens as rows and columns of the maps');
  setAttribute(own.element, 'title', 'The share of a token that it gives itself');
  setAttribute(words.element, 'title', 'Words in the place of word pieces');
  const table = createButton(stage, 'Table', '', () => stage.toggleTables());
  const exporting = createExport(stage, options);
  const tools = create(
    'div',
    { className: 'bs-tools' },
    special.element,
    own.element,
    words.element,
    table.element,
    exporting.element
  );
  let toolsWidth = 0;
  const readTools = whenChanged(() => {
    toolsWidth = tools.offsetWidth;
  });
  /** As many parts of the line as fit beside the tools. */
  const fit = (scene: Scene): string => {
    const parts = infoLine(scene.shown).split(' · ');
    readTools(scene.layout.size, scene.theme.font);
    const room = scene.layout.inner - toolsWidth - 12;
    while (parts.length > 1 && scene.measure(parts.join(' · '), 11, 400) > room) {
      parts.pop();
    }
    return parts.join(' · ');
  };
  return {
    element: create('header', { className: 'bs-top' }, info, tools),
    paint(scene) {
      const { shown, state, tables } = scene;
      setAttribute(info, 'title', infoLine(shown));
      // `no_sources`, which only a program can set, shows as on: special tokens are still rows.
      special.pressed(state.switches.special !== 'drop');
      own.pressed(state.switches.own === 'keep');
      words.pressed(state.switches.units === 'words');
      table.pressed(tables);
      exporting.paint(scene);
      setText(info, fit(scene));
    }
  };
}
