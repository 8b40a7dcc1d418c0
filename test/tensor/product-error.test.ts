import type { Engine, Tensor } from '../../src/tensor/engine';
import { FLOAT32_PRODUCT_ERROR, productError } from '../../src/tensor/product-error';
import { openTestEngine } from '../compute-fixture';

/** The upper half of a float32's bits, rounded to the nearest. */
function toBfloat16(values: Float32Array): Float32Array {
  const bits = new Uint32Array(values.slice().buffer);
  return new Float32Array(bits.map(word => ((word + 0x8000) >>> 16) << 16).buffer);
}

describe('productError', () => {
  it('should find that the engine computes in float32, as it was not asked for anything else', async () => {
    const error = productError(await openTestEngine());
    expect(error).toBeGreaterThan(0);
    expect(error).toBeLessThan(1e-6);
  });

  it('should find bfloat16, whose products are off by some thousandths', async () => {
    const engine = await openTestEngine();
    const rounding: Engine = Object.assign(Object.create(engine) as Engine, {
      upload: (data: Float32Array, shape: readonly number[]): Tensor => engine.upload(toBfloat16(data), shape)
    });
    const error = productError(rounding);
    expect(error).toBeGreaterThan(FLOAT32_PRODUCT_ERROR);
    expect(error).toBeLessThan(1e-2);
  });
});
