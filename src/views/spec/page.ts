// A whole page, or one of its figures, as a single drawing: for files, the command line, and the picture in a notebook.

import type { StoryData, StoryStatus } from '../../story/data';
import type { Figure, Mark, TextMark } from './figure';
import { ellipsis } from './format';
import { layoutPage, overviewAlone, TICK_SIZE } from './layout';
import { ledeOf, ledeText } from './lede';
import { filled, placed, textAt } from './marks';
import { multiplesSection, overviewSection, triptychSection, type Context } from './sections';
import { sentenceLines, wrapped } from './sentence';
import { show, type Shown } from './shown';
import { SECTIONS, type SectionName, type ViewState } from './state';
import { statusOf, statusText } from './status';
import { stripFigure } from './strip-figure';
import { dejavuWidth, type MeasureText } from './text-width';
import type { Theme } from './theme';
import { infoLine } from './titles';

export const FIGURE_NAMES = ['page', 'strip', 'heads', 'curve', 'head', 'patterns', 'measures'] as const;
export type FigureName = (typeof FIGURE_NAMES)[number];

/** As read where one is chosen. */
export const FIGURE_LABELS: Readonly<Record<FigureName, string>> = {
  page: 'Whole view',
  strip: 'Sentence and tokens',
  heads: 'All heads',
  curve: 'Curve by layer',
  head: 'Maps of the head',
  patterns: 'Patterns',
  measures: 'All measures'
};

/** Files are drawn for two device pixels a pixel. */
const FILE_DPR = 2;
const LEAST_WIDTH = 320;
const TOP = 14;
const BOTTOM = 10;
const SMALL_LINE = 16;

/**
 * @param width CSS pixels, 320 at least; the height follows
 * @param measure of the font that the file will be drawn with
 */
export function figure(
  name: FigureName,
  data: StoryData,
  status: StoryStatus,
  state: ViewState,
  theme: Theme,
  width: number,
  measure: MeasureText = dejavuWidth
): Figure {
  const shown = shownIn(name, data, status, state);
  const layout = layoutPage(shown, Math.max(LEAST_WIDTH, width), measure, FILE_DPR);
  const context: Context = { shown, theme, layout, measure };
  switch (name) {
    case 'page':
      return page(context);
    case 'heads':
    case 'curve': {
      const section = overviewSection(context, overviewAlone(shown, layout.inner), name);
      return stacked(context, [section, provenance(context)], [12], section.summary);
    }
    case 'strip': {
      const strip = stripFigure(shown, theme, layout.inner, measure);
      const summary = `${ledeText(shown)} ${strip.summary}`;
      return stacked(context, [lede(context), strip, provenance(context)], [10, 12], summary);
    }
    case 'patterns':
    case 'measures': {
      const section = multiplesSection(context, name);
      return stacked(context, [section, provenance(context)], [12], section.summary);
    }
    case 'head': {
      const whole = layoutPage(shown, Math.min(layout.width, 1159), measure, FILE_DPR);
      const section = triptychSection({ ...context, layout: whole });
      return stacked(
        { ...context, layout: whole },
        [lede(context), section, provenance(context)],
        [12, 12],
        section.summary
      );
    }
  }
}

/** What a figure shows of a state: a section that is a figure of its own is open in it. */
export function shownIn(name: FigureName, data: StoryData, status: StoryStatus, state: ViewState): Shown {
  return show(data, status, isSection(name) ? { ...state, open: [name] } : state);
}

function isSection(name: string): name is SectionName {
  return (SECTIONS as readonly string[]).includes(name);
}

