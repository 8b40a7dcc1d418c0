// What the small panels by layer show, as sentences and as tables.

import { measureNumber } from './format';
import type { Multiple } from './multiples';
import { missingPanels } from './missing-panels';
import type { Overview } from './overview';
import { quantityNumber } from './quantity';
import type { Shown } from './shown';
import type { SectionName } from './state';
import type { Table } from './table';

export function describeMultiples(shown: Shown, section: SectionName): string {
  const missing = missingPanels(shown, section);
  if (missing !== null) {
    return `${section === 'patterns' ? 'Patterns' : 'Measures'} by layer: ${missing}.`;
  }
  const multiples = shown.multiples[section] ?? [];
  return section === 'patterns' ? describePatterns(multiples) : describeMeasures(multiples);
}

/** Where what heads look at and what they depend on differ most, both ways. */
function describePatterns(multiples: readonly Multiple[]): string {
  let local: Difference | null = null;
  let global: Difference | null = null;
  for (const { label, series, percent } of multiples) {
    const [attention, attribution] = series;
    if (attention === undefined || attribution === undefined || !percent) {
      continue;
    }
    attention.mean.forEach((a, layer) => {
      const g = attribution.mean[layer] ?? NaN;
      const found = { label, layer, attention, attribution, size: Math.abs(g - a) };
      if (a > g && found.size > (local?.size ?? 0)) {
        local = found;
      }
      if (g > a && found.size > (global?.size ?? 0)) {
        global = found;
      }
    });
  }
  const parts = [
    ...(local === null ? [] : [`Attention exceeds attribution most: ${tell(local)}.`]),
    ...(global === null ? [] : [`Attribution exceeds attention most: ${tell(global)}.`])
  ];
  return `Patterns by layer, means over heads and queries, attention against attribution. ${parts.join(' ')}`.trim();
}

interface Difference {
  readonly label: string;
  readonly layer: number;
  readonly attention: Overview;
  readonly attribution: Overview;
  readonly size: number;
}

function tell({ label, layer, attention, attribution }: Difference): string {
  const number = (series: Overview) => quantityNumber(series.measure, series.mean[layer] ?? NaN);
  return `${label} in layer ${layer}, attention ${number(attention)}, attribution ${number(attribution)}`;
}

function describeMeasures(multiples: readonly Multiple[]): string {
  const parts = multiples.flatMap(({ label, series: [one] }) => {
    if (one === undefined) {
      return [];
    }
    const last = one.layers - 1;
    return [`${label} ${measureNumber(one.mean[0] ?? NaN)} … ${measureNumber(one.mean[last] ?? NaN)}`];
  });
  return `All measures by layer, means over heads, first layer … last layer: ${parts.join(', ')}.`;
}

/** One row a layer; of a pattern a column for attention and one for attribution. */
export function multiplesTable(shown: Shown, section: SectionName): Table {
  const multiples = shown.multiples[section] ?? [];
  const series = multiples.flatMap(({ label, series: all }) =>
    all.map(one => ({
      one,
      title: one.measure.of.kind === 'pattern' ? `${label}, ${one.measure.of.side}` : label
    }))
  );
  return {
    caption: `${section === 'patterns' ? 'Patterns' : 'All measures'} by layer, means over heads`,
    columns: ['layer', ...series.map(({ title }) => title)],
    rows: Array.from({ length: series.length === 0 ? 0 : shown.layers }, (_, layer) => [
      String(layer),
      ...series.map(({ one }) => quantityNumber(one.measure, one.mean[layer] ?? NaN))
    ])
  };
}

/** Of one layer, for those who walk through the layers by keys. */
export function describeLayer(shown: Shown, section: SectionName, layer: number): string {
  const parts = (shown.multiples[section] ?? []).map(({ label, series }) => {
    const numbers = series.map(one => {
      const number = quantityNumber(one.measure, one.mean[layer] ?? NaN);
      return one.measure.of.kind === 'pattern' ? `${one.measure.of.side} ${number}` : number;
    });
    return `${label} ${numbers.join(', ')}`;
  });
  return [`Layer ${layer}`, ...parts].join('; ');
}
