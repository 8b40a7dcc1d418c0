import { nativeCandidates, requireNative } from '../../src/service/native-engine';
import type { Engine, Tensor } from '../../src/tensor/engine';
import { openNative } from '../../src/tensor/native';
import { proofOf } from '../../src/tensor/proof';
import { measureRate } from '../../src/tensor/rate';
import { openTestEngine } from '../compute-fixture';
import { describeEngineNumbers } from './engine-numbers';
import { describeEngine } from './engine-suite';

// Where no native engine is installed the portable one stands in: the same must hold.
describeEngine('openNative', openTestEngine);
describeEngineNumbers('openNative', openTestEngine);

describe('openNative', () => {
  it('should refuse what is no tfjs-node', () => {
    expect(() => openNative({})).toThrow('no backend "tensorflow"');
    expect(() => openNative(undefined)).toThrow('no backend "tensorflow"');
  });
});

describe('requireNative', () => {
  it('should throw what loading throws', () => {
    expect(() => requireNative('/nonexistent/tfjs-node')).toThrow('tfjs-node');
  });
});

describe('nativeCandidates', () => {
  it('should take the folder of BERTSTORY_ENGINE alone', () => {
    expect(nativeCandidates({ BERTSTORY_ENGINE: '/engine' }, '/a/b')).toEqual(['/engine']);
  });

  it('should give none where the portable engine is wanted', () => {
    expect(nativeCandidates({ BERTSTORY_ENGINE: 'wasm' }, '/a/b')).toBeNull();
  });

  it('should look in the user data first, then upwards', () => {
    const [first, ...rest] =
      nativeCandidates({ XDG_DATA_HOME: '/data', LOCALAPPDATA: '/data' }, '/a/b') ?? [];
    expect(first).toContain('bertstory');
    expect(rest.map(folder => folder.replace(/\\/g, '/'))).toEqual([
      '/a/b/node_modules/@tensorflow/tfjs-node',
      '/a/node_modules/@tensorflow/tfjs-node',
      '/node_modules/@tensorflow/tfjs-node'
    ]);
  });
});

describe('proofOf', () => {
  it('should refuse an engine whose products are off', async () => {
    const engine = await openTestEngine();
    const off: Engine = Object.assign(Object.create(engine) as Engine, {
      matMul: (left: Tensor, right: Tensor): Tensor => {
        const product = engine.matMul(left, right);
        return engine.add(product, product);
      }
    });
    expect(() => proofOf(off)).toThrow('for a sum of products that is');
  });
});

describe('measureRate', () => {
  it('should count two operations per multiplication', async () => {
    const engine = await openTestEngine();
    let time = 0;
    // Every reading of the clock is half a second after the one before.
    expect(measureRate(engine, 8, () => (time += 0.5))).toBeCloseTo((2 * 8 ** 3) / 0.5);
  });
});
