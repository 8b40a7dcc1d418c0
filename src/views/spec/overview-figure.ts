// Grid and curve in one figure, sharing the rows of the layers.

import { curveNotes, curvePanel } from './curve';
import { describeCurve, describeHeads } from './describe';
import type { Figure } from './figure';
import { headsNotes, headsPanel } from './heads';
import type { OverviewLayout } from './layout';
import { placeholder } from './marks';
import type { Shown } from './shown';
import { placeholders } from './status';
import type { MeasureText } from './text-width';
import type { Theme } from './theme';

export function overviewFigure(
  shown: Shown,
  theme: Theme,
  layout: OverviewLayout,
  measure: MeasureText
): Figure {
  const { grid, curve } = layout;
  const missing = placeholders(shown).overview;
  const area = { ...grid, width: curve.x + curve.width - grid.x };
  const notes = [...headsNotes(shown, theme, layout), ...curveNotes(shown, theme, layout, measure)];
  return {
    width: layout.width,
    height: layout.height,
    background: null,
    font: theme.font,
    panels: [headsPanel(shown, theme, layout), curvePanel(shown, theme, layout)],
    marks: missing === null ? [{ kind: 'texts', texts: notes }] : placeholder(area, missing, theme),
    summary: missing === null ? `${describeHeads(shown)} ${describeCurve(shown)}` : describeHeads(shown)
  };
}
