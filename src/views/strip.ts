// The sentence as a list of tokens with bars: attention up, attribution down. Pointing shows a column, choosing sets the query.

import { toQuery } from './cells';
import { closestIndex, isExtending, setAttribute, setText, toggleClass } from './dom';
import { whenChanged, type Part, type Scene, type Stage } from './part';
import { createProfile } from './profile';
import { describeStrip } from './spec/describe';
import { extendQueries, release, selectQueries, step } from './spec/select';
import { stripOf, type Bar, type StripToken } from './spec/strip';

/** Room for bars and numbers above the text and the same below, by the number of lines: 1, 2, 3, 4, 5 and more. */
const BAR_SPACE = [40, 32, 27, 22, 20];
/** Room for the numbers, above and below. */
const NUMBER_SPACE = 14;
/** Full bars of long texts, as in the style sheet. */
const LONG_FULL_BAR = 10;
/** Longer tokens are not set in bold where they are chosen: they would reach too far over their neighbours. */
const LONG = 12;
/** Letters that run from right to left. */
const RIGHT_TO_LEFT =
  /^[^\p{L}]*[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

interface Token {
  readonly element: HTMLButtonElement;
  readonly attention: BarElement;
  readonly attribution: BarElement;
}

interface BarElement {
  readonly element: HTMLElement;
  readonly number: HTMLElement;
}

let count = 0;

export function createStrip(stage: Stage): Part {
  const { create, signal, window } = stage;
  const summary = create('p', { className: 'bs-hidden', attributes: { id: `bs-strip-${++count}` } });
  const list = create('div', {
    className: 'bs-strip',
    attributes: {
      role: 'listbox',
      'aria-multiselectable': 'true',
      'aria-orientation': 'horizontal',
      'aria-label': 'Query token',
      'aria-describedby': summary.id
    }
  });
  const profile = createProfile(stage);
  const element = create('div', { className: 'bs-strip-box' }, profile.element, list, summary);

  let scene: Scene | null = null;
  let tokens: readonly Token[] = [];
  let fullBar = LONG_FULL_BAR;

  const build = whenChanged(() => {
    if (scene !== null) {
      tokens = buildTokens(stage, list, stripOf(scene.shown), scene);
    }
  });
  const fitLines = whenChanged(() => {
    if (scene?.shown.many === false) {
      const countLines = () => new Set(tokens.map(token => token.element.offsetTop)).size;
      // The sentence above says the same: a legend that would take a line of its own is left out.
      toggleClass(list, 'bs-no-legend', true);
      const bare = countLines();
      toggleClass(list, 'bs-no-legend', false);
      const legend = countLines() === bare;
      toggleClass(list, 'bs-no-legend', !legend);
      const lines = bare;
      const space = BAR_SPACE[Math.min(BAR_SPACE.length, Math.max(1, lines)) - 1] ?? 20;
      fullBar = space - NUMBER_SPACE;
      list.style.setProperty('--bs-space', `${space}px`);
    } else {
      fullBar = LONG_FULL_BAR;
      list.style.removeProperty('--bs-space');
    }
    fade();
  });
  /** Lines beyond the lower edge show through it. */
  const fade = () => {
    toggleClass(list, 'bs-runs-on', list.scrollHeight - list.scrollTop - list.clientHeight > 4);
  };

  list.addEventListener('scroll', fade, { signal, passive: true });
  list.addEventListener(
    'pointermove',
    event => {
      const item = closestIndex(event.target, 'data-item');
      const usable = item !== null && scene?.shown.sources.includes(item) === true;
      if (event.pointerType !== 'touch') {
        stage.hover({ source: usable ? item : null, query: null });
      }
    },
    { signal }
  );
  list.addEventListener('pointerleave', () => stage.hover({ source: null, query: null }), { signal });
  list.addEventListener(
    'click',
    event => {
      const item = closestIndex(event.target, 'data-item');
      if (item === null || scene?.shown.queries.includes(item) !== true) {
        return;
      }
      stage.change(({ state, selection }) =>
        isExtending(event) ? extendQueries(state, selection, item) : selectQueries(state, [item])
      );
    },
    { signal }
  );
  list.addEventListener(
    'keydown',
    event => {
      if (scene === null || event.altKey || event.ctrlKey || event.metaKey) {
        return;
      }
      if (event.key === 'Escape') {
        const released = stage.change(({ state, selection }) =>
          release(release(state, selection, 'strip'), selection, 'grid')
        );
        if (released) {
          event.preventDefault();
          event.stopPropagation();
        }
        return;
      }
      let target: number | null = null;
      stage.change(now => {
        target = moved(now, tokens, list.dir === 'rtl', event.key);
        return target === null ? now.state : toQuery(now.state, now.selection, target, event.shiftKey);
      });
      if (target !== null) {
        event.preventDefault();
        event.stopPropagation();
        tokens[target]?.element.focus({ preventScroll: true });
      }
    },
    { signal }
  );

  const keepInView = whenChanged(() => {
    const query = scene?.selection.queries.at(-1);
    const token = query === undefined ? undefined : tokens[query];
    if (scene?.shown.many !== true || token === undefined) {
      return;
    }
    const top = token.element.offsetTop - list.offsetTop;
    const line = token.element.offsetHeight + 4;
    if (top < list.scrollTop || top + line > list.scrollTop + list.clientHeight + 4) {
      list.scrollTop = Math.max(0, (Math.round(top / line) - 1) * line);
    }
    fade();
  });

  return {
    element,
    paint(next) {
      scene = next;
      const { shown, layout, theme } = next;
      toggleClass(element, 'bs-many', shown.many);
      build(shown.document.pieces, shown.state.switches.units, shown.state.switches.special, shown.many);
      fitLines(tokens, layout.inner, theme.font, window.devicePixelRatio);
      const values = stripOf(shown);
      const waiting = shown.reading !== null && shown.reading.attribution === null;
      toggleClass(list, 'bs-attention-only', waiting || shown.reading === null);
      const lead = shown.selectedQueries.at(-1);
      values.forEach((value, index) => {
        const token = tokens[index];
        if (token !== undefined) {
          paintToken(token, value, index === lead, length =>
            barScale(length, fullBar, window.devicePixelRatio)
          );
        }
      });
      keepInView(tokens, lead, layout.inner);
      profile.paint(next);
      setText(summary, describeStrip(shown));
    }
  };
}

/** Where a key leads: along the text, or to the nearest token of the line above or below. */
function moved(
  { shown, selection }: Scene,
  tokens: readonly Token[],
  rightToLeft: boolean,
  key: string
): number | null {
  const from = selection.queries.at(-1) ?? shown.queries[0] ?? 0;
  const onwards = rightToLeft ? 'ArrowLeft' : 'ArrowRight';
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowRight':
      return step(shown.queries, from, key === onwards ? 1 : -1);
    case 'Home':
      return shown.queries[0] ?? null;
    case 'End':
      return shown.queries.at(-1) ?? null;
    case 'Enter':
    case ' ':
      return from;
    case 'ArrowUp':
    case 'ArrowDown':
      return onNextLine(shown.queries, tokens, from, key === 'ArrowUp' ? -1 : 1);
    default:
      return null;
  }
}

