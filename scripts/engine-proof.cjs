// Does the native engine in this folder of @tensorflow/tfjs-node compute? Exits 0 after a product, a top-k and a concatenation.
const path = require('node:path');
const util = require('node:util');

// Node 23 took these away; @tensorflow/tfjs-node still calls them.
util.isNullOrUndefined ??= value => value === null || value === undefined;
util.isArray ??= Array.isArray;

const target = path.resolve(process.argv[2] ?? '');
const tf = require(target);

function expect(what, tensor, wanted) {
  const seen = Array.from(tensor.dataSync());
  if (seen.join() !== wanted.join()) throw new Error(`${what} gave ${seen}, not ${wanted}`);
}

if (tf.getBackend() !== 'tensorflow') throw new Error(`the backend is ${tf.getBackend()}, not tensorflow`);
const a = tf.tensor2d([1, 2, 3, 4], [2, 2]);
const b = tf.tensor2d([5, 6, 7, 8], [2, 2]);
expect('the product', tf.matMul(a, b), [19, 22, 43, 50]);
expect('the top-k', tf.topk(tf.tensor1d([3, 9, 1, 7]), 2).values, [9, 7]);
expect('the concatenation', tf.concat([a, b], 1), [1, 2, 5, 6, 3, 4, 7, 8]);
