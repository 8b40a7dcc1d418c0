// Rows and Jacobians on demand against the atlas and against the reference.

import { DEFAULT_METHOD, type MethodOptions } from '../../src/core/method';
import type { LoadedModel, RowRequest } from '../../src/gradient/compute';
import {
  demoModel,
  GIB,
  hooksWith,
  openOn,
  openTestEngine,
  requestFor,
  tellAll,
  tinyModel,
  worstRelative
} from '../compute-fixture';
import { readGolden } from '../golden';
import { COMBINATIONS, dueNorms, nameOf, worstAboveFloor } from '../oracle/option-table';

jest.setTimeout(60_000);

const golden = readGolden('golden-options/words');
const TOKENS = golden.pieces.length;

function rowRequest(
  [layer, head, query]: readonly [number, number, number],
  method: Partial<MethodOptions> = {},
  pieces = golden.pieces
): RowRequest {
  const { ids, segments } = requestFor(pieces);
  return { ids, segments, method: { ...DEFAULT_METHOD, ...method }, layer, head, query, memoryBudget: GIB };
}

describe('a row on demand', () => {
  let loaded: LoadedModel;
  beforeAll(async () => {
    loaded = await openOn(await openTestEngine(), await tinyModel());
  });
  afterAll(() => loaded.dispose());

  it.each(COMBINATIONS.map(method => [nameOf(method), method] as const))(
    'should be that of the reference: %s',
    async (_, method) => {
      const due = dueNorms(golden, method);
      for (const place of [
        [0, 0, 0],
        [1, 3, 2],
        [2, 1, TOKENS - 1]
      ] as const) {
        const row = (place[0] * 4 + place[1]) * TOKENS + place[2];
        const seen = await loaded.row(rowRequest(place, method), hooksWith());
        expect(worstAboveFloor(seen, due.subarray(row * TOKENS, (row + 1) * TOKENS), TOKENS)).toBeLessThan(
          1e-4
        );
      }
    }
  );

  it('should be that of the reference on all-MiniLM-L6-v2', async () => {
    const keys = readGolden('golden-minilm/keys');
    const model = await openOn(await openTestEngine(), await demoModel());
    for (const [name, target] of [
      ['frobenius', 'head'],
      ['projected', 'projected']
    ] as const) {
      const due = keys.array(name);
      for (const place of [
        [0, 3, 1],
        [5, 11, 13]
      ] as const) {
        const row = (place[0] * keys.heads + place[1]) * keys.pieces.length + place[2];
        const seen = await model.row(rowRequest(place, { target }, keys.pieces), hooksWith());
        const own = due.subarray(row * keys.pieces.length, (row + 1) * keys.pieces.length);
        expect(worstRelative(seen, own, keys.pieces.length)).toBeLessThan(1e-4);
      }
    }
    await model.dispose();
  });

  it('should come in blocks where memory is short, and be the same', async () => {
    const due = await loaded.row(rowRequest([2, 1, 3]), hooksWith());
    const tight = { ...rowRequest([2, 1, 3]), memoryBudget: 350_000 };
    expect(worstRelative(await loaded.row(tight, hooksWith()), due, TOKENS)).toBeLessThan(1e-5);
    await expect(loaded.row({ ...tight, memoryBudget: 1000 }, hooksWith())).rejects.toMatchObject({
      code: 'memory_limit'
    });
  });

  it('should be computed between the calls of a running story', async () => {
    const due = await loaded.row(rowRequest([1, 2, 3]), hooksWith());
    const telling = tellAll(loaded, requestFor(golden.pieces));
    const rows = await Promise.all([1, 2, 3].map(() => loaded.row(rowRequest([1, 2, 3]), hooksWith())));
    rows.forEach(row => expect(row).toEqual(due));
    expect((await telling).end.reason).toBe('exact');
  });

  it('should end with its signal, and free what it made', async () => {
    const engine = await openTestEngine();
    const before = engine.alive();
    const controller = new AbortController();
    const pending = loaded.row(rowRequest([2, 0, 0]), hooksWith({ signal: controller.signal }));
    controller.abort();
    await expect(pending).rejects.toMatchObject({ code: 'cancelled' });
    expect(engine.alive()).toBe(before);
  });

  it.each([
    [[3, 0, 0], 'layer is 3; it should be from 0 to 2'],
    [[0, 4, 0], 'head is 4; it should be from 0 to 3'],
    [[0, 0, -1], `query is -1; it should be from 0 to ${TOKENS - 1}`]
  ] as const)('should refuse row %j', async (place, message) => {
    await expect(loaded.row(rowRequest(place), hooksWith())).rejects.toMatchObject({
      code: 'bad_request',
      message
    });
  });
});

describe('a Jacobian on demand', () => {
  let loaded: LoadedModel;
  beforeAll(async () => {
    loaded = await openOn(await openTestEngine(), await tinyModel());
  });
  afterAll(() => loaded.dispose());

  it.each(['head', 'projected'] as const)('should be that of the reference: target %s', async target => {
    const due = golden.array(`jacobian.${target}`);
    const width = loaded.config.width;
    const components = target === 'head' ? width / loaded.config.heads : width;
    const request = rowRequest([2, 1, 3], { target });
    const whole = await loaded.jacobian({ ...request, source: null }, hooksWith());
    const largest = Math.max(...due.map(Math.abs));
    expect(whole.length).toBe(components * TOKENS * width);
    whole.forEach((value, i) => expect(Math.abs(value - (due[i] ?? NaN))).toBeLessThan(1e-5 * largest));
    const own = await loaded.jacobian({ ...request, source: 2 }, hooksWith());
    for (let component = 0; component < components; component++) {
      const at = (component * TOKENS + 2) * width;
      expect(own.subarray(component * width, (component + 1) * width)).toEqual(
        whole.subarray(at, at + width)
      );
    }
  });

  it('should have the row’s norms', async () => {
    for (const source of ['input', 'embedding', 'layer:1', 'local']) {
      const request = rowRequest([2, 3, 1], { source, target: 'projected' });
      const whole = await loaded.jacobian({ ...request, source: null }, hooksWith());
      const width = loaded.config.width;
      const squares = new Float64Array(TOKENS);
      whole.forEach((value, i) => {
        const token = Math.floor(i / width) % TOKENS;
        squares[token] = (squares[token] ?? NaN) + value * value;
      });
      const norms = await loaded.row(request, hooksWith());
      expect(worstRelative(norms, squares.map(Math.sqrt), TOKENS)).toBeLessThan(1e-5);
    }
  });

  it('should be refused below its source', async () => {
    const request = { ...rowRequest([0, 0, 0], { source: 'layer:1' }), source: 0 };
    await expect(loaded.jacobian(request, hooksWith())).rejects.toMatchObject({ code: 'bad_request' });
    expect((await loaded.row(request, hooksWith())).every(Number.isNaN)).toBe(true);
    await expect(
      loaded.jacobian({ ...rowRequest([0, 0, 0]), source: TOKENS }, hooksWith())
    ).rejects.toMatchObject({ message: `source is ${TOKENS}; it should be from 0 to ${TOKENS - 1}` });
  });
});
