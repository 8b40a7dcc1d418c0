// Every option of the attribution, in every combination, against whole Jacobians of the reference.

import type { LoadedModel } from '../../src/gradient/compute';
import { openOn, openTestEngine, requestFor, tellAll, tinyModel } from '../compute-fixture';
import { readGolden } from '../golden';
import { COMBINATIONS, dueNorms, nameOf, SENTENCES, worstAboveFloor } from './option-table';

jest.setTimeout(120_000);

const NORM_TOLERANCE = 1e-4;

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
