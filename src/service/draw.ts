// A held story as a picture: the same figures as on the screen, in a file.

import { measureStory } from '../analysis/mismatch';
import type { MeasureResult } from '../analysis/options';
import { named } from '../core/arrays';
import type { Arrays } from '../protocol/frames';
import type { RequestOf } from '../protocol/requests';
import type { StoryData, StoryStatus } from '../story/data';
import { figure } from '../views/spec/page';
import { readState } from '../views/spec/read-state';
import { DARK, LIGHT } from '../views/spec/theme';
import { drawSvg } from '../views/svg';
import type { Environment } from './environment';
import { mapsOf } from './measures';
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
  const drawing = figure(request.figure, dataOf(story), statusOf(story), state, theme, request.width);
  const svg = drawSvg(drawing);
  const isPng = request.format === 'png';
  const file = isPng ? await renderPng(svg) : new TextEncoder().encode(svg);
  return {
    mime: isPng ? 'image/png' : 'image/svg+xml',
    arrays: { file: named(['byte'], [file.length], file) }
  };
}

function dataOf(story: HeldStory): StoryData {
  const { document, attention, norms, error } = story;
  const cells = document.pieces.length ** 2;
  const results = new Map<string, MeasureResult>();
  return {
    document,
    head(layer, head) {
      const start = (layer * document.model.heads + head) * cells;
      const part = (maps: Float32Array) => maps.subarray(start, start + cells);
      return { attention: part(attention), norms: norms && part(norms), error: error && part(error) };
    },
    measure(request) {
      if (!norms) {
        return null;
      }
      const key = Object.values(request).join(' ');
      const result = results.get(key) ?? measureStory(mapsOf(story), request);
      results.set(key, result);
      return result;
    }
  };
}

function statusOf({ document, norms, rmsError }: HeldStory): StoryStatus {
  const exact = document.method.mode === 'exact';
  return {
    state: norms ? (document.method.mode === 'exact' ? 'exact' : 'sampled') : 'attention',
    running: false,
    saved: false,
    done: document.method.samples,
    total: document.model.width,
    error: rmsError,
    secondsLeft: null,
    reason: exact ? 'exact' : null,
    failure: null
  };
}
