// What items are called: at axes, in sentences, and in chips.

import type { Item } from '../../analysis/units';
import { subscript } from './format';

export interface ItemName {
  /** At axes: `·hma` for a piece that continues a word. */
  readonly axis: string;
  /** In sentences and chips: `the₅` where the text is repeated, `bank (B)` in pairs. */
  readonly full: string;
}

/** Names of all items, in their order; a subscript is the item's index. */
export function namesOf(items: readonly Item[], pair: boolean): readonly ItemName[] {
  const axis = items.map(item => (item.continues ? `·${item.label}` : item.label));
  const side = (item: Item) => (item.segment === 1 ? 'B' : 'A');
  const everywhere = counts(axis);
  const within = counts(items.map((item, index) => `${side(item)} ${axis[index] ?? ''}`));
  return items.map((item, index) => {
    const text = axis[index] ?? '';
    const once = everywhere.get(text) === 1;
    const onceHere = pair ? within.get(`${side(item)} ${text}`) === 1 : once;
    const segment = pair && !(item.special && once) ? ` (${side(item)})` : '';
    return { axis: text, full: `${text}${onceHere ? '' : subscript(index)}${segment}` };
  });
}

/** The items of `to` that hold the first piece of the chosen items of `from`, in the order of `chosen`, each once. */
export function overlapping(
  from: readonly Item[],
  chosen: readonly number[],
  to: readonly Item[]
): readonly number[] {
  const found = chosen.flatMap(index => {
    const piece = from[index]?.pieces[0];
    const match = piece === undefined ? -1 : to.findIndex(item => item.pieces.includes(piece));
    return match < 0 ? [] : [match];
  });
  return [...new Set(found)];
}

/** `head 5.0` is `5.0`. */
export function headName([layer, head]: readonly [layer: number, head: number]): string {
  return `${layer}.${head}`;
}

function counts(texts: readonly string[]): ReadonlyMap<string, number> {
  const count = new Map<string, number>();
  for (const text of texts) {
    count.set(text, (count.get(text) ?? 0) + 1);
  }
  return count;
}
