// A section of the view: its title line with controls, the titles of its columns with their colour keys, its figure.

import { createButton } from './controls';
import { setAttribute, setText } from './dom';
import type { Stage } from './part';
import { ramp, type RampName } from './spec/ramps';
import type { Rect } from './spec/layout';
import type { ColourKey, SectionTitle } from './spec/titles';

export interface Section {
  readonly element: HTMLElement;
  readonly controls: HTMLElement;
  readonly columns: HTMLElement;
  readonly figure: HTMLElement;
  /** Above the plot, in its pixels; takes the pointer. */
  readonly overlay: HTMLElement;
  title(title: SectionTitle): void;
  /** Tells those who do not see it whether a section that can be opened is open. */
  opened(open: boolean): void;
  size(width: number, height: number): void;
  /** @param text what the figure shows, for those who do not see it; asked for when there is time */
  summarise(text: () => string): void;
}

/** Nobody reads a summary while heads are walked through. */
const SUMMARY_AFTER_MS = 300;

let count = 0;

/** @param toggle what a press of the title does; without it the title is no button */
export function createSection(stage: Stage, className: string, toggle?: () => void): Section {
  const { create } = stage;
  const id = `bs-section-${++count}`;
  const heading = create('span', {
    className: 'bs-bold bs-section-name',
    attributes: { id, role: 'heading', 'aria-level': '3' }
  });
  const name = toggle === undefined ? heading : createButton(stage, '', 'bs-disclosure', toggle).element;
  if (name !== heading) {
    heading.append(name);
  }
  const note = create('span', { className: 'bs-note bs-section-note' });
  const controls = create('span', { className: 'bs-controls' });
  const columns = create('div', { className: 'bs-columns' });
  const summary = create('p', { className: 'bs-hidden', attributes: { id: `${id}-summary` } });
  const overlay = create('div', { className: 'bs-overlay' });
  const figure = create('div', { className: 'bs-figure' });
  let waiting = 0;
  const stop = () => stage.window.clearTimeout(waiting);
  stage.signal.addEventListener('abort', stop, { once: true });
  const element = create(
    'section',
    { className, attributes: { 'aria-labelledby': id, 'aria-describedby': summary.id } },
    create('div', { className: 'bs-title' }, heading, note, controls),
    columns,
    figure,
    summary
  );
  return {
    element,
    controls,
    columns,
    figure,
    overlay,
    title(title) {
      setText(name, title.title);
      setText(note, title.note);
      setAttribute(note, 'title', title.note);
    },
    opened(open) {
      setAttribute(name, 'aria-expanded', String(open));
    },
    size(width, height) {
      figure.style.width = `${width}px`;
      figure.style.height = `${height}px`;
    },
    summarise(text) {
      stop();
      waiting = stage.window.setTimeout(() => setText(summary, text()), SUMMARY_AFTER_MS);
    }
  };
}

/** The title over one rectangle of a figure. */
export interface Column {
  readonly element: HTMLElement;
  name(text: string): void;
  /** A reading beside the name; empty for none. */
  value(text: string): void;
  /** The colours that the next key is painted in. */
  ramp(name: RampName): void;
  key(key: ColourKey | null, dark: boolean): void;
  /** Stands exactly over its rectangle. */
  over(rect: Rect): void;
}

export function createColumn(stage: Stage, className: string, firstRamp: RampName): Column {
  const { create } = stage;
  const name = create('span', { className: `bs-column-name ${className}` });
  const value = create('span', { className: 'bs-value' });
  const low = create('span');
  const high = create('span');
  const colours = create('canvas', { className: 'bs-key-colours', attributes: { 'aria-hidden': 'true' } });
  const key = create('span', { className: 'bs-key' }, low, colours, high);
  const element = create('div', { className: 'bs-column' }, name, value, key);
  let drawn = '';
  let rampName = firstRamp;
  return {
    element,
    ramp(name) {
      rampName = name;
    },
    name: text => setText(name, text),
    value: text => setText(value, text),
    over(rect) {
      element.style.left = `${rect.x}px`;
      element.style.width = `${rect.width}px`;
    },
    key(wanted, dark) {
      const now = JSON.stringify([wanted, dark, rampName]);
      if (now === drawn) {
        return;
      }
      drawn = now;
      key.hidden = wanted === null;
      if (wanted !== null) {
        setText(low, wanted.low);
        setText(high, wanted.high);
        paintKey(colours, wanted, ramp(rampName, dark), rampName === 'difference');
      }
    }
  };
}

function paintKey(
  canvas: HTMLCanvasElement,
  key: ColourKey,
  colours: readonly string[],
  signed: boolean
): void {
  canvas.width = key.steps.length;
  canvas.height = 1;
  const context = canvas.getContext('2d');
  const last = colours.length - 1;
  key.steps.forEach((place, x) => {
    if (context !== null) {
      context.fillStyle = colours[Math.round((signed ? (place + 1) / 2 : place) * last)] ?? '';
      context.fillRect(x, 0, 1, 1);
    }
  });
}
