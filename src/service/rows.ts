// One row of a story made exact, or its Jacobian, while other work goes on.

import { named } from '../core/arrays';
import { StoryError } from '../core/errors';
import type { RowRequest } from '../gradient/compute';
import type { Arrays } from '../protocol/frames';
import type { RequestOf } from '../protocol/requests';
import { isExact } from '../story/contents';
import type { Environment } from './environment';
import { rowIndex, withExactRows } from './exact-rows';
import type { OpenModel } from './models';
import type { HeldStory, StoryStore } from './stories';
import { subjectOf } from './subject';

type Place = Pick<RowRequest, 'layer' | 'head' | 'query'>;

export interface RowContext {
  readonly model: OpenModel;
  readonly stories: StoryStore;
  readonly memoryBudget: number;
  readonly signal: AbortSignal;
  readonly pause: Environment['pause'];
}

/** Array `norms` [source]; the story holds the row from then on. @throws StoryError bad_request, memory_limit, cancelled */
export async function exactRow(story: HeldStory, place: Place, context: RowContext): Promise<Arrays> {
  const { stories } = context;
  checkPlace(story, place);
  const sources = story.document.pieces.length;
  const index = rowIndex(story.document, place);
  const known =
    isExact(story.document) && story.norms !== null
      ? story.norms.slice(index * sources, (index + 1) * sources)
      : story.rows.get(index);
  if (known !== undefined) {
    return { norms: named(['source'], [sources], known) };
  }
  const loaded = await context.model.onEngine();
  const norms = await loaded.row(requestOf(story, place, context), context);
  // A running job may have brought the story further meanwhile.
  const latest = stories.has(story.key) ? stories.get(story.key) : story;
  if (!isExact(latest.document)) {
    const rows = new Map(latest.rows).set(index, norms);
    stories.put({ ...withExactRows(latest, new Map([[index, norms]])), rows, results: [] });
  }
  return { norms: named(['source'], [sources], norms.slice()) };
}

/** Array `jacobian` [component, width], or of all sources [component, source, width]. @throws StoryError as exactRow */
export async function jacobian(
  story: HeldStory,
  request: Pick<RequestOf<'jacobian'>, 'layer' | 'head' | 'query' | 'source'>,
  context: RowContext
): Promise<Arrays> {
  const { source } = request;
  checkPlace(story, request);
  const sources = story.document.pieces.length;
  if (source !== null) {
    check('source', source, sources);
  }
  const loaded = await context.model.onEngine();
  const values = await loaded.jacobian({ ...requestOf(story, request, context), source }, context);
  const { heads, width } = story.document.model;
  const components = story.document.method.target === 'head' ? width / heads : width;
  const size = values.length / components;
  const array =
    source === null
      ? named(['component', 'source', 'width'], [components, sources, size / sources], values)
      : named(['component', 'width'], [components, size], values);
  return { jacobian: array };
}

function requestOf({ document }: HeldStory, place: Place, { memoryBudget }: RowContext): RowRequest {
  const { layer, head, query } = place;
  return { ...subjectOf(document), layer, head, query, memoryBudget };
}

function checkPlace({ document }: HeldStory, { layer, head, query }: Place): void {
  check('layer', layer, document.model.layers);
  check('head', head, document.model.heads);
  check('query', query, document.pieces.length);
}

function check(name: string, value: number, count: number): void {
  if (value >= count) {
    throw new StoryError(
      'bad_request',
      `${name} is ${value}; it should be from 0 to ${count - 1}`,
      'layers, heads and tokens count from 0',
      { [name]: value }
    );
  }
}
