// Norm `sum`: ‖∇ Σ_c z_c‖ of every head and query by one reverse pass each, layer by layer; always exact.

import type { MethodOptions } from '../core/method';
import type { Route, Turn } from './executor';
import { Reverse, type GradientSink, type Seed, type Subject } from './reverse';
import { sumCotangent } from './target-cotangents';

/**
 * Norms [layer, head, query, source]; NaN in layers below the start.
 *
 * @param report gets the share that is done
 * @throws StoryError memory_limit, cancelled
 */
export async function summedNorms(
  subject: Subject,
  { target, paths }: Pick<MethodOptions, 'target' | 'paths'>,
  start: Route['start'],
  memoryBudget: number,
  turn: Turn,
  report: (share: number) => void
): Promise<Float32Array> {
  const { config, primal } = subject;
  const { layers, heads } = config;
  const norms = new Float32Array(layers * heads * primal.tokens ** 2).fill(NaN);
  const fixed = paths === 'values';
  const open = (from: number, top: number): Promise<Reverse> =>
    Reverse.open(subject, { start: from, top, fixed }, memoryBudget, turn);
  const lowest = start === 'each' ? 0 : start;
  // A layer's passes go through all layers down to the start, or with source `local` through itself alone.
  const work = (upTo: number): number => (start === 'each' ? upTo : (upTo * (upTo + 1)) / 2);
  const total = work(layers - lowest);
  let reverse = start === 'each' ? null : await open(start, layers - 1);
  try {
    for (let layer = lowest; layer < layers; layer++) {
      reverse ??= await open(layer, layer);
      const done = work(layer - lowest);
      const share = work(layer - lowest + 1) - done;
      const fraction = (part: number): void => report((done + part * share) / total);
      await reverse.seeds(seedsOf(subject, layer, target), sinkOf(norms, subject, layer), {
        ...turn,
        fraction
      });
      if (start === 'each') {
        await reverse.dispose();
        reverse = null;
      }
    }
  } finally {
    await reverse?.dispose();
  }
  return norms;
}

/** One for every head and query of a layer: seed head · tokens + query. */
function seedsOf(
  { config, parameters, primal }: Subject,
  layer: number,
  target: MethodOptions['target']
): Seed[] {
  return Array.from({ length: config.heads }, (_, head) => {
    const cotangent = sumCotangent(config, parameters.layers[layer], head, target);
    return Array.from({ length: primal.tokens }, (__, query): Seed => ({ layer, head, query, cotangent }));
  }).flat();
}

function sinkOf(norms: Float32Array, { config, primal }: Subject, layer: number): GradientSink {
  const { tokens } = primal;
  return (gradients, first, columns) => {
    const width = gradients.length / (tokens * columns);
    for (let source = 0; source < tokens; source++) {
      for (let column = 0; column < columns; column++) {
        const at = (source * columns + column) * width;
        let square = 0;
        for (let c = at; c < at + width; c++) {
          square += (gradients[c] as number) ** 2;
        }
        const row = layer * config.heads * tokens + first + column;
        norms[row * tokens + source] = Math.sqrt(square);
      }
    }
  };
}
