// The export menu: every figure as PNG, SVG or CSV, the whole story as a page, and the view as a line of Python.

import { setAttribute } from './dom';
import { copyText, rasterise, type Download } from './download';
import { createMenu } from './menu';
import type { Scene, Stage } from './part';
import { csvOf } from './spec/csv';
import { headName } from './spec/names';
import { figure, FIGURE_LABELS, FIGURE_NAMES, shownIn, type FigureName } from './spec/page';
import { pythonOf } from './spec/python';
import { SECTIONS, type ViewState } from './spec/state';
import { drawSvg } from './svg';
import type { StoryData } from '../story/data';

export interface ExportOptions {
  /** What exported figures are drawn from. */
  readonly data: () => StoryData;
  readonly download: Download;
  /** Makes the HTML page of the story with the view as it is; null: nobody here can. */
  readonly page: ((state: ViewState) => Promise<Blob>) | null;
}

export interface Export {
  readonly element: HTMLElement;
  paint(scene: Scene): void;
}

type Format = 'PNG' | 'SVG' | 'CSV';

const TITLES: Readonly<Record<Format, string>> = {
  PNG: 'A picture',
  SVG: 'A drawing whose text stays text',
  CSV: 'The numbers'
};

export function createExport(stage: Stage, { data, download, page }: ExportOptions): Export {
  const menu = createMenu(stage, 'Export');
  let chosen: FigureName = 'page';

  /** Runs a task on the newest scene, and says on the button how it went. */
  const run = (task: (scene: Scene) => Promise<string>) => () => {
    const scene = stage.scene();
    if (scene !== null) {
      task(scene).then(menu.say, (error: unknown) => {
        console.warn('bertstory: the export failed', error);
        menu.say('Failed');
      });
    }
  };
  const save = (format: Format) =>
    run(async scene => {
      const name = chosen;
      download(
        await fileOf(stage, format, name, data(), scene),
        `${fileName(name, scene)}.${format.toLowerCase()}`
      );
      return 'Saved';
    });

  const figures = menu.group('Figure');
  const choices = FIGURE_NAMES.map(name => {
    const { element } = figures.choice(FIGURE_LABELS[name], () => {
      chosen = name;
      mark();
    });
    return { name, element };
  });
  const mark = () =>
    choices.forEach(({ name, element }) => setAttribute(element, 'aria-checked', String(name === chosen)));
  const formats = menu.group('Format', 'bs-menu-row');
  for (const format of ['PNG', 'SVG', 'CSV'] as const) {
    setAttribute(formats.action(format, save(format)).element, 'title', TITLES[format]);
  }
  const whole = menu.group('Story');
  const html = whole.action(
    page === null ? 'HTML page: needs the kernel' : 'HTML page',
    run(async scene => {
      if (page === null) {
        return 'Export';
      }
      menu.say('Making …');
      download(await page(scene.state), `${fileName('page', scene)}.html`);
      return 'Saved';
    })
  ).element;
  setAttribute(html, 'title', 'The whole story, to explore in any browser');
  setAttribute(html, 'aria-disabled', page === null ? 'true' : null);
  whole.action(
    'Copy for Python',
    run(async scene => {
      await copyText(stage, pythonOf(scene.state));
      return 'Copied';
    })
  );

  return {
    element: menu.element,
    paint({ shown }) {
      menu.button.disabled = shown.maps === null;
      for (const { name, element } of choices) {
        // Numbers of a closed section need not be here.
        element.hidden = SECTIONS.some(section => section === name && shown.multiples[section] === null);
        if (element.hidden && chosen === name) {
          chosen = 'page';
        }
      }
      mark();
    }
  };
}

async function fileOf(
  { window }: Stage,
  format: Format,
  name: FigureName,
  data: StoryData,
  { state, shown: { status }, theme, layout, measure }: Scene
): Promise<Blob> {
  const svg = () => drawSvg(figure(name, data, status, state, theme, layout.width, measure));
  switch (format) {
    case 'PNG':
      return rasterise(window, svg());
    case 'SVG':
      return new Blob([svg()], { type: 'image/svg+xml' });
    case 'CSV':
      return new Blob([csvOf(name, shownIn(name, data, status, state))], { type: 'text/csv' });
  }
}

/** `bertstory-head-5.0`, `bertstory-curve-pearson` */
function fileName(name: FigureName, { shown, selection, state }: Scene): string {
  const heads = selection.heads.slice(0, 3).map(headName).join('-');
  const head = `${selection.heads.length > 1 ? 'heads' : 'head'}-${heads}`;
  switch (name) {
    case 'page':
      return `bertstory-${head}`;
    case 'strip':
      return `bertstory-sentence-${head}`;
    case 'head':
      return `bertstory-maps-${head}`;
    case 'heads':
      return `bertstory-all-heads-${shown.overview?.measure.name ?? state.measure}`;
    case 'curve':
      return `bertstory-curve-${shown.overview?.measure.name ?? state.measure}`;
    case 'patterns':
    case 'measures':
      return `bertstory-${name}`;
  }
}
