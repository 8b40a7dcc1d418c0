// Whether the panels of a section are there, and if not why.

import type { Shown } from './shown';
import type { SectionName } from './state';
import { placeholders } from './status';

/** What stands in the place of all panels; null: some are there. */
export function missingPanels(shown: Shown, section: SectionName): string | null {
  const missing = placeholders(shown).overview;
  const here = (shown.multiples[section] ?? []).some(({ series }) => series.length > 0);
  if (missing !== null || here) {
    return missing;
  }
  return shown.status.saved ? 'not among what was saved' : 'on its way';
}
