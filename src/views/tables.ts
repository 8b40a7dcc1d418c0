// The numbers of the figures as tables, in the place of the figures, each with a button that copies it.

import { createButton } from './controls';
import { setText } from './dom';
import type { Part, Stage } from './part';
import { curveTable, headsTable, readingTable, type Table } from './spec/table';

/** How long `Copied` stands on the button. */
const COPIED_MS = 1500;

export function createTables(stage: Stage): Part {
  const { create } = stage;
  const element = create('div', { className: 'bs-tables' });
  const frames = [createFrame(stage), createFrame(stage), createFrame(stage)];
  element.append(...frames.map(frame => frame.element));
  return {
    element,
    paint({ shown, tables }) {
      element.hidden = !tables;
      if (tables) {
        [headsTable(shown), curveTable(shown), readingTable(shown)].forEach((table, i) =>
          frames[i]?.show(table)
        );
      }
    }
  };
}

interface Frame {
  readonly element: HTMLElement;
  show(table: Table): void;
}

function createFrame(stage: Stage): Frame {
  const { create, window, signal } = stage;
  const caption = create('caption');
  const head = create('thead');
  const body = create('tbody');
  const table = create('table', { className: 'bs-table' }, caption, head, body);
  const scroller = create(
    'div',
    { className: 'bs-table-scroll', attributes: { tabindex: '0', role: 'region' } },
    table
  );
  let shown: Table | null = null;
  let timer: number | null = null;
  const copy = createButton(stage, 'Copy', '', () => {
    if (shown === null) {
      return;
    }
    copyText(stage, tabSeparated(shown)).then(
      () => setText(copy.element, 'Copied'),
      () => setText(copy.element, 'Not allowed here')
    );
    timer = window.setTimeout(() => setText(copy.element, 'Copy'), COPIED_MS);
  });
  signal.addEventListener('abort', () => timer !== null && window.clearTimeout(timer), { once: true });
  const element = create('div', { className: 'bs-table-frame' }, scroller, copy.element);
  let drawn = '';
  return {
    element,
    show(next) {
      shown = next;
      const key = JSON.stringify(next);
      if (key === drawn) {
        return;
      }
      drawn = key;
      setText(caption, next.caption);
      scroller.setAttribute('aria-label', next.caption);
      head.replaceChildren(
        create('tr', {}, ...next.columns.map(text => create('th', { text, attributes: { scope: 'col' } })))
      );
      body.replaceChildren(
        ...next.rows.map(([first = '', ...cells]) =>
          create(
            'tr',
            {},
            create('th', { text: first, attributes: { scope: 'row', dir: 'auto' } }),
            ...cells.map(text => create('td', { text }))
          )
        )
      );
    }
  };
}

/** Tabs and line ends inside a cell become spaces, so that the rows stay rows. */
export function tabSeparated(table: Table): string {
  return [table.columns, ...table.rows]
    .map(row => row.map(cell => cell.replace(/[\t\r\n]+/g, ' ')).join('\t'))
    .join('\n');
}

/** Through the clipboard, or where a page may not, through a selection. */
async function copyText({ window, create }: Stage, text: string): Promise<void> {
  const { document } = window;
  try {
    await window.navigator.clipboard.writeText(text);
  } catch {
    const area = create('textarea', { className: 'bs-hidden' });
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand('copy');
    area.remove();
    if (!done) {
      throw new Error('copying is not allowed here');
    }
  }
}
