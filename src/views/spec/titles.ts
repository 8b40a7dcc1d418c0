// The words around the figures: info line, section titles and notes, column titles, and the keys of the colours.

import { quantityOf } from '../../analysis/quantities';
import { keyNumber, MINUS, percent, points, THIN } from './format';
import { headName } from './names';
import { curveTitle, keyEnd, quantityNumber } from './quantity';
import { scaleShare } from './ramps';
import { placeholders } from './status';
import type { Shown } from './shown';
import type { SectionName } from './state';

export interface SectionTitle {
  readonly title: string;
  readonly note: string;
}

/** `all-MiniLM-L6-v2 · 14 pieces · 6 layers × 12 heads` */
export function infoLine(shown: Shown): string {
  const { document, items, layers, heads, state } = shown;
  const unit = state.switches.units === 'words' ? 'word' : 'piece';
  const cut = document.truncated ? ` · ${counted(document.truncated.pieces, 'piece')} left out` : '';
  const size = `${counted(layers, 'layer')} × ${counted(heads, 'head')}`;
  return `${document.model.id} · ${counted(items.length, unit)}${cut} · ${size}`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** @param short leaves the measure out where its control stands beside the title (L) */
export function overviewTitle(shown: Shown, short: boolean): SectionTitle {
  const { overview, measured } = shown;
  if (overview === null || shown.empty) {
    return { title: 'All heads', note: '' };
  }
  const { measure, missingRows } = overview;
  const compared = measure.of.kind === 'measure' ? ' of attention and attribution' : '';
  const unit = measure.unit === 'nats' || measure.unit === 'tokens' ? `, ${measure.unit}` : '';
  const what = short ? '' : `${measure.label}${unit}${unit && compared ? ',' : ''}${compared}, `;
  const lacking = measure.of.kind === 'measure' ? 'spread' : 'a value';
  const spread = missingRows > 0 ? `, ${counted(missingRows, 'row')} without ${lacking} left out` : '';
  const over = `${measure.of.kind === 'spread' ? 'standard deviation' : 'mean'} over ${measured} ${measured === 1 ? 'query' : 'queries'}`;
  return { title: 'All heads', note: `${what}${over}${spread}` };
}

export function curveName(shown: Shown): string {
  return curveTitle(shown.overview?.measure ?? quantityOf(shown.state.measure));
}

export function triptychTitle(shown: Shown): SectionTitle {
  const { group, overview, heads } = shown;
  const preview = shown.hover.head === null ? [] : ['preview'];
  if (group.length > 1) {
    const more = group.length > 4 ? ' …' : '';
    return {
      title: `Heads ${group.slice(0, 4).map(headName).join(', ')}${more} · ${shown.state.group}`,
      note: preview.join('')
    };
  }
  const [layer, head] = group[0] ?? [0, 0];
  const index = layer * heads + head;
  const numbers =
    overview && !shown.empty
      ? [
          `${overview.measure.label} ${quantityNumber(overview.measure, overview.values[index] ?? NaN)}`,
          `layer mean ${quantityNumber(overview.measure, overview.mean[layer] ?? NaN)}`,
          `rank ${overview.ranks[index] ?? 0} of ${overview.values.length}`
        ]
      : [];
  return { title: `Head ${layer}.${head}`, note: [...numbers, ...preview].join(' · ') };
}

/** The title line of a section that can be opened. */
export function multiplesTitle(shown: Shown, section: SectionName): SectionTitle {
  const over = 'by layer, mean ±1 sd over heads';
  const series = shown.multiples[section]?.flatMap(one => one.series) ?? [];
  const estimated = series.some(({ half }) => half.some(one => one > 0));
  const error = estimated ? ', bar = 95 % error' : '';
  return section === 'patterns'
    ? { title: 'Patterns', note: `what heads attend to and depend on, ${over}${error}` }
    : { title: 'All measures', note: `of attention and attribution, ${over}${error}` };
}

/** Values of the cell that is pinned or pointed at, to stand beside the names of the maps; null: none. */
export function cellReading(
  shown: Shown
): { readonly attention: string; readonly attribution: string; readonly difference: string } | null {
  const { reading, hover, pin, sources } = shown;
  const source = hover.source ?? pin;
  const column = source === null ? -1 : sources.indexOf(source);
  if (reading === null || column < 0 || shown.empty) {
    return null;
  }
  const attention = reading.attention[column] ?? NaN;
  const attribution = reading.attribution?.[column] ?? NaN;
  return {
    attention: percent(attention),
    attribution: reading.attribution ? percent(attribution) : '',
    difference: reading.attribution ? points(attribution - attention) : ''
  };
}

/** A key: what stands left and right of the strip of colours, and where along the ramp each of its steps lies. */
export interface ColourKey {
  readonly low: string;
  readonly high: string;
  /** Places on the ramp: −1 … 1 where signed, else 0 … 1. */
  readonly steps: readonly number[];
  readonly signed: boolean;
}

const KEY_STEPS = 52;

/** null while there is nothing to key. */
export function mismatchKey(shown: Shown): ColourKey | null {
  const { overview } = shown;
  if (overview === null || shown.empty) {
    return null;
  }
  const { same, far } = overview.axis;
  return {
    low: keyEnd(overview.measure, same),
    high: keyEnd(overview.measure, far),
    steps: steps(0, false),
    signed: false
  };
}

/** Keys of the three maps; `side` decides how much is said. */
export function mapKeys(
  shown: Shown,
  side: number
): readonly [ColourKey | null, ColourKey | null, ColourKey | null] {
  const { maps, sqrt } = shown;
  if (maps === null || shown.empty) {
    return [null, null, null];
  }
  const { domain, differenceDomain } = maps;
  const share: ColourKey = {
    low: '0',
    high: `${domain.beyond ? '≥' : ''}${keyNumber(domain.top)}${THIN}%`,
    steps: steps(0, sqrt),
    signed: false
  };
  const end = keyNumber(differenceDomain.top);
  const narrow = side < 224;
  const difference: ColourKey = {
    low: narrow ? '' : `${differenceDomain.beyond ? '≤' : ''}${MINUS}${end}`,
    high: narrow ? `±${end}` : `${differenceDomain.beyond ? '≥' : ''}+${end}${THIN}pts`,
    steps: steps(-1, sqrt),
    signed: true
  };
  const attribution = placeholders(shown).maps === null;
  return [share, attribution && side >= 150 ? share : null, attribution ? difference : null];
}

function steps(low: -1 | 0, sqrt: boolean): readonly number[] {
  return Array.from({ length: KEY_STEPS }, (_, i) =>
    scaleShare(low + ((1 - low) * (i + 0.5)) / KEY_STEPS, sqrt)
  );
}
