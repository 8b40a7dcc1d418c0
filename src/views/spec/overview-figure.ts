// Grid and curve in one figure, sharing the rows of the layers; or one of the two alone.

import { curveNotes, curvePanel } from './curve';
import { describeCurve, describeHeads } from './describe';
import type { Figure } from './figure';
import { headsNotes, headsPanel, layerNote } from './heads';
import type { OverviewLayout, Rect } from './layout';
import { labelled, placeholder } from './marks';
import type { Shown } from './shown';
import { placeholders } from './status';
import type { MeasureText } from './text-width';
import type { Theme } from './theme';

export type OverviewPart = 'both' | 'heads' | 'curve';

export function overviewFigure(
  shown: Shown,
  theme: Theme,
  layout: OverviewLayout,
  measure: MeasureText,
  part: OverviewPart = 'both'
): Figure {
  const missing = placeholders(shown).overview;
  const withGrid = part !== 'curve';
  const withCurve = part !== 'heads';
  const curve = curvePanel(shown, theme, layout);
  const panels = [
    ...(withGrid ? [headsPanel(shown, theme, layout)] : []),
    ...(withCurve
      ? [
          withGrid || missing !== null
            ? curve
            : { ...curve, yAxis: labelled(curve.yAxis, layout.layerLabels) }
        ]
      : [])
  ];
  const notes = [
    ...(withGrid ? headsNotes(shown, theme, layout, measure) : [layerNote(theme, layout.curve)]),
    ...(withCurve ? curveNotes(shown, theme, layout, measure) : [])
  ];
  return {
    width: layout.width,
    height: layout.height,
    background: null,
    font: theme.font,
    panels,
    marks:
      missing === null
        ? [{ kind: 'texts', texts: notes }]
        : placeholder(areaOf(layout, part), missing, theme),
    summary: summaryOf(shown, part)
  };
}

function areaOf({ grid, curve }: OverviewLayout, part: OverviewPart): Rect {
  switch (part) {
    case 'both':
      return { ...grid, width: curve.x + curve.width - grid.x };
    case 'heads':
      return grid;
    case 'curve':
      return curve;
  }
}

function summaryOf(shown: Shown, part: OverviewPart): string {
  switch (part) {
    case 'both':
      return shown.overview ? `${describeHeads(shown)} ${describeCurve(shown)}` : describeHeads(shown);
    case 'heads':
      return describeHeads(shown);
    case 'curve':
      return describeCurve(shown);
  }
}