function onNextLine(queries: Int32Array, tokens: readonly Token[], from: number, by: 1 | -1): number {
  const here = tokens[from]?.element;
  if (here === undefined) {
    return from;
  }
  const middle = (element: HTMLElement) => element.offsetLeft + element.offsetWidth / 2;
  const beyond = [...queries].flatMap(query => {
    const element = tokens[query]?.element;
    return element !== undefined && (element.offsetTop - here.offsetTop) * by > 0 ? [{ query, element }] : [];
  });
  const distance = ({ element }: { element: HTMLElement }) =>
    Math.abs(element.offsetTop - here.offsetTop) * 1e4 + Math.abs(middle(element) - middle(here));
  const [nearest] = beyond.sort((a, b) => distance(a) - distance(b));
  return nearest?.query ?? from;
}

function buildTokens(
  stage: Stage,
  list: HTMLElement,
  values: readonly StripToken[],
  { shown }: Scene
): readonly Token[] {
  const { create } = stage;
  list.dir = RIGHT_TO_LEFT.test(shown.document.text) ? 'rtl' : 'ltr';
  list.replaceChildren();
  const tokens: Token[] = [];
  let word: HTMLElement | null = null;
  const label = (text: string) =>
    list.append(create('span', { className: 'bs-segment', text, attributes: { 'aria-hidden': 'true' } }));
  if (shown.pair) {
    label('A');
  }
  values.forEach((value, index) => {
    if (index > 0 && value.segment !== values[index - 1]?.segment) {
      list.append(create('span', { className: 'bs-break', attributes: { role: 'presentation' } }));
      label('B');
    }
    const joined = values[index + 1]?.continues === true;
    if (word === null || !value.continues) {
      word = create('span', { className: 'bs-word', attributes: { role: 'presentation' } });
      word.dir = RIGHT_TO_LEFT.test(value.text) ? 'rtl' : 'ltr';
      list.append(word);
    }
    const token = buildToken(stage, value, joined);
    word.append(token.element);
    tokens.push(token);
  });
  if (!shown.many) {
    const legend = create(
      'span',
      { className: 'bs-legend', attributes: { 'aria-hidden': 'true' } },
      create('span', { className: 'bs-attention', text: 'attention' }),
      create('span', { className: 'bs-attribution', text: 'attribution' })
    );
    const tail = create('span', { className: 'bs-tail', attributes: { role: 'presentation' } });
    const last = list.lastElementChild;
    list.append(tail);
    tail.append(...(last === null ? [] : [last]), legend);
  }
  return tokens;
}