function page(context: Context): Figure {
  const { shown, theme, layout, measure } = context;
  const overview = overviewSection(context, layout.overview, 'both');
  const triptych = triptychSection(context);
  const strip = stripFigure(shown, theme, layout.inner, measure);
  const plots =
    layout.size === 'L'
      ? [beside(overview, triptych, layout.overview.width + layout.between)]
      : [overview, triptych];
  const open = SECTIONS.filter(name => shown.multiples[name] !== null).map(name =>
    multiplesSection(context, name)
  );
  const parts = [info(context), lede(context), strip, ...plots, ...open, statusFigure(context)];
  const gaps = [6, 10, 18, ...[...plots, ...open].slice(1).map(() => 18), 12];
  const summary = [ledeText(shown), ...[strip, overview, triptych, ...open].map(part => part.summary)].join(
    ' '
  );
  return stacked(context, parts, gaps, summary);
}

/** One below the other, with `gaps[i]` pixels after the i-th, inside the page's padding. */
function stacked(
  context: Context,
  parts: readonly Figure[],
  gaps: readonly number[],
  summary: string
): Figure {
  const { theme, layout } = context;
  let y = TOP;
  const all = parts.map((part, i) => {
    const at = placed(part, layout.pad, y);
    y += part.height + (gaps[i] ?? 0);
    return at;
  });
  return {
    width: layout.width,
    height: Math.ceil(y + BOTTOM),
    background: theme.background,
    font: theme.font,
    panels: all.flatMap(part => part.panels),
    marks: all.flatMap(part => part.marks),
    summary
  };
}

function beside(left: Figure, right: Figure, x: number): Figure {
  const moved = placed(right, x, 0);
  return {
    ...left,
    width: x + right.width,
    height: Math.max(left.height, right.height),
    panels: [...left.panels, ...moved.panels],
    marks: [...left.marks, ...moved.marks]
  };
}

function block(context: Context, height: number, marks: readonly Mark[]): Figure {
  const { theme, layout } = context;
  return { width: layout.inner, height, background: null, font: theme.font, panels: [], marks, summary: '' };
}

function info(context: Context): Figure {
  const { shown, theme, layout, measure } = context;
  const line = ellipsis(infoLine(shown), text => measure(text, TICK_SIZE, 400) <= layout.inner);
  return block(context, 24, [{ kind: 'texts', texts: [textAt(0, 16, line, { colour: theme.ink2 })] }]);
}

function lede(context: Context): Figure {
  const { shown, theme, layout, measure } = context;
  const type = layout.size === 'S' ? { size: 15, lineHeight: 22 } : { size: 17, lineHeight: 26 };
  const texts = sentenceLines(ledeOf(shown), theme, layout.inner, type, measure);
  return block(context, texts.length * type.lineHeight, [{ kind: 'texts', texts }]);
}

/** Hairline, dot and sentence; a file has no actions. */
function statusFigure(context: Context): Figure {
  const { shown, theme, layout } = context;
  const line = statusOf(shown.document, shown.status);
  const colours = { good: theme.good, busy: theme.busy, idle: theme.ink2, failed: theme.failed };
  const texts = smallLines(context, statusText(line), 15, 22);
  return block(context, 12 + texts.length * SMALL_LINE, [
    filled([{ x: 0, y: 0, width: layout.inner, height: 1 }], theme.hairline),
    filled([{ x: 0, y: 14.5, width: 7, height: 7 }], colours[line.tone], 3.5),
    { kind: 'texts', texts }
  ]);
}

/** Under a figure that stands alone: which model, which text length, how good the attribution is. */
function provenance(context: Context): Figure {
  const { shown } = context;
  const line = `${infoLine(shown)} · ${statusText(statusOf(shown.document, shown.status))}`;
  const texts = smallLines(context, line, 0, 12);
  return block(context, texts.length * SMALL_LINE, [{ kind: 'texts', texts }]);
}

function smallLines(context: Context, text: string, x: number, y: number): readonly TextMark[] {
  const { theme, layout, measure } = context;
  // An ellipsis does not begin a line.
  const whole = text.replace(/ …/g, '\u00a0…');
  return wrapped(whole, layout.inner - x, TICK_SIZE, measure).map((line, i) =>
    textAt(x, y + i * SMALL_LINE, line, { colour: theme.ink2 })
  );
}
