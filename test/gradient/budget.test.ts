import { planMemory } from '../../src/gradient/budget';

const GIB = 2 ** 30;
const MINILM = {
  kind: 'bert',
  architecture: 'BertModel',
  layers: 6,
  heads: 12,
  width: 384,
  embeddingWidth: 384,
  inner: 1536,
  vocabulary: 30522,
  maxTokens: 512,
  segmentTypes: 2,
  normEpsilon: 1e-12,
  activation: 'gelu'
} as const;
const native = { lanes: 1, cheapBatches: true };
const heads = { hidden: false };

describe('planMemory', () => {
  it('should keep the ready-made product for sentences', () => {
    expect(planMemory(MINILM, 30, 4 * GIB, native, heads).mix).toBe('direct');
    expect(planMemory(MINILM, 30, 4 * GIB, native, heads).rows).toBeGreaterThan(4096);
  });

  it('should do without it for long inputs, and where batches are dear', () => {
    expect(planMemory(MINILM, 512, 8 * GIB, native, heads).mix).toBe('compact');
    expect(planMemory(MINILM, 30, 4 * GIB, { lanes: 2, cheapBatches: false }, heads).mix).toBe('compact');
  });

  it('should give fewer rows for less memory', () => {
    const { rows } = planMemory(MINILM, 63, GIB, native, heads);
    expect(planMemory(MINILM, 63, GIB / 4, native, heads).rows).toBeLessThan(rows);
  });

  it('should collapse all layers of sentences, and fewer where memory ends', () => {
    expect(planMemory(MINILM, 30, 4 * GIB, native, heads).collapsible).toBe(6);
    // 302 MB a layer.
    const { collapsible, rows } = planMemory(MINILM, 512, 4 * GIB, native, heads);
    expect(collapsible).toBeGreaterThan(0);
    expect(collapsible).toBeLessThan(6);
    expect(rows).toBeGreaterThanOrEqual(2048);
    expect(
      planMemory(MINILM, 512, 4 * GIB, { lanes: 2, cheapBatches: true }, heads).collapsible
    ).toBeLessThan(collapsible);
  });

  it('should say what is needed where nothing fits', () => {
    expect(() => planMemory(MINILM, 512, GIB / 2, native, heads)).toThrow(
      /512 tokens need \d\.\d\d GB beside the weights, the budget is 0\.54 GB/
    );
  });
});
