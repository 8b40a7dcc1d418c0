// What the model computes on the way to a story's attention, as arrays of an answer.

import { named } from '../core/arrays';
import type { Activations } from '../gradient/compute';
import type { Arrays } from '../protocol/frames';
import type { RowContext } from './rows';
import type { HeldStory } from './stories';
import { subjectOf } from './subject';

/** Arrays `hidden` [layer and the encoder's output, token, width], `query`, `key`, `value` [layer, token, width]. */
export async function activations(
  { document }: HeldStory,
  names: readonly (keyof Activations)[],
  context: RowContext
): Promise<Arrays> {
  const loaded = await context.model.onEngine();
  const all = await loaded.activations(subjectOf(document), context);
  const { layers, width } = document.model;
  return Object.fromEntries(
    names.map(name => {
      const shape = [layers + (name === 'hidden' ? 1 : 0), document.pieces.length, width];
      return [name, named(['layer', 'token', 'width'], shape, all[name])];
    })
  );
}
