// The small controls of toolbar and titles: selects as wide as their choice, and switches.

import { setAttribute } from './dom';
import { whenChanged, type Stage } from './part';
import type { MeasureText } from './spec/text-width';

/** Paddings of a select and its arrow. */
const ROOM_FOR_ARROW = 22;

export interface Choices<T extends string> {
  /** Over its choices in the list; empty: they stand alone. */
  readonly group: string;
  readonly choices: readonly (readonly [value: T, text: string])[];
}

export interface Select<T extends string> {
  readonly element: HTMLSelectElement;
  /** Replaces what can be chosen. The same object as before changes nothing. */
  offer(groups: readonly Choices<T>[]): void;
  /** @param measure of the view's font */
  show(value: T, measure: MeasureText): void;
}

export function createSelect<T extends string>(
  stage: Stage,
  options: {
    readonly label: string;
    readonly groups: readonly Choices<T>[];
    readonly choose: (value: T) => void;
  }
): Select<T> {
  const { create, signal } = stage;
  const element = create('select', { className: 'bs-select', attributes: { 'aria-label': options.label } });
  let groups: readonly Choices<T>[] = [];
  const find = (value: string) => groups.flatMap(({ choices }) => choices).find(([one]) => one === value);
  const offer = (next: readonly Choices<T>[]) => {
    if (next === groups) {
      return;
    }
    groups = next;
    const { value } = element;
    element.replaceChildren(
      ...groups.flatMap(({ group, choices }): Node[] => {
        const made = choices.map(([one, text]) => create('option', { text, attributes: { value: one } }));
        return group === '' ? made : [create('optgroup', { attributes: { label: group } }, ...made)];
      })
    );
    element.value = value;
  };
  offer(options.groups);
  let width = 0;
  const fit = whenChanged(() => {
    element.style.width = `${width}px`;
  });
  element.addEventListener(
    'change',
    () => {
      const chosen = find(element.value);
      if (chosen !== undefined) {
        options.choose(chosen[0]);
      }
    },
    { signal }
  );
  return {
    element,
    offer,
    show(value, measure) {
      if (element.value !== value) {
        element.value = value;
      }
      const text = find(value)?.[1] ?? '';
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
