// Which stories does the service still hold? The last ones used, within a budget of bytes; the kernel owns the data anyway.

import { StoryError } from '../core/errors';
import type { StoryContents } from '../story/contents';
import type { ExactRows } from './exact-rows';

/** A story as far as it was computed; maps of all heads, [layer, head, query, source]. */
export interface HeldStory extends StoryContents {
  readonly key: string;
  readonly attention: Float32Array;
  /** rms of `error` over live cells; null before the first estimate, 0 when exact. */
  readonly rmsError: number | null;
  /** Rows made exact on demand, which norms, error and groups hold too as soon as they are there. */
  readonly rows: ExactRows;
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

  /** Keeps measures that were taken of a story, if that is still what is held. */
  remember(story: HeldStory, results: HeldStory['results']): void {
    if (this.#stories.get(story.key) === story) {
      this.#stories.set(story.key, { ...story, results });
    }
  }

  has(key: string): boolean {
    return this.#stories.has(key);
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

export function bytesOf({ attention, norms, error, groups, hiddenNorms = null }: HeldStory): number {
  return [attention, norms, error, groups, hiddenNorms].reduce(
    (sum, array) => sum + (array?.byteLength ?? 0),
    0
  );
}
