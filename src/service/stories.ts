// Which stories does the service still hold? The last ones used, within a budget of bytes; the kernel owns the data anyway.

import { StoryError } from '../core/errors';
import type { StoryDocument } from '../story/document';

/** A story as far as it was computed; maps are [layer, head, query, source]. */
export interface HeldStory {
  readonly key: string;
  readonly document: StoryDocument;
  readonly attention: Float32Array;
  /** Raw attribution norms and their relative errors; null before the first estimate. */
  readonly norms: Float32Array | null;
  readonly error: Float32Array | null;
  /** rms of `error` over live cells; null before the first estimate, 0 when exact. */
  readonly rmsError: number | null;
  /** [group, layer, head, query, source]; null when exact, or not here. */
  readonly groups: Float32Array | null;
}

export class StoryStore {
  readonly #budget: number;
  /** The one used last at the end. */
  readonly #stories = new Map<string, HeldStory>();

  /** @param budget bytes; the newest story stays even if it takes more */
  constructor(budget: number) {
    this.#budget = budget;
  }

  get keys(): string[] {
    return [...this.#stories.keys()];
  }

  get bytes(): number {
    return [...this.#stories.values()].reduce((sum, story) => sum + bytesOf(story), 0);
  }

  put(story: HeldStory): void {
    this.#stories.delete(story.key);
    this.#stories.set(story.key, story);
    let bytes = this.bytes;
    for (const [key, oldest] of this.#stories) {
      if (bytes <= this.#budget || key === story.key) {
        return;
      }
      this.#stories.delete(key);
      bytes -= bytesOf(oldest);
    }
  }

  /** @throws StoryError unknown_story */
  get(key: string): HeldStory {
    const story = this.#stories.get(key);
    if (!story) {
      throw new StoryError(
        'unknown_story',
        `the service does not hold story ${key} any more`,
        'send its document and arrays along',
        { story: key }
      );
    }
    this.#stories.delete(key);
    this.#stories.set(key, story);
    return story;
  }
}

export function bytesOf({ attention, norms, error, groups }: HeldStory): number {
  return [attention, norms, error, groups].reduce((sum, array) => sum + (array?.byteLength ?? 0), 0);
}
