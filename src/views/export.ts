// The export menu: the page as SVG or PNG, and the numbers of the shown maps as CSV.

import { createButton } from './controls';
import { setAttribute } from './dom';
import type { Scene, Stage } from './part';
import { csvOf } from './spec/csv';
import { headName } from './spec/names';
import { figure } from './spec/page';
import { drawSvg } from './svg';
import type { StoryData } from '../story/data';

/** Saves a file; by default through a link that is clicked. */
export type Download = (file: Blob, name: string) => void;

/** Device pixels per CSS pixel of a PNG. */
const PNG_RATIO = 2;

interface Choice {
  readonly label: string;
  make(scene: Scene): Promise<{ readonly file: Blob; readonly ending: string }>;
}

export interface Export {
  readonly element: HTMLElement;
  paint(scene: Scene): void;
}

let count = 0;

/** @param data what the exported figure is drawn from */
export function createExport(stage: Stage, data: () => StoryData, download: Download): Export {
  const { create, signal, window } = stage;
  const svg = ({ state, shown, theme, layout, measure }: Scene): string =>
    drawSvg(figure('page', data(), shown.status, state, theme, layout.width, measure));
  const choices: readonly Choice[] = [
    {
      label: 'Picture (PNG)',
      make: async scene => ({ file: await rasterise(window, svg(scene)), ending: 'png' })
    },
    {
      label: 'Drawing (SVG)',
      make: async scene => ({ file: new Blob([svg(scene)], { type: 'image/svg+xml' }), ending: 'svg' })
    },
    {
      label: 'Numbers of these maps (CSV)',
      make: async ({ shown }) => ({ file: new Blob([csvOf(shown)], { type: 'text/csv' }), ending: 'csv' })
    }
  ];

  const menu = create('div', {
    className: 'bs-menu',
    attributes: { role: 'menu', id: `bs-menu-${++count}`, 'aria-label': 'Export' }
  });
  const button = createButton(stage, 'Export', '', () => open(menu.hidden));
  setAttribute(button.element, 'aria-haspopup', 'menu');
  setAttribute(button.element, 'aria-controls', menu.id);
  const element = create('div', { className: 'bs-export' }, button.element, menu);

  const items = choices.map(choice => {
    const item = create('button', {
      className: 'bs-button bs-menu-item',
      text: choice.label,
      attributes: { type: 'button', role: 'menuitem', tabindex: '-1' }
    });
    item.addEventListener(
      'click',
      () => {
        const scene = stage.scene();
        open(false);
        button.element.focus();
        if (scene !== null) {
          choice.make(scene).then(
            ({ file, ending }) => download(file, `${fileName(scene)}.${ending}`),
            (error: unknown) => console.warn(`bertstory: ${choice.label} could not be made`, error)
          );
        }
      },
      { signal }
    );
    return item;
  });
  menu.append(...items);

  const open = (wanted: boolean) => {
    menu.hidden = !wanted;
    setAttribute(button.element, 'aria-expanded', String(wanted));
    if (wanted) {
      items[0]?.focus();
    }
  };
  open(false);

  element.addEventListener(
    'keydown',
    event => {
      if (menu.hidden) {
        if (event.key === 'ArrowDown' && event.target === button.element) {
          open(true);
          event.preventDefault();
        }
        return;
      }
      const at = items.findIndex(item => item === element.ownerDocument.activeElement);
      const target = menuTarget(event.key, at, items.length);
      if (event.key === 'Escape') {
        open(false);
        button.element.focus();
      } else if (event.key === 'Tab') {
        open(false);
        return;
      } else if (target !== null) {
        items[target]?.focus();
      } else {
        return;
      }
      event.preventDefault();
      event.stopPropagation();
    },
    { signal }
  );
  element.addEventListener(
    'focusout',
    event => {
      if (event.relatedTarget === null || !element.contains(event.relatedTarget as Node)) {
        open(false);
      }
    },
    { signal }
  );

  return {
    element,
    paint({ shown }) {
      button.element.disabled = shown.maps === null;
    }
  };
}

function menuTarget(key: string, at: number, length: number): number | null {
  switch (key) {
    case 'ArrowDown':
      return (at + 1) % length;
    case 'ArrowUp':
      return (at - 1 + length) % length;
    case 'Home':
      return 0;
    case 'End':
      return length - 1;
    default:
      return null;
  }
}

/** `bertstory-head-5.0` */
function fileName({ shown }: Scene): string {
  const heads = shown.group.slice(0, 3).map(headName).join('-');
  return `bertstory-${shown.group.length > 1 ? 'heads' : 'head'}-${heads}`;
}

/** Draws the SVG on a canvas; nothing leaves the page. */
async function rasterise(window: Window, svg: string): Promise<Blob> {
  const { document } = window;
  const url = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
  try {
    const image = document.createElement('img');
    image.src = url;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = image.naturalWidth * PNG_RATIO;
    canvas.height = image.naturalHeight * PNG_RATIO;
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve, reject) => {
      canvas.toBlob(file => (file === null ? reject(new Error('the canvas is too large')) : resolve(file)));
    });
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** The default download. */
export function downloadByLink(document: Document): Download {
  return (file, name) => {
    const link = document.createElement('a');
    const url = URL.createObjectURL(file);
    link.href = url;
    link.download = name;
    document.body.append(link);
    link.click();
    link.remove();
    // The browser reads the URL after the click has been handled.
    setTimeout(() => URL.revokeObjectURL(url), 1000);
  };
}
