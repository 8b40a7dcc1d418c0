// A story saved in a notebook, as it is read and put on the page without a kernel.

import { unpackStory } from '../story/carrier';
import { storyData } from '../story/memory';
import { savedSource } from '../story/saved';
import { mount } from '../views/mount';
import { readState } from '../views/spec/read-state';
import { DEFAULT_STATE, type ViewState } from '../views/spec/state';
import { createViewStore } from '../views/store';

/**
 * @param story deflated file in base64
 * @param view state of the view when the notebook was saved; one that does not fit gives way to the default
 * @throws StoryError `bad_file` when the story cannot be read; nothing is on the page then
 */
export function mountSaved(host: HTMLElement, story: string, view: unknown, signal: AbortSignal): void {
  const data = storyData(unpackStory(story));
  let state: ViewState = DEFAULT_STATE;
  try {
    state = readState(view, data.document);
  } catch (error) {
    console.warn('bertstory: the saved state of the view does not fit the story', error);
  }
  mount({ host, source: savedSource(data), store: createViewStore(state), send: null, signal });
}
