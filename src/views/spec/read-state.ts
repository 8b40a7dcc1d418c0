// A view state that came from outside (Python, a file, a notebook), checked against the story it is for.

import * as v from 'valibot';
import { OWN, SPECIAL, UNITS, type QuantityName } from '../../analysis/options';
import { isQuantity, QUANTITY_CHOICES } from '../../analysis/quantities';
import { itemsOf } from '../../analysis/units';
import { StoryError } from '../../core/errors';
import type { StoryDocument } from '../../story/document';
import { DEFAULT_STATE, GROUPS, ORDERS, PAIRS, SECTIONS, type ViewState } from './state';

const index = v.pipe(v.number(), v.integer(), v.minValue(0));

const SCHEMA = v.strictObject({
  version: v.optional(v.literal(1), 1),
  heads: v.optional(v.nullable(v.pipe(v.array(v.strictTuple([index, index])), v.minLength(1))), null),
  queries: v.optional(v.nullable(v.pipe(v.array(index), v.minLength(1))), null),
  pin: v.optional(v.nullable(index), null),
  measure: v.optional(v.custom<QuantityName>(isQuantity, QUANTITY_CHOICES), DEFAULT_STATE.measure),
  order: v.optional(v.picklist(ORDERS), DEFAULT_STATE.order),
  switches: v.optional(
    v.strictObject({
      special: v.optional(v.picklist(SPECIAL), DEFAULT_STATE.switches.special),
      own: v.optional(v.picklist(OWN), DEFAULT_STATE.switches.own),
      units: v.optional(v.picklist(UNITS), DEFAULT_STATE.switches.units)
    }),
    DEFAULT_STATE.switches
  ),
  scale: v.optional(v.picklist(['auto', 'linear', 'sqrt']), DEFAULT_STATE.scale),
  group: v.optional(v.picklist(GROUPS), DEFAULT_STATE.group),
  pair: v.optional(v.picklist(PAIRS), DEFAULT_STATE.pair),
  open: v.optional(v.array(v.picklist(SECTIONS)), () => [])
});

/**
 * What is left out takes its default.
 *
 * @throws StoryError `bad_request` naming the field, the value seen and the values allowed
 */
export function readState(value: unknown, document: StoryDocument): ViewState {
  const parsed = v.safeParse(SCHEMA, value);
  if (!parsed.success) {
    throw unreadable(parsed.issues[0]);
  }
  const state: ViewState = parsed.output;
  const { layers, heads } = document.model;
  for (const [layer, head] of state.heads ?? []) {
    if (layer >= layers || head >= heads) {
      throw outside('heads', `${layer}.${head}`, `0.0 to ${layers - 1}.${heads - 1}`);
    }
  }
  const { units } = state.switches;
  const count = itemsOf(document.pieces, units).length;
  for (const [field, indexes] of [
    ['queries', state.queries ?? []],
    ['pin', state.pin === null ? [] : [state.pin]]
  ] as const) {
    const wrong = indexes.find(item => item >= count);
    if (wrong !== undefined) {
      throw outside(field, String(wrong), `0 to ${count - 1}, the ${units} of this text`);
    }
  }
  return state;
}

function unreadable(issue: v.BaseIssue<unknown>): StoryError {
  const field = v.getDotPath(issue) ?? 'view';
  const seen = issue.received;
  const allowed = issue.type === 'custom' ? issue.message : (issue.expected ?? 'something else');
  if (issue.expected === 'never') {
    return new StoryError(
      'bad_request',
      `a view has no field ${field}`,
      `its fields are ${Object.keys(SCHEMA.entries).join(', ')}`,
      { field }
    );
  }
  return new StoryError(
    'bad_request',
    `${field} of a view is ${seen}, allowed is ${allowed}`,
    'leave the field out for its default',
    { field, seen, allowed }
  );
}

function outside(field: string, seen: string, allowed: string): StoryError {
  return new StoryError(
    'bad_request',
    `${field} of a view holds ${seen}, allowed is ${allowed}`,
    'layers, heads and tokens count from 0',
    { field, seen, allowed }
  );
}
