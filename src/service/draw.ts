// A held story as a picture, or its numbers: the same figures as on the screen, in a file.

import { named } from '../core/arrays';
import type { Arrays } from '../protocol/frames';
import type { RequestOf } from '../protocol/requests';
import { directionsOf, isExact } from '../story/contents';
import type { StoryStatus } from '../story/data';
import { storyData } from '../story/memory';
import { csvOf } from '../views/spec/csv';
import { figure, shownIn } from '../views/spec/page';
import { readState } from '../views/spec/read-state';
import { DARK, LIGHT } from '../views/spec/theme';
import { drawSvg } from '../views/svg';
import type { Environment } from './environment';
import type { HeldStory } from './stories';

type DrawRequest = Pick<RequestOf<'draw'>, 'figure' | 'format' | 'width' | 'theme' | 'state'>;

/** @throws StoryError bad_request for a view state that does not fit the story */
export async function draw(
  story: HeldStory,
  request: DrawRequest,
  { renderPng }: Pick<Environment, 'renderPng'>
): Promise<{ readonly mime: string; readonly arrays: Arrays }> {
  const state = readState(request.state ?? {}, story.document);
  const data = storyData(story);
  const status = statusOf(story);
  const svg = () => {
    const theme = request.theme === 'dark' ? DARK : LIGHT;
    return drawSvg(figure(request.figure, data, status, state, theme, request.width));
  };
  switch (request.format) {
    case 'svg':
      return answer('image/svg+xml', new TextEncoder().encode(svg()));
    case 'png':
      return answer('image/png', await renderPng(svg()));
    case 'csv': {
      const text = csvOf(request.figure, shownIn(request.figure, data, status, state));
      return answer('text/csv', new TextEncoder().encode(text));
    }
  }
}

function answer(mime: string, file: Uint8Array): { readonly mime: string; readonly arrays: Arrays } {
  return { mime, arrays: { file: named(['byte'], [file.length], file) } };
}

/** Of a story that is held: nothing is said of a job, which a file knows nothing of. */
export function statusOf({ document, norms, rmsError }: HeldStory): StoryStatus {
  const exact = isExact(document);
  return {
    state: norms === null ? 'attention' : exact ? 'exact' : 'sampled',
    running: false,
    saved: false,
    done: document.method.samples,
    total: directionsOf(document),
    error: rmsError,
    secondsLeft: null,
    reason: exact ? 'exact' : null,
    failure: null
  };
}
