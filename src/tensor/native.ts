// The engine on TensorFlow's own library, through the @tensorflow/tfjs-node module that the caller has found.

import { StoryError } from '../core/errors';
import { proofOf } from './proof';
import { TfjsEngine, type Library } from './tfjs';

type NodeLibrary = Library & { readonly version_core: string; getBackend(): string };

/**
 * Takes the module as `require` returned it and proves it with a product.
 *
 * @throws StoryError `engine_missing` when it is no tfjs-node or computes wrongly
 */
export function openNative(module: unknown): TfjsEngine {
  const tf = module as NodeLibrary;
  if (typeof tf?.getBackend !== 'function' || tf.getBackend() !== 'tensorflow') {
    throw new StoryError(
      'engine_missing',
      'the module given as native engine has no backend "tensorflow"',
      'install it anew with `bertstory engine install`'
    );
  }
  const engine = new TfjsEngine(tf, tf.version_core);
  proofOf(engine);
  return engine;
}
