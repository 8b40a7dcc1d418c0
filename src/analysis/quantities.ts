// Whatever heads have one number of, as data: how it is called, which way it points, its unit and range.

import { MEASURE } from './measures';
import {
  MEASURES,
  PATTERNS,
  SIDES,
  type MeasureName,
  type PatternName,
  type QuantityName,
  type Side
} from './options';
import { PATTERN } from './patterns';

export interface Quantity {
  readonly name: QuantityName;
  /** As read on controls and axes. */
  readonly label: string;
  /** Large values: the two agree, are far apart, or there is simply much of it. */
  readonly sense: 'agreement' | 'distance' | 'amount';
  /** A share is a fraction of 1; the empty unit is a bare coefficient. */
  readonly unit: '' | 'nats' | 'share' | 'tokens';
  readonly range: readonly [low: number, high: number];
  readonly of: QuantityKind;
}

export type QuantityKind =
  | { readonly kind: 'measure'; readonly measure: MeasureName }
  | { readonly kind: 'pattern'; readonly side: Side; readonly pattern: PatternName }
  | { readonly kind: 'error' }
  | { readonly kind: 'spread'; readonly base: Quantity };

/** What `QuantityName` holds, for those who gave something else. */
export const QUANTITY_CHOICES = [
  ...MEASURES,
  'error',
  ...SIDES.map(side => `${side}.PATTERN`),
  `spread.NAME (PATTERN: ${PATTERNS.join(', ')})`
].join(', ');

/** Those that rows have too. */
const OF_ROWS: readonly Quantity[] = [
  ...MEASURES.map((name): Quantity => {
    const { label, sense, unit, range } = MEASURE[name];
    return { name, label, sense, unit, range, of: { kind: 'measure', measure: name } };
  }),
  ...SIDES.flatMap(side => PATTERNS.map(pattern => ofPattern(side, pattern)))
];

const ERROR: Quantity = {
  name: 'error',
  label: 'Error of attribution',
  sense: 'amount',
  unit: 'share',
  range: [0, Infinity],
  of: { kind: 'error' }
};

const ALL: ReadonlyMap<string, Quantity> = new Map(
  [...OF_ROWS, ERROR, ...OF_ROWS.map(spreadOf)].map(quantity => [quantity.name, quantity])
);

export function isQuantity(name: unknown): name is QuantityName {
  return typeof name === 'string' && ALL.has(name);
}

export function quantityOf(name: QuantityName): Quantity {
  const quantity = ALL.get(name);
  if (quantity === undefined) {
    throw new RangeError(`there is no quantity ${name}`);
  }
  return quantity;
}

/** The measure that heads are put in order of mismatch by: the one that is shown, or the first. */
export function measureOf(name: QuantityName): MeasureName {
  const { of } = quantityOf(name);
  return of.kind === 'measure' ? of.measure : of.kind === 'spread' ? measureOf(of.base.name) : MEASURES[0];
}

/** The spread over queries of what is shown; what has none is spread itself, or has no rows. */
export function spreadName(name: QuantityName): QuantityName {
  const spread = `spread.${name}`;
  return isQuantity(spread) ? spread : name;
}

/** How a side reads in a title. */
export function sideOf({ of }: Quantity): Side | null {
  return of.kind === 'pattern' ? of.side : of.kind === 'spread' ? sideOf(of.base) : null;
}

function ofPattern(side: Side, pattern: PatternName): Quantity {
  const { of, unit } = PATTERN[pattern];
  return {
    name: `${side}.${pattern}`,
    label: capital(of(side)),
    sense: 'amount',
    unit,
    range: [0, unit === 'share' ? 1 : Infinity],
    of: { kind: 'pattern', side, pattern }
  };
}

function spreadOf(base: Quantity): Quantity {
  return {
    // Every name that has rows has a spread.
    name: `spread.${base.name}` as QuantityName,
    label: `Spread of ${base.of.kind === 'pattern' ? PATTERN[base.of.pattern].of(base.of.side) : base.label}`,
    sense: 'amount',
    unit: base.unit,
    range: [0, Infinity],
    of: { kind: 'spread', base }
  };
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
