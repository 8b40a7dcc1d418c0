// Keys of the view stay in the view, all others go to the page: so says an attribute that notebooks heed.

import { closest } from './dom';
import type { Stage } from './part';

/** Shortcuts of a page that runs them before we are asked do not apply inside an element with this attribute. */
const SUPPRESS = 'data-lm-suppress-shortcuts';
const OURS = new Set(['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End', 'Enter', ' ', 't']);

/**
 * Also makes `t` change between figures and tables, where a key has no other meaning.
 *
 * @param releasable whether Escape has something to let go of; if not it goes on to the page
 */
export function keepKeys(stage: Stage, root: HTMLElement, releasable: () => boolean): void {
  const { window, signal } = stage;
  window.addEventListener(
    'keydown',
    event => {
      if (event.target !== null && root.contains(event.target as Node)) {
        const plain = !event.altKey && !event.ctrlKey && !event.metaKey;
        const ours = OURS.has(event.key) && !(event.shiftKey && event.key === 'Enter');
        root.toggleAttribute(SUPPRESS, plain && (event.key === 'Escape' ? releasable() : ours));
      }
    },
    { signal, capture: true }
  );
  root.addEventListener(
    'keydown',
    event => {
      const plain = !event.altKey && !event.ctrlKey && !event.metaKey && !event.shiftKey;
      if (
        event.key === 't' &&
        plain &&
        closest(event.target, '.bs-strip, .bs-overlay, .bs-tables') !== null
      ) {
        event.preventDefault();
        event.stopPropagation();
        stage.toggleTables();
      }
    },
    { signal }
  );
}
