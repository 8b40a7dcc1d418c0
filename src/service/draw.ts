// A held story as a picture: the same figures as on the screen, in a file.

import { named } from '../core/arrays';
import type { Arrays } from '../protocol/frames';
import type { RequestOf } from '../protocol/requests';
import { directionsOf, isExact } from '../story/contents';
import type { StoryStatus } from '../story/data';
import { storyData } from '../story/memory';
import { figure } from '../views/spec/page';
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
  const theme = request.theme === 'dark' ? DARK : LIGHT;
  const drawing = figure(request.figure, storyData(story), statusOf(story), state, theme, request.width);
  const svg = drawSvg(drawing);
  const isPng = request.format === 'png';
  const file = isPng ? await renderPng(svg) : new TextEncoder().encode(svg);
  return {
    mime: isPng ? 'image/png' : 'image/svg+xml',
    arrays: { file: named(['byte'], [file.length], file) }
  };
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