function buildToken(stage: Stage, value: StripToken, joined: boolean): Token {
  const { create } = stage;
  const bar = (className: string): BarElement => {
    const number = create('span', { className: 'bs-number' });
    return { number, element: create('i', { className, attributes: { 'aria-hidden': 'true' } }, number) };
  };
  const attention = bar('bs-up');
  const attribution = bar('bs-down');
  const text = create('bdi', {
    className: 'bs-text',
    text: value.text,
    attributes: { 'data-text': value.text }
  });
  const element = create(
    'button',
    {
      className: 'bs-token',
      attributes: { type: 'button', role: 'option', 'data-item': String(value.item), title: value.title }
    },
    attention.element,
    text,
    attribution.element
  );
  toggleClass(element, 'bs-special', value.special);
  toggleClass(element, 'bs-continues', value.continues);
  toggleClass(element, 'bs-joined', joined);
  toggleClass(element, 'bs-long', value.text.length > LONG);
  return { element, attention, attribution };
}

/**
 * A bar as a share of a full one, in whole device pixels so that its end is sharp; what would be hardly a pixel is one.
 *
 * @param fullBar CSS pixels
 */
export function barScale(length: number, fullBar: number, ratio: number): number {
  const pixels = length * fullBar * ratio;
  const whole = pixels < 1 && pixels > 0.1 ? 1 : Math.round(pixels);
  return whole / (fullBar * ratio);
}

function paintToken(
  token: Token,
  value: StripToken,
  leads: boolean,
  scale: (length: number) => number
): void {
  const { element } = token;
  toggleClass(element, 'bs-off', value.off);
  toggleClass(element, 'bs-selected', value.selected);
  toggleClass(element, 'bs-pointed', value.hovered && !value.selected);
  toggleClass(element, 'bs-marked', value.marked);
  setAttribute(element, 'aria-selected', String(value.selected));
  setAttribute(element, 'aria-disabled', value.off ? 'true' : null);
  element.tabIndex = leads ? 0 : -1;
  paintBar(token.attention, value.attention, scale);
  paintBar(token.attribution, value.attribution, scale);
}

function paintBar({ element, number }: BarElement, bar: Bar | null, scale: (length: number) => number): void {
  const length = scale(bar?.length ?? 0).toFixed(4);
  if (element.style.getPropertyValue('--bs-length') !== length) {
    element.style.setProperty('--bs-length', length);
  }
  toggleClass(element, 'bs-broken', bar?.broken === true);
  setText(number, bar?.number ?? '');
}
