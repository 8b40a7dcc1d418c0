// How a quantity of heads looks: its numbers, its ramp, the colour of its dots, and what it is called over grid and curve.

import { PATTERN } from '../../analysis/patterns';
import { sideOf, type Quantity } from '../../analysis/quantities';
import { axisNumber, keyNumber, measureNumber, percent, THIN } from './format';
import type { RampName } from './ramps';
import type { Theme } from './theme';
import { withAlpha } from './theme';

/** Whether its numbers are read as percent. */
function inPercent({ sense, unit }: Quantity): boolean {
  return sense === 'amount' && unit === 'share';
}

/** A value in sentences and tables. */
export function quantityNumber(quantity: Quantity, value: number): string {
  if (inPercent(quantity)) {
    return percent(value);
  }
  return quantity.unit === 'tokens' && value >= 9.95 ? value.toFixed(1) : measureNumber(value);
}

/** A value at an axis or at the ends of a key. */
export function keyEnd(quantity: Quantity, value: number): string {
  return inPercent(quantity) && value > 0 ? `${keyNumber(value)}${THIN}%` : axisNumber(value);
}

export function quantityRamp(quantity: Quantity): RampName {
  return sideOf(quantity) ?? 'mismatch';
}

/** Dots of heads and the band of their spread. */
export function quantityColours(
  quantity: Quantity,
  theme: Theme
): { readonly dots: string; readonly band: string } {
  switch (sideOf(quantity)) {
    case 'attention':
      return { dots: theme.attentionBar, band: withAlpha(theme.attentionBar, theme.dark ? 0.14 : 0.1) };
    case 'attribution':
      return { dots: theme.attributionBar, band: withAlpha(theme.attributionBar, theme.dark ? 0.14 : 0.1) };
    case null:
      return { dots: theme.dots, band: theme.band };
  }
}

/** Over the grid, beside its key. */
export function gridName({ of }: Quantity): string {
  switch (of.kind) {
    case 'measure':
      return 'Mismatch';
    case 'pattern':
      return PATTERN[of.pattern].label;
    case 'error':
      return 'Error';
    case 'spread':
      return 'Spread';
  }
}

/** Over the curve. */
export function curveTitle(quantity: Quantity): string {
  switch (quantity.sense) {
    case 'agreement':
      return 'Agreement by layer';
    case 'distance':
      return 'Mismatch by layer';
    case 'amount':
      return `${quantity.label} by layer`;
  }
}
