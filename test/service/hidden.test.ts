// What comes beside the atlas, through the real service: norms of hidden states, and what the forward pass computes.

import { readGolden } from '../golden';
import { worstAboveFloor } from '../oracle/option-table';
import { floats, last, relativeDifference, resultOf, told } from './answers';
import { buildService, ServiceProcess, TINY } from './service-process';

const { text, golden } = { text: 'Keys are unbelievable', golden: readGolden('golden-options/words') };
const PIECES = golden.pieces.length;

describe('Service: hidden states', () => {
  let main: string;
  let service: ServiceProcess;
  let model: string;
  beforeAll(async () => {
    main = buildService();
    service = await new ServiceProcess(main).hello();
    model = await service.load(TINY, 'tiny');
  }, 60_000);
  afterAll(() => service.stop());

  const tell = (stop: object, more: object = {}) =>
    told(
      service.client.request('tell', {
        model,
        text,
        stop: stop as { rule: 'exact' },
        options: { hidden: true },
        ...more
      })
    );
  const EXACT = { rule: 'exact' };

  it('should come with every estimate when asked for, in the end as the reference has them', async () => {
    const story = await tell(EXACT);
    for (const { answer, arrays } of story.partials.slice(1)) {
      expect(arrays['hidden_norms']?.axes).toEqual(['layer', 'query', 'source']);
      expect(arrays['hidden_norms']?.shape).toEqual([3, PIECES, PIECES]);
      expect(answer.document.method.hidden).toBe(true);
    }
    const norms = floats(last(story).arrays, 'hidden_norms');
    expect(worstAboveFloor(norms, golden.array('hidden_norms/frobenius/input'), PIECES)).toBeLessThan(1e-4);
    const plain = await told(service.client.request('tell', { model, text, stop: { rule: 'exact' } }));
    expect(last(plain).arrays['hidden_norms']).toBeUndefined();
    expect(plain.result.document.method).not.toHaveProperty('hidden');
  });

  it('should go on from an estimate, held or sent along, as if it had never stopped', async () => {
    const first = await tell({ rule: 'samples', samples: 8 }, { seed: 7 });
    const stop = { rule: 'samples', samples: 24 } as const;
    const direct = await tell(stop, { seed: 7 });
    const held = await told(service.client.request('refine', { story: first.result.story, stop }));
    const other = await new ServiceProcess(main).hello();
    try {
      const { norms, groups, hidden_norms } = last(first).arrays;
      const arrays = {
        ...first.partials[0]?.arrays,
        ...(norms && { norms }),
        ...(groups && { groups }),
        ...(hidden_norms && { hidden_norms })
      };
      const elsewhere = await other.load(TINY, 'tiny');
      const document = { ...first.result.document };
      const sent = await told(other.client.request('refine', { stop, model: elsewhere, document }, arrays));
      for (const story of [held, sent]) {
        const [a, b] = [story, direct].map(one => floats(last(one).arrays, 'hidden_norms'));
        expect(relativeDifference(a ?? new Float32Array(), b ?? new Float32Array(), PIECES)).toBeLessThan(
          1e-5
        );
      }
    } finally {
      await other.stop();
    }
  }, 30_000);

  it('should be refused with norm sum, which has one gradient for each head', async () => {
    const asked = tell(EXACT, { options: { hidden: true, norm: 'sum' } });
    await expect(asked).rejects.toMatchObject({ code: 'unknown_option', values: { option: 'hidden' } });
  });

  it('should give hidden states, queries, keys and values, as the reference has them', async () => {
    const { result } = await tell({ rule: 'samples', samples: 8 });
    const names = ['hidden', 'query', 'key', 'value'] as const;
    const reply = await service.client.ask('activations', { story: result.story, names: [...names] });
    expect(resultOf<'activations'>(reply)).toMatchObject({ story: result.story });
    for (const name of names) {
      expect(reply.arrays[name]?.shape).toEqual([name === 'hidden' ? 4 : 3, PIECES, 32]);
      const due = golden.array(name);
      const worst = floats(reply.arrays, name).reduce(
        (most, value, i) => Math.max(most, Math.abs(value - (due[i] ?? NaN))),
        0
      );
      expect(worst).toBeLessThan(5e-6);
    }
    const some = await service.client.ask('activations', { story: result.story, names: ['key'] });
    expect(Object.keys(some.arrays)).toEqual(['key']);
    const wrong = service.client.ask('activations', { story: result.story, names: ['keys' as 'key'] });
    await expect(wrong).rejects.toMatchObject({ code: 'unknown_option' });
  });
});
