// What is printed of a page: the view as it is set, drawn anew in the colours of paper, with text that stays text.

import { creator } from '../views/dom';
import type { Saved } from '../views/saved';
import { figure } from '../views/spec/page';
import { LIGHT } from '../views/spec/theme';
import { drawSvg } from '../views/svg';

/** CSS pixels; the style sheet of print fits it to the paper. */
const PRINT_WIDTH = 900;

/** Adds a picture after `view`, which a style sheet shows in print alone, and draws it whenever the page is printed. */
export function printCurrent(
  window: Window & typeof globalThis,
  view: HTMLElement,
  { source, store }: Saved,
  signal: AbortSignal
): void {
  const paper = creator(window.document)('div', { className: 'bs-paper' });
  view.after(paper);
  window.addEventListener(
    'beforeprint',
    () => {
      const drawing = figure('page', source.get(), source.status(), store.get(), LIGHT, PRINT_WIDTH);
      const parsed = new window.DOMParser().parseFromString(drawSvg(drawing), 'image/svg+xml');
      paper.replaceChildren(window.document.importNode(parsed.documentElement, true));
    },
    { signal }
  );
}
