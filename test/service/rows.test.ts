// Rows made exact on demand and Jacobians, through the real service: kept by the story, whatever else goes on.
import { demoModelFolder } from '../demo-model';
import { floats, last, relativeDifference, resultOf, told } from './answers';
import { buildService, ServiceProcess, TINY } from './service-process';

const TEXT = 'the cat sat on the mat';
const LONGER = 'The keys to the old cabinet are on the kitchen table.';

describe('Service: row, jacobian', () => {
  let main: string;
  let service: ServiceProcess;
  let model: string;

  beforeAll(async () => {
    main = buildService();
    service = await new ServiceProcess(main).hello();
    model = await service.load(TINY, 'tiny');
  }, 60_000);
  afterAll(() => service.stop());

  const stop = (samples: number) => ({ rule: 'samples', samples }) as const;
  let seed = 0;
  /** Of a seed of its own: the service knows better results of the others. */
  /** Every test has a seed of its own: what is there of the same text under the same options is given as far as it goes. */
  const tell = (samples: number, more: object = {}) =>
    told(service.client.request('tell', { model, text: TEXT, seed: ++seed, stop: stop(samples), ...more }));
  const exactNorms = async () => floats(last(await tell(32)).arrays, 'norms');

  /** The row's part of [layer, head, query, source] of tiny-bert. */
  const rowOf = (maps: Float32Array, tokens: number, [layer, head, query]: readonly number[]) => {
    const at = (((layer ?? 0) * 4 + (head ?? 0)) * tokens + (query ?? 0)) * tokens;
    return maps.subarray(at, at + tokens);
  };

  it('should give the exact norms of a row of an estimate, and keep them', async () => {
    const exact = await exactNorms();
    const first = await tell(8, { seed: 201 });
    const { story, document } = first.result;
    const tokens = document.pieces.length;
    const reply = await service.client.ask('row', { story, layer: 2, head: 1, query: 3 });
    expect(resultOf<'row'>(reply)).toMatchObject({ story, row: { layer: 2, head: 1, query: 3 } });
    expect(reply.arrays['norms']?.axes).toEqual(['source']);
    const norms = floats(reply.arrays, 'norms');
    expect(relativeDifference(norms, rowOf(exact, tokens, [2, 1, 3]), tokens)).toBeLessThan(1e-4);

    const refined = last(await told(service.client.request('refine', { story, stop: stop(16) }))).arrays;
    expect(rowOf(floats(refined, 'norms'), tokens, [2, 1, 3])).toEqual(norms);
    expect(Math.max(...rowOf(floats(refined, 'error'), tokens, [2, 1, 3]))).toBe(0);
    expect(Math.max(...rowOf(floats(refined, 'error'), tokens, [2, 1, 4]))).toBeGreaterThan(0);
    const groups = floats(refined, 'groups');
    for (let group = 0; group < 8; group++) {
      const own = rowOf(groups.subarray(group * exact.length), tokens, [2, 1, 3]);
      expect(
        relativeDifference(
          own,
          norms.map(value => value * value),
          tokens
        )
      ).toBeLessThan(1e-6);
    }
  });

  it('should measure an exact row without error', async () => {
    const { story } = (await tell(8, { seed: 202 })).result;
    const rows = [0, 1, 2, 3, 4, 5, 6, 7];
    const ask = () => service.client.ask('measure', { story, requests: [{ measure: 'pearson' }] });
    const before = floats((await ask()).arrays, '0.heads');
    await Promise.all(rows.map(query => service.client.ask('row', { story, layer: 1, head: 0, query })));
    const after = floats((await ask()).arrays, '0.heads');
    // [layer, head, statistic]: head 0 of layer 1, its error.
    expect(before[4 * 3 + 1]).toBeGreaterThan(0);
    expect(after[4 * 3 + 1]).toBeCloseTo(0, 12);
    expect(after[5 * 3 + 1]).toBe(before[5 * 3 + 1]);
  });

  it('should know the exact rows of a story that comes with its arrays', async () => {
    const first = await tell(8, { seed: 203 });
    const { story, document } = first.result;
    const place = { layer: 1, head: 3, query: 2 };
    const norms = floats((await service.client.ask('row', { story, ...place })).arrays, 'norms');
    // Going on from 8 to 8 directions changes nothing; the arrays hold the row.
    const told16 = await told(service.client.request('refine', { story, stop: stop(16) }));
    const [attention] = first.partials;
    const { arrays } = last(told16);
    const other = await new ServiceProcess(main).hello();
    try {
      const sent = { ...attention?.arrays, norms: arrays['norms'], groups: arrays['groups'] };
      const found = Object.fromEntries(
        Object.entries(sent).flatMap(([name, array]) => (array ? [[name, array]] : []))
      );
      const request = { model: await other.load(TINY, 'tiny'), document: { ...told16.result.document } };
      const known = await other.client.ask('row', { ...request, ...place }, found);
      expect(floats(known.arrays, 'norms')).toEqual(norms);
      const named = resultOf<'row'>(known).story;
      const refined = await told(other.client.request('refine', { story: named, stop: stop(24) }));
      const tokens = document.pieces.length;
      expect(rowOf(floats(last(refined).arrays, 'norms'), tokens, [1, 3, 2])).toEqual(norms);
    } finally {
      await other.stop();
    }
  }, 30_000);

  it('should answer while the atlas is sampled, and a later estimate keeps the row', async () => {
    const minilm = await service.load(demoModelFolder(), 'minilm');
    const telling = service.client.request('tell', { model: minilm, text: LONGER, stop: { rule: 'exact' } });
    const place = { layer: 5, head: 3, query: 2 };
    let row: Float32Array | null = null;
    let ended = false;
    for await (const { answer, arrays } of telling) {
      if (answer.kind === 'partial' && answer.stage === 'attention') {
        void service.client.ask('row', { story: answer.story, ...place }).then(reply => {
          expect(ended).toBe(false);
          row = floats(reply.arrays, 'norms');
        });
      }
      if (answer.kind === 'partial' && answer.stage === 'sampled' && row !== null) {
        const tokens = answer.document.pieces.length;
        const at = ((place.layer * 12 + place.head) * tokens + place.query) * tokens;
        expect(floats(arrays, 'norms').subarray(at, at + tokens)).toEqual(row);
        expect(Math.max(...floats(arrays, 'error').subarray(at, at + tokens))).toBe(0);
        break;
      }
    }
    ended = true;
    expect(row).not.toBeNull();
    expect(resultOf<'cancel'>(await service.client.ask('cancel', { target: telling.id }))).toMatchObject({
      cancelled: true
    });
  }, 60_000);

  it('should be cancelled like a job', async () => {
    const minilm = await service.load(demoModelFolder(), 'minilm');
    const text = Array.from({ length: 60 }, () => 'word').join(' ');
    const { story } = (
      await told(
        service.client.request('tell', { model: minilm, text, stop: { rule: 'samples', samples: 2 } })
      )
    ).result;
    const rows = [0, 1, 2].map(query => service.client.request('row', { story, layer: 5, head: 0, query }));
    const ends = rows.map(async row => {
      for await (const reply of row) {
        return reply.answer.kind;
      }
      return 'nothing';
    });
    const refused = [1, 2].map(i => expect(ends[i]).rejects.toMatchObject({ code: 'cancelled' }));
    for (const row of rows.slice(1)) {
      await service.client.ask('cancel', { target: row.id });
    }
    expect(await ends[0]).toBe('result');
    await Promise.all(refused);
  }, 60_000);

  it('should give the Jacobian of a row, of one source or of all', async () => {
    const { story, document } = (await tell(8, { seed: 204 })).result;
    const tokens = document.pieces.length;
    const place = { story, layer: 2, head: 0, query: 1 };
    const whole = await service.client.ask('jacobian', place);
    expect(whole.arrays['jacobian']).toMatchObject({
      axes: ['component', 'source', 'width'],
      shape: [8, tokens, 32]
    });
    const own = await service.client.ask('jacobian', { ...place, source: 3 });
    expect(own.arrays['jacobian']).toMatchObject({ axes: ['component', 'width'], shape: [8, 32] });
    const norm = Math.hypot(...floats(own.arrays, 'jacobian'));
    const norms = floats((await service.client.ask('row', place)).arrays, 'norms');
    expect(norm / (norms[3] ?? NaN)).toBeCloseTo(1, 4);
  });

  it.each([
    [{ layer: 3, head: 0, query: 0 }, 'layer is 3; it should be from 0 to 2'],
    [{ layer: 0, head: 4, query: 0 }, 'head is 4; it should be from 0 to 3'],
    [{ layer: 0, head: 0, query: 99 }, 'query is 99; it should be from 0 to 7']
  ])('should refuse %j', async (place, message) => {
    const { story } = (await tell(8, { seed: 205 })).result;
    const asking = service.client.ask('row', { story, ...place });
    await expect(asking).rejects.toMatchObject({ code: 'bad_request', message });
  });
});
