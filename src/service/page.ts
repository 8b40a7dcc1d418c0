// A held story as one HTML file that needs nothing else: the reduced story in the built template, beside what says the same without scripts.

import { named } from '../core/arrays';
import { headingOf, provenanceOf } from '../page/provenance';
import { fillTemplate } from '../page/template';
import type { Arrays } from '../protocol/frames';
import type { RequestOf } from '../protocol/requests';
import { packStory } from '../story/carrier';
import { storyData } from '../story/memory';
import { reduceStory, type ReducedStory } from '../story/reduce';
import { readStory } from '../story/file';
import { ledeText } from '../views/spec/lede';
import { figure } from '../views/spec/page';
import { readState } from '../views/spec/read-state';
import { show } from '../views/spec/shown';
import { LIGHT } from '../views/spec/theme';
import { drawSvg } from '../views/svg';
import { statusOf } from './draw';
import type { Environment } from './environment';
import type { HeldStory } from './stories';
import { inTurns } from './turns';

/** CSS pixels of the picture for those who run no scripts. */
const PICTURE_WIDTH = 900;

/** @throws StoryError bad_request for a view state that does not fit the story */
export async function page(
  story: HeldStory,
  { budget, state: view }: Pick<RequestOf<'page'>, 'budget' | 'state'>,
  environment: Pick<Environment, 'clock' | 'pause' | 'pageTemplate'>
): Promise<Pick<ReducedStory, 'omitted' | 'results'> & { readonly arrays: Arrays }> {
  const { document } = story;
  const state = readState(view ?? {}, document);
  const template = await environment.pageTemplate();
  const { file, omitted, results } = await inTurns(reduceStory(story, budget), environment);
  const data = storyData(story);
  const status = statusOf(story);
  const heading = headingOf(document);
  const html = fillTemplate(template, {
    title: `${heading} · ${document.model.id} · bertstory`,
    heading,
    lede: ledeText(show(data, status, state)),
    picture: drawSvg(figure('page', data, status, state, LIGHT, PICTURE_WIDTH)),
    provenance: provenanceOf(readStory(file).document, omitted),
    carrier: { version: 1, widget: null, story: packStory(file), view: state, omitted }
  });
  const bytes = new TextEncoder().encode(html);
  return { omitted, results, arrays: { file: named(['byte'], [bytes.length], bytes) } };
}
