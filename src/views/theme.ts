// The page's theme as resolved values, and word of every change of it.

import { formatRgb, rgb, wcagLuminance } from 'culori';
import { creator } from './dom';
import type { MeasureText } from './spec/text-width';
import { themeOf, type Theme } from './spec/theme';

/** Below this luminance a background counts as dark. */
const DARK_BELOW = 0.5;

/**
 * What the page makes of the view's colours and font.
 *
 * @param root the view, in the page, with the style sheet's background, colour and font
 */
export function resolveTheme(root: HTMLElement): Theme {
  const style = root.ownerDocument.defaultView?.getComputedStyle(root);
  const background = colour(style?.backgroundColor);
  const ink = colour(style?.color);
  const dark = background !== null && wcagLuminance(background) < DARK_BELOW;
  return themeOf(dark, {
    ...(background === null ? {} : { background }),
    ...(ink === null ? {} : { ink }),
    ...(style?.fontFamily ? { font: style.fontFamily } : {})
  });
}

/** As `rgb(…)` or `rgba(…)`, which every drawer reads; null for what is transparent or no colour. */
function colour(css: string | undefined): string | null {
  const parsed = rgb(css ?? '');
  return parsed === undefined || parsed.alpha === 0 ? null : (formatRgb(parsed) ?? null);
}

export interface Theming {
  /** Resolved anew after a change of the page's theme. */
  current(): { readonly theme: Theme; readonly measure: MeasureText };
}

/** @param changed is called when the theme is another than the one last resolved */
export function createTheming(root: HTMLElement, changed: () => void, signal: AbortSignal): Theming {
  let known: { readonly theme: Theme; readonly measure: MeasureText } | null = null;
  watchTheme(
    root,
    () => {
      const before = JSON.stringify(known?.theme);
      if (known !== null && JSON.stringify(resolveTheme(root)) !== before) {
        known = null;
        changed();
      }
    },
    signal
  );
  return {
    current() {
      if (known === null) {
        const theme = resolveTheme(root);
        known = { theme, measure: pageMeasure(root.ownerDocument, theme.font) };
      }
      return known;
    }
  };
}

/**
 * Calls back when the computed background or ink changes, whatever changed it. A transition too short to be seen
 * tells of it: no other event does when a style sheet is swapped.
 */
export function watchTheme(root: HTMLElement, changed: () => void, signal: AbortSignal): void {
  const sentinel = creator(root.ownerDocument)('span', {
    className: 'bs-sentinel',
    attributes: { 'aria-hidden': 'true' }
  });
  root.append(sentinel);
  // All three: pages that hide their content while they swap the sheet cancel what they began.
  for (const event of ['transitionrun', 'transitioncancel', 'transitionend']) {
    sentinel.addEventListener(event, changed, { signal });
  }
  signal.addEventListener('abort', () => sentinel.remove(), { once: true });
}

/** Widths of texts in the view's font. */
export function pageMeasure(document: Document, font: string): MeasureText {
  const context = document.createElement('canvas').getContext('2d');
  const widths = new Map<string, number>();
  return (text, size, weight) => {
    if (context === null) {
      return text.length * size * 0.6;
    }
    const key = `${size} ${weight} ${text}`;
    const known = widths.get(key);
    if (known !== undefined) {
      return known;
    }
    context.font = `${weight} ${size}px ${font}`;
    const { width } = context.measureText(text);
    widths.set(key, width);
    return width;
  };
}
