// The numbers of the figures as tables, in the place of the figures, each with a button that copies it.

import { createButton } from './controls';
import { setText } from './dom';
import { copyText } from './download';
import type { Part, Stage } from './part';
import { multiplesTable } from './spec/describe-multiples';
import { SECTIONS } from './spec/state';
import { curveTable, headsTable, readingTable, type Table } from './spec/table';

/** How long `Copied` stands on the button. */
const COPIED_MS = 1500;

export function createTables(stage: Stage): Part {
  const { create } = stage;
  const element = create('div', { className: 'bs-tables' });
  const frames = Array.from({ length: 3 + SECTIONS.length }, () => createFrame(stage));
  element.append(...frames.map(frame => frame.element));
  return {
    element,
    paint({ shown, tables }) {
      element.hidden = !tables;
      if (tables) {
        const tables = [
          headsTable(shown),
          curveTable(shown),
          readingTable(shown),
          ...SECTIONS.filter(name => shown.multiples[name] !== null).map(name => multiplesTable(shown, name))
        ];
        frames.forEach((frame, i) => {
          const table = tables[i];
          frame.element.hidden = table === undefined;
          if (table !== undefined) {
            frame.show(table);
          }
        });
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
