// A story that was saved (in a notebook, in a page), as it is read and put on a page without a kernel.

import { unpackStory } from '../story/carrier';
import type { StorySource } from '../story/data';
import { storyData } from '../story/memory';
import { savedSource } from '../story/saved';
import { mount } from './mount';
import { readState } from './spec/read-state';
import { DEFAULT_STATE, type ViewState } from './spec/state';
import { createViewStore, type ViewStore } from './store';

/** What a saved view shows, and how. */
export interface Saved {
  readonly source: StorySource;
  readonly store: ViewStore;
}

/**
 * @param story deflated file in base64
 * @param view state of the view when it was saved; one that does not fit gives way to the default
 * @throws StoryError `bad_file` when the story cannot be read; nothing is on the page then
 */
export function mountSaved(host: HTMLElement, story: string, view: unknown, signal: AbortSignal): Saved {
  const data = storyData(unpackStory(story));
  let state: ViewState = DEFAULT_STATE;
  try {
    state = readState(view, data.document);
  } catch (error) {
    console.warn('bertstory: the saved state of the view does not fit the story', error);
  }
  const saved = { source: savedSource(data), store: createViewStore(state) };
  mount({ host, ...saved, send: null, signal });
  return saved;
}
