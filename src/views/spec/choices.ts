// What the controls of all heads offer: quantities in groups, and orders of heads.

import { MEASURES, SIDES, type PatternName, type QuantityName } from '../../analysis/options';
import { PATTERN } from '../../analysis/patterns';
import { quantityOf } from '../../analysis/quantities';
import { isExact } from '../../story/contents';
import type { Shown } from './shown';
import type { ViewState } from './state';

/** Patterns that are offered and drawn; others can be asked for from a program. */
const OFFERED: readonly PatternName[] = [
  'own',
  'previous',
  'next',
  'cls',
  'sep',
  'punctuation',
  'distance',
  'entropy_share'
];
/** Beside them where a text has two segments. */
const OF_PAIRS: readonly PatternName[] = ['same_segment'];

export interface Offers {
  readonly quantities: readonly {
    readonly group: string;
    readonly choices: readonly (readonly [QuantityName, string])[];
  }[];
  readonly orders: readonly {
    readonly group: string;
    readonly choices: readonly (readonly [ViewState['order'], string])[];
  }[];
  /** The order as one of those that are offered. */
  readonly order: ViewState['order'];
}

/** Patterns that say something about this text. */
export function patternsFor({ pair, state }: Pick<Shown, 'pair' | 'state'>): readonly PatternName[] {
  const { own, special } = state.switches;
  return [...OFFERED, ...(pair ? OF_PAIRS : [])].filter(
    name => !(name === 'own' && own === 'drop') && !((name === 'cls' || name === 'sep') && special !== 'keep')
  );
}

/** The same object as long as nothing changes, so that open lists are left alone. */
export function createOffers(): (shown: Shown) => Offers {
  let key = '';
  let offers: Offers = { quantities: [], orders: [], order: 'index' };
  return shown => {
    const { state, document } = shown;
    const estimated = !isExact(document);
    const now = JSON.stringify([patternsFor(shown), estimated, state.measure, state.order]);
    if (now !== key) {
      key = now;
      offers = offersOf(shown, estimated);
    }
    return offers;
  };
}

function offersOf(shown: Shown, estimated: boolean): Offers {
  const { measure, order } = shown.state;
  const named = (name: QuantityName) => [name, quantityOf(name).label] as const;
  const groups = [
    { group: 'Mismatch', choices: MEASURES.map(named) },
    ...SIDES.map(side => ({
      group: side === 'attention' ? 'Attention' : 'Attribution',
      choices: patternsFor(shown).map(name => named(`${side}.${name}`))
    })),
    ...(estimated ? [{ group: 'Estimate', choices: [named('error')] }] : [])
  ];
  const offered = groups.some(({ choices }) => choices.some(([name]) => name === measure));
  const amount = quantityOf(measure).sense === 'amount';
  return {
    quantities: offered ? groups : [...groups, { group: 'Chosen elsewhere', choices: [named(measure)] }],
    orders: [
      {
        group: '',
        choices: [
          ['index', 'heads in order'],
          ['mismatch', 'heads by mismatch'],
          ['spread', 'heads by spread'],
          ...(amount ? [['value', 'heads by value'] as const] : [])
        ]
      }
    ],
    order: order === 'value' && !amount ? 'mismatch' : order
  };
}

/** A short name of a pattern, for the title over its panel. */
export function patternLabel(name: PatternName): string {
  return PATTERN[name].label;
}
