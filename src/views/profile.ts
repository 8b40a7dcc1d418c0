// All tokens of a long text at once: a mirrored profile on a canvas, with a line at the query.

import { isExtending } from './dom';
import type { Part, Scene, Stage } from './part';
import { extendQueries, selectQueries } from './spec/select';
import { profileOf } from './spec/strip';

const HEIGHT = 56;
/** Between bars wider than this lies a gap of one pixel. */
const GAP_ABOVE = 3;

export function createProfile(stage: Stage): Part {
  const { create, signal, window } = stage;
  const element = create('canvas', { className: 'bs-profile', attributes: { 'aria-hidden': 'true' } });
  let scene: Scene | null = null;
  let width = 0;

  const at = (event: MouseEvent): number | null => {
    if (scene === null) {
      return null;
    }
    const { items } = scene.shown;
    const item = Math.floor((event.offsetX / Math.max(1, element.clientWidth)) * items.length);
    return item >= 0 && item < items.length ? item : null;
  };
  element.addEventListener(
    'pointermove',
    event => {
      const item = at(event);
      stage.hover({ source: item !== null && scene?.shown.sources.includes(item) === true ? item : null });
    },
    { signal }
  );
  element.addEventListener('pointerleave', () => stage.hover({ source: null }), { signal });
  element.addEventListener(
    'click',
    event => {
      const item = at(event);
      if (item !== null && scene?.shown.queries.includes(item) === true) {
        stage.change(({ state, selection }) =>
          isExtending(event) ? extendQueries(state, selection, item) : selectQueries(state, [item])
        );
      }
    },
    { signal }
  );

  return {
    element,
    paint(next) {
      scene = next;
      element.hidden = !next.shown.many;
      const context = next.shown.many ? element.getContext('2d') : null;
      if (context === null) {
        return;
      }
      const ratio = window.devicePixelRatio;
      const inner = next.layout.inner;
      const pixels = Math.round(inner * ratio);
      if (element.width !== pixels || width !== inner) {
        width = inner;
        element.width = pixels;
        element.height = Math.round(HEIGHT * ratio);
        element.style.width = `${inner}px`;
        element.style.height = `${HEIGHT}px`;
      }
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      draw(context, next, inner);
    }
  };
}

function draw(context: CanvasRenderingContext2D, { shown, theme }: Scene, width: number): void {
  const { attention, attribution, query } = profileOf(shown);
  const step = width / attention.length;
  const bar = Math.max(1, step - (step > GAP_ABOVE ? 1 : 0));
  const middle = HEIGHT / 2;
  const full = middle - 2;
  context.clearRect(0, 0, width, HEIGHT);
  context.fillStyle = theme.hairline;
  context.fillRect(0, middle - 0.5, width, 1);
  context.fillStyle = theme.attentionBar;
  attention.forEach((length, i) =>
    context.fillRect(i * step, middle - 1 - length * full, bar, length * full)
  );
  context.fillStyle = theme.attributionBar;
  attribution?.forEach((length, i) => context.fillRect(i * step, middle + 1, bar, length * full));
  const { source } = shown.hover;
  if (source !== null) {
    context.fillStyle = theme.ink2;
    context.fillRect(source * step + bar / 2 - 0.5, 0, 1, HEIGHT);
  }
  if (query !== null) {
    context.fillStyle = theme.ink;
    context.fillRect(query * step + bar / 2 - 1, 0, 2, HEIGHT);
  }
}
