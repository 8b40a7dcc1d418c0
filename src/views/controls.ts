// The small controls of toolbar and titles: selects as wide as their choice, and switches.

import { setAttribute } from './dom';
import { whenChanged, type Stage } from './part';
import type { MeasureText } from './spec/text-width';

/** Paddings of a select and its arrow. */
const ROOM_FOR_ARROW = 22;

export interface Select<T extends string> {
  readonly element: HTMLSelectElement;
  /** @param measure of the view's font */
  show(value: T, measure: MeasureText): void;
}

export function createSelect<T extends string>(
  stage: Stage,
  options: {
    readonly label: string;
    readonly choices: readonly (readonly [value: T, text: string])[];
    readonly choose: (value: T) => void;
  }
): Select<T> {
  const { create, signal } = stage;
  const element = create('select', { className: 'bs-select', attributes: { 'aria-label': options.label } });
  for (const [value, text] of options.choices) {
    element.append(create('option', { text, attributes: { value } }));
  }
  let width = 0;
  const fit = whenChanged(() => {
    element.style.width = `${width}px`;
  });
  element.addEventListener(
    'change',
    () => {
      const chosen = options.choices.find(([value]) => value === element.value);
      if (chosen !== undefined) {
        options.choose(chosen[0]);
      }
    },
    { signal }
  );
  return {
    element,
    show(value, measure) {
      if (element.value !== value) {
        element.value = value;
      }
      const text = options.choices.find(([one]) => one === value)?.[1] ?? '';
      width = Math.ceil(measure(text, 12, 400)) + ROOM_FOR_ARROW;
      fit(width);
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
