// One row of the atlas, exact: the derivative of one head's output at one query, by a reverse pass for each of its components.

import { StoryError } from '../core/errors';
import { embed } from '../model/embed';
import type { JacobianRequest, RowHooks, RowRequest } from './compute';
import type { Turn } from './executor';
import type { RecallingExecutor } from './recall';
import { Reverse, type ReverseModel, type Seed, type Subject } from './reverse';
import { routeOf } from './route';
import { ownVector } from './sources';
import { cotangentsOf, identity, projected } from './target-cotangents';
import { turnOf } from './turn';

/** A model whose engine may know the sentence already. */
interface RowModel extends ReverseModel {
  readonly executor: RecallingExecutor;
}

/** Gradients of some cotangents of one head's output. */
interface RowGradients {
  /** [component, source, width at the source] */
  readonly gradients: Float32Array;
  readonly components: number;
  /** The layer whose input they are at. */
  readonly start: number;
  readonly subject: Subject;
}

/**
 * ‖J_ji‖ over all sources i under the method's norm, [source]; NaN where the layer lies below the source.
 *
 * @throws StoryError bad_request for a row that the model or the sentence does not have, memory_limit, cancelled
 */
export async function rowOf(model: RowModel, request: RowRequest, hooks: RowHooks): Promise<Float32Array> {
  const { method, ids } = request;
  checkRow(model, request);
  const tokens = ids.length;
  const cotangents = cotangentsOf(method, model, request.layer, request.head);
  const row = await gradientsOf(model, request, cotangents, hooks);
  if (row === null) {
    return new Float32Array(tokens).fill(NaN);
  }
  const width = row.gradients.length / (row.components * tokens);
  return Float32Array.from({ length: tokens }, (_, source) => {
    const own =
      method.norm === 'input'
        ? ownVector(method.source, row.start, row.subject.embedded, row.subject.primal, source)
        : null;
    let square = 0;
    for (let component = 0; component < row.components; component++) {
      const at = (component * tokens + source) * width;
      const gradient = row.gradients.subarray(at, at + width);
      square += own === null ? dot(gradient, gradient) : dot(gradient, own) ** 2;
    }
    return Math.sqrt(square);
  });
}

/**
 * J_j of one row: [component, source, width], or of one source alone [component, width]. Components are those of z, or with
 * target `projected` those of W_O^h z.
 *
 * @throws StoryError as rowOf, and bad_request where the layer lies below the source
 */
export async function jacobianOf(
  model: RowModel,
  request: JacobianRequest,
  hooks: RowHooks
): Promise<Float32Array> {
  const { config, parameters } = model;
  const { ids, source, layer, head } = request;
  checkRow(model, request);
  if (source !== null) {
    check('source', source, ids.length);
  }
  const headWidth = config.width / config.heads;
  const row = await gradientsOf(model, request, identity(headWidth), hooks);
  if (row === null) {
    throw new StoryError(
      'bad_request',
      `layer ${layer} lies below the source ${request.method.source}, so it does not depend on it`,
      'ask for a layer from the source on',
      { layer }
    );
  }
  const whole = source === null ? row.gradients : sourceOf(row.gradients, source, ids.length, headWidth);
  const own = parameters.layers[layer];
  return request.method.target === 'head' || own === undefined ? whole : projected(own, config, head, whole);
}

/** Null where the layer lies below the source. */
async function gradientsOf(
  model: RowModel,
  request: RowRequest,
  cotangents: readonly Float32Array[],
  hooks: RowHooks
): Promise<RowGradients | null> {
  const { config, parameters, executor } = model;
  const { ids, segments, method, layer, head, query, memoryBudget } = request;
  const route = routeOf(method, config.layers);
  const start = route.start === 'each' ? layer : route.start;
  if (layer < start) {
    return null;
  }
  const turn: Turn = turnOf(hooks);
  const embedded = embed(config, parameters, ids, segments);
  const primal = await executor.recall(embedded.input, turn);
  const subject: Subject = { config, parameters, executor, embedded, primal, source: method.source };
  const descent = { start, top: layer, fixed: method.paths === 'values' };
  const reverse = await Reverse.open(subject, descent, memoryBudget, turn);
  try {
    const seeds = cotangents.map((cotangent): Seed => ({ layer, head, query, cotangent }));
    let gradients = new Float32Array();
    const sink = (values: Float32Array, first: number, columns: number): void => {
      const width = values.length / (ids.length * columns);
      if (first === 0) {
        gradients = new Float32Array(seeds.length * ids.length * width);
      }
      for (let column = 0; column < columns; column++) {
        for (let token = 0; token < ids.length; token++) {
          const from = (token * columns + column) * width;
          const to = ((first + column) * ids.length + token) * width;
          gradients.set(values.subarray(from, from + width), to);
        }
      }
    };
    await reverse.seeds(seeds, sink, turn);
    return { gradients, components: seeds.length, start, subject };
  } finally {
    await reverse.dispose();
  }
}

/** [component, source, width] → [component, width] */
function sourceOf(jacobian: Float32Array, source: number, tokens: number, components: number): Float32Array {
  const width = jacobian.length / (components * tokens);
  const own = new Float32Array(components * width);
  for (let component = 0; component < components; component++) {
    const at = (component * tokens + source) * width;
    own.set(jacobian.subarray(at, at + width), component * width);
  }
  return own;
}

function dot(left: Float32Array, right: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < left.length; i++) {
    sum += (left[i] as number) * (right[i] as number);
  }
  return sum;
}

function checkRow({ config }: RowModel, { layer, head, query, ids }: RowRequest): void {
  check('layer', layer, config.layers);
  check('head', head, config.heads);
  check('query', query, ids.length);
}

function check(name: string, value: number, count: number): void {
  if (value < 0 || value >= count) {
    throw new StoryError(
      'bad_request',
      `${name} is ${value}; it should be from 0 to ${count - 1}`,
      'layers, heads and tokens count from 0',
      { [name]: value }
    );
  }
}
