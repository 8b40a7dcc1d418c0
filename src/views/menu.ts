// A menu that a button opens: choices that stay open, actions that close it, by mouse and by keyboard.

import { createButton } from './controls';
import { setAttribute, setText } from './dom';
import type { Stage } from './part';

export interface MenuItem {
  readonly element: HTMLButtonElement;
}

export interface Menu {
  readonly element: HTMLElement;
  /** The button that opens it. */
  readonly button: HTMLButtonElement;
  /** A titled group of items, in the order in which they are made. */
  group(label: string, className?: string): MenuGroup;
  /** On the button for a moment, in the place of its name. */
  say(text: string): void;
}

export interface MenuGroup {
  readonly element: HTMLElement;
  /** One of several; the menu stays open. */
  choice(text: string, choose: () => void): MenuItem;
  /** Closes the menu. */
  action(text: string, act: () => void): MenuItem;
}

/** How long `Copied` stands on the button. */
const SAID_MS = 1500;

let count = 0;

export function createMenu(stage: Stage, name: string): Menu {
  const { create, signal, window } = stage;
  const menu = create('div', {
    className: 'bs-menu',
    attributes: { role: 'menu', id: `bs-menu-${++count}`, 'aria-label': name }
  });
  const button = createButton(stage, name, '', () => open(menu.hidden)).element;
  setAttribute(button, 'aria-haspopup', 'menu');
  setAttribute(button, 'aria-controls', menu.id);
  const element = create('div', { className: 'bs-export' }, button, menu);
  let timer: number | null = null;
  const forget = () => timer !== null && window.clearTimeout(timer);
  signal.addEventListener('abort', forget, { once: true });

  const open = (wanted: boolean) => {
    menu.hidden = !wanted;
    setAttribute(button, 'aria-expanded', String(wanted));
    if (wanted) {
      itemsOf(menu)[0]?.focus();
    }
  };
  open(false);
  const close = () => {
    open(false);
    button.focus();
  };

  const item = (text: string, role: string, press: () => void): MenuItem => {
    const made = create('button', {
      className: 'bs-button bs-menu-item',
      text,
      attributes: { type: 'button', role, tabindex: '-1' }
    });
    made.addEventListener(
      'click',
      () => {
        if (made.getAttribute('aria-disabled') !== 'true') {
          press();
        }
      },
      { signal }
    );
    return { element: made };
  };

  element.addEventListener('keydown', event => onKey(event, menu, button, open, close), { signal });
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
    button,
    group(label, className = '') {
      const group = create('div', {
        className: `bs-menu-group ${className}`,
        attributes: { role: 'group', 'aria-label': label }
      });
      menu.append(group);
      const add = (made: MenuItem) => {
        group.append(made.element);
        return made;
      };
      return {
        element: group,
        choice: (text, choose) => add(item(text, 'menuitemradio', choose)),
        action: (text, act) =>
          add(
            item(text, 'menuitem', () => {
              close();
              act();
            })
          )
      };
    },
    say(text) {
      forget();
      setText(button, text);
      timer = window.setTimeout(() => setText(button, name), SAID_MS);
    }
  };
}

/** Those that show. */
function itemsOf(menu: HTMLElement): readonly HTMLElement[] {
  return [...menu.querySelectorAll<HTMLElement>('.bs-menu-item')].filter(item => !item.hidden);
}

function onKey(
  event: KeyboardEvent,
  menu: HTMLElement,
  button: HTMLElement,
  open: (wanted: boolean) => void,
  close: () => void
): void {
  if (menu.hidden) {
    if (event.key === 'ArrowDown' && event.target === button) {
      open(true);
      event.preventDefault();
    }
    return;
  }
  const items = itemsOf(menu);
  const at = items.findIndex(item => item === menu.ownerDocument.activeElement);
  const target = menuTarget(event.key, at, items.length);
  if (event.key === 'Escape') {
    close();
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
}

function menuTarget(key: string, at: number, length: number): number | null {
  switch (key) {
    case 'ArrowDown':
    case 'ArrowRight':
      return (at + 1) % length;
    case 'ArrowUp':
    case 'ArrowLeft':
      return (at - 1 + length) % length;
    case 'Home':
      return 0;
    case 'End':
      return length - 1;
    default:
      return null;
  }
}
