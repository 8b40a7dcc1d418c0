// The small controls of toolbar and titles: selects as wide as their choice, and switches.

import { setAttribute } from './dom';
import type { Stage } from './part';

export interface Select<T extends string> {
  readonly element: HTMLSelectElement;
  show(value: T): void;
}

export function createSelect<T extends string>(
  stage: Stage,
  options: {
    readonly label: string;
    readonly choices: readonly (readonly [value: T, text: string])[];
    readonly choose: (value: T) => void;
  }
): Select<T> {
  const { create, signal, window } = stage;
  const element = create('select', { className: 'bs-select', attributes: { 'aria-label': options.label } });
  for (const [value, text] of options.choices) {
    element.append(create('option', { text, attributes: { value } }));
  }
  const context = create('canvas').getContext('2d');
  let fitted = '';
  const fit = () => {
    const text = element.selectedOptions[0]?.textContent ?? '';
    const font = window.getComputedStyle(element).fontFamily;
    const key = `${font} ${text}`;
    if (context !== null && key !== fitted) {
      fitted = key;
      context.font = `12px ${font}`;
      element.style.width = `${Math.ceil(context.measureText(text).width) + 22}px`;
    }
  };
  element.addEventListener(
    'change',
    () => {
      const chosen = options.choices.find(([value]) => value === element.value);
      if (chosen !== undefined) {
        options.choose(chosen[0]);
      }
      fit();
    },
    { signal }
  );
  return {
    element,
    show(value) {
      if (element.value !== value) {
        element.value = value;
      }
      fit();
    }
  };
}

export interface Button {
  readonly element: HTMLButtonElement;
  pressed(on: boolean): void;
}

/** @param className `bs-switch` for what is on or off */
export function createButton(
  stage: Stage,
  text: string,
  className: string,
  press: (event: MouseEvent) => void
): Button {
  const element = stage.create('button', {
    className: `bs-button ${className}`,
    text,
    attributes: { type: 'button' }
  });
  element.addEventListener('click', press, { signal: stage.signal });
  return {
    element,
    pressed: on => setAttribute(element, 'aria-pressed', String(on))
  };
}
