// Identities of derivatives that reverse passes give: the chain rule, rows and sums against tangents.

import { DEFAULT_METHOD } from '../../src/core/method';
import type { LoadedModel, RowRequest } from '../../src/gradient/compute';
import type { Engine } from '../../src/tensor/engine';
import {
  GIB,
  hooksWith,
  openOn,
  openTestEngine,
  requestFor,
  tellAll,
  tinyModel,
  worstRelative,
  type Model
} from '../compute-fixture';
import { readGolden } from '../golden';
import { Walk } from './walk';

const { pieces } = readGolden('golden-tiny/cat');
const TOKENS = pieces.length;

describe('reverse passes on tiny-bert', () => {
  let engine: Engine;
  let model: Model;
  let loaded: LoadedModel;
  beforeAll(async () => {
    engine = await openTestEngine();
    model = await tinyModel();
    loaded = await openOn(engine, model);
  });
  afterAll(() => loaded.dispose());

  const jacobian = (source: string, layer: number, head: number, query: number): Promise<Float32Array> => {
    const { ids, segments } = requestFor(pieces);
    const method = { ...DEFAULT_METHOD, source };
    const request: RowRequest = { ids, segments, method, layer, head, query, memoryBudget: GIB };
    return loaded.jacobian({ ...request, source: null }, hooksWith());
  };

  it('should obey the chain rule: J(z ← x) = Σ_k J(z ← e_k) J(e_k ← x)', async () => {
    const { width } = model.config;
    // Forward through layer 0: J(e^1 ← x_4) along all axes, [token k, axis, width].
    const walk = new Walk(engine, model);
    const primal = await walk.encode(walk.embed(pieces).input);
    const source = 4;
    const axes = Float32Array.from({ length: width * width }, (_, i) => (i % (width + 1) === 0 ? 1 : 0));
    const block = { sources: new Int32Array(width).fill(source), vectors: axes };
    const outputs: Float32Array[] = [];
    walk.tangents(primal, block, 'direct', outputs);
    const [states = new Float32Array()] = outputs;
    walk.dispose();
    const whole = await jacobian('input', 2, 1, 3);
    const upper = await jacobian('layer:1', 2, 1, 3);
    const components = width / model.config.heads;
    const due = new Float32Array(components * width);
    const seen = new Float32Array(components * width);
    for (let component = 0; component < components; component++) {
      for (let axis = 0; axis < width; axis++) {
        let sum = 0;
        for (let k = 0; k < TOKENS; k++) {
          for (let c = 0; c < width; c++) {
            const down = upper[(component * TOKENS + k) * width + c] ?? NaN;
            sum += down * (states[(k * width + axis) * width + c] ?? NaN);
          }
        }
        seen[component * width + axis] = sum;
        due[component * width + axis] = whole[(component * TOKENS + source) * width + axis] ?? NaN;
      }
    }
    const error = Math.hypot(...seen.map((value, i) => value - (due[i] ?? NaN)));
    expect(error / Math.hypot(...due)).toBeLessThan(1e-5);
  });

  it('should make attention of norm sum where that is held fixed and the source is the layer’s own input', async () => {
    for (const target of ['head', 'projected'] as const) {
      const method = { ...DEFAULT_METHOD, norm: 'sum', target, source: 'local', paths: 'values' } as const;
      const { attention, updates } = await tellAll(loaded, requestFor(pieces, { method }));
      const norms = updates.at(-1)?.norms ?? new Float32Array();
      for (let row = 0; row < norms.length; row += TOKENS) {
        const own = norms.subarray(row, row + TOKENS);
        const total = own.reduce((sum, norm) => sum + norm, 0);
        expect(
          worstRelative(
            own.map(norm => norm / total),
            attention.subarray(row, row + TOKENS),
            TOKENS
          )
        ).toBeLessThan(1e-4);
      }
    }
  });

  it('should differ between norm sum and frobenius', async () => {
    const of = async (norm: 'sum' | 'frobenius'): Promise<Float32Array> => {
      const told = await tellAll(loaded, requestFor(pieces, { method: { ...DEFAULT_METHOD, norm } }));
      return told.updates.at(-1)?.norms ?? new Float32Array();
    };
    expect(worstRelative(await of('sum'), await of('frobenius'), TOKENS)).toBeGreaterThan(0.05);
  });
});
