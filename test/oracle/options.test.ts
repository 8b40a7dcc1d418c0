// Every option of the attribution, in every combination, against whole Jacobians of the reference.

import type { LoadedModel } from '../../src/gradient/compute';
import { openWasm } from '../../src/tensor/wasm';
import {
  hooksWith,
  openOn,
  openTestEngine,
  requestFor,
  tellAll,
  tinyModel,
  WASM_FOLDER,
  worstAbsolute
} from '../compute-fixture';
import { readGolden } from '../golden';
import { COMBINATIONS, dueHidden, dueNorms, HALF, HIDDEN, nameOf, SENTENCES, worstAboveFloor } from './option-table';

jest.setTimeout(120_000);

const NORM_TOLERANCE = 1e-4;
/** Of values up to 3 or so. */
const ACTIVATION_TOLERANCE = 5e-6;

describe('attribution of tiny-bert', () => {
  let loaded: LoadedModel;
  beforeAll(async () => {
    loaded = await openOn(await openTestEngine(), await tinyModel());
  });
  afterAll(() => loaded.dispose());

  describe.each(SENTENCES)('%s', name => {
    const golden = readGolden(name);

    it.each(COMBINATIONS.map(method => [nameOf(method), method] as const))(
      'should be that of the reference: %s',
      async (_, method) => {
        const { updates, end } = await tellAll(loaded, requestFor(golden.pieces, { method }));
        expect(end.reason).toBe('exact');
        const norms = updates.at(-1)?.norms ?? [];
        expect(worstAboveFloor(norms, dueNorms(golden, method), golden.pieces.length)).toBeLessThan(
          NORM_TOLERANCE
        );
      }
    );

    it.each(HIDDEN.map(method => [nameOf(method), method] as const))(
      'should be that of the reference for hidden states too: %s',
      async (_, method) => {
        const request = requestFor(golden.pieces, { method, hidden: true });
        const { updates } = await tellAll(loaded, request);
        const last = updates.at(-1);
        const { length } = golden.pieces;
        expect(worstAboveFloor(last?.norms ?? [], dueNorms(golden, method), length)).toBeLessThan(
          NORM_TOLERANCE
        );
        expect(worstAboveFloor(last?.hiddenNorms ?? [], dueHidden(golden, method), length)).toBeLessThan(
          NORM_TOLERANCE
        );
      }
    );

    it('should be that of the reference: hidden states, queries, keys and values', async () => {
      const { ids, segments } = requestFor(golden.pieces);
      const found = await loaded.activations({ ids, segments }, hooksWith());
      for (const name of ['hidden', 'query', 'key', 'value'] as const) {
        expect(worstAbsolute(found[name], golden.array(name))).toBeLessThan(ACTIVATION_TOLERANCE);
      }
    });
  });
});

describe('attribution of tiny-bert on the portable engine', () => {
  it('should be that of the reference in every pair of options', async () => {
    const portable = await openOn(await openWasm(WASM_FOLDER), await tinyModel());
    const golden = readGolden('golden-options/words');
    for (const method of HALF) {
      const { updates } = await tellAll(portable, requestFor(golden.pieces, { method }));
      const norms = updates.at(-1)?.norms ?? [];
      const worst = worstAboveFloor(norms, dueNorms(golden, method), golden.pieces.length);
      expect([nameOf(method), worst < NORM_TOLERANCE]).toEqual([nameOf(method), true]);
    }
    await portable.dispose();
  });
});

describe('norm input with source embedding', () => {
  it.each(SENTENCES)('should be zero in the reference too, and is refused: %s', name => {
    const golden = readGolden(name);
    const [along, whole] = ['input', 'frobenius'].map(norm => golden.array(`norms/${norm}/head/embedding/all`));
    expect(Math.max(...(along ?? []))).toBeLessThan(1e-8 * Math.max(...(whole ?? [])));
    expect(COMBINATIONS.map(nameOf)).not.toContain('input/head/embedding/all');
  });
});
