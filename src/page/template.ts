// A story's page out of the built template: every text is escaped for the place it stands in.

import { escapeMarkup } from '../core/markup';
import type { Carrier } from '../story/carrier';

/** Ids in the template. */
export const HOST_ID = 'view';
export const STORY_ID = 'story';

export interface PageParts {
  readonly title: string;
  readonly heading: string;
  /** What the first sentence of the view says, for those who run no scripts. */
  readonly lede: string;
  /** SVG of the view as it was saved, for the same. */
  readonly picture: string;
  /** Terms and what is to be said of them, under the view. */
  readonly provenance: readonly (readonly [term: string, text: string])[];
  readonly carrier: Carrier;
}

/**
 * @param template src/page/page.html with script and styles in it, as scripts/build-page.mjs makes it
 * @throws Error where the template lacks a place, or has one that is unknown
 */
export function fillTemplate(template: string, parts: PageParts): string {
  const filled: Readonly<Record<keyof PageParts, string>> = {
    title: escaped(parts.title),
    heading: escaped(parts.heading),
    lede: escaped(parts.lede),
    picture: parts.picture,
    provenance: parts.provenance
      .map(([term, text]) => `<div><dt>${escaped(term)}</dt><dd dir="auto">${escaped(text)}</dd></div>`)
      .join('\n'),
    carrier: `<script type="application/json" id="${STORY_ID}">${scriptJson(parts.carrier)}</script>`
  };
  const missing = new Set<string>(Object.keys(filled));
  // Only the template's own places are filled: what is put in is never looked at again.
  const page = template.replaceAll(/<!--bertstory:(\w+)-->/g, (place, name: string) => {
    if (!isPart(filled, name)) {
      throw new Error(`the template of the page has the place ${place}, which is unknown`);
    }
    missing.delete(name);
    return filled[name];
  });
  if (missing.size > 0) {
    throw new Error(`the template of the page has no place for ${[...missing].join(', ')}`);
  }
  return page;
}

function isPart<T extends object>(parts: T, name: string): name is Extract<keyof T, string> {
  return Object.hasOwn(parts, name);
}

/** JSON that ends no script, begins no comment, and breaks no line of an old parser. */
function scriptJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(
    /[<>&\u2028\u2029]/g,
    sign => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`
  );
}

/** For text and attributes; what HTML does not allow becomes U+FFFD. */
function escaped(text: string): string {
  return escapeMarkup(
    text.replaceAll(/[^\t\n\u0020-\u007E\u00A0-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
  );
}
