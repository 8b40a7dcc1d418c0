// The line of Python that shows a view as it is: what differs from the default, as a dictionary.

import { DEFAULT_STATE, type ViewState } from './state';

/** `story.view = {"heads": [[5, 0]], "queries": [6]}` */
export function pythonOf(state: ViewState): string {
  const defaults = new Map<string, unknown>(Object.entries(DEFAULT_STATE));
  const fields = Object.entries(state).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(defaults.get(name))
  );
  return `story.view = ${literal(Object.fromEntries(fields))}`;
}

/** Of what JSON can hold. */
function literal(value: unknown): string {
  if (Array.isArray(value)) {
    return `[${value.map(literal).join(', ')}]`;
  }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(([name, inner]) => `${literal(name)}: ${literal(inner)}`);
    return `{${entries.join(', ')}}`;
  }
  switch (value) {
    case null:
    case undefined:
      return 'None';
    case true:
      return 'True';
    case false:
      return 'False';
    default:
      // Strings and numbers read the same in both languages.
      return JSON.stringify(value);
  }
}
