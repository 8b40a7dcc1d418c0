// What the parts of a view have in common: the scene they paint, and what they may do to it.

import type { Create } from './dom';
import type { Layout } from './spec/layout';
import type { Selection } from './spec/select';
import type { Hover, Shown } from './spec/shown';
import type { ViewState } from './spec/state';
import type { MeasureText } from './spec/text-width';
import type { Theme } from './spec/theme';
import type { Intent } from '../story/data';

/** Everything a frame is painted from. Parts compare what they use by identity: equal objects need no new painting. */
export interface Scene {
  readonly shown: Shown;
  /** What is selected, also while its maps are still on their way. */
  readonly selection: Selection;
  /** What the pointer is at, also while its maps are still on their way. */
  readonly hover: Hover;
  readonly state: ViewState;
  readonly layout: Layout;
  readonly theme: Theme;
  readonly measure: MeasureText;
  /** Tables stand in the place of the figures. */
  readonly tables: boolean;
}

/** What a part may do. All of it acts on the newest scene, and is painted in the next frame. */
export interface Stage {
  readonly create: Create;
  readonly window: Window & typeof globalThis;
  readonly signal: AbortSignal;
  /** null before the first frame. */
  scene(): Scene | null;
  /**
   * @param next is given the last painted scene with the newest state and selection
   * @returns whether the state changed
   */
  change(next: (scene: Scene) => ViewState): boolean;
  hover(at: Partial<Hover>): void;
  /** While set, later estimates leave the order of the heads as it is. */
  holdOrder(held: boolean): void;
  toggleTables(): void;
  /** null: nobody to ask. */
  readonly send: ((intent: Intent) => void) | null;
}

export interface Part {
  readonly element: HTMLElement;
  paint(scene: Scene): void;
}

/** A function that runs `body` only if one of its inputs is another than the last time. */
export function whenChanged(body: () => void): (...inputs: readonly unknown[]) => void {
  let last: readonly unknown[] | null = null;
  return (...inputs) => {
    if (
      last !== null &&
      inputs.length === last.length &&
      inputs.every((input, i) => Object.is(input, last?.[i]))
    ) {
      return;
    }
    last = inputs;
    body();
  };
}
