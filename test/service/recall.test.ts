// The same text again: answered at once with what is there, gone on from instead of begun anew.
import type { StopRule } from '../../src/core/method';
import { floats, last, told } from './answers';
import { buildService, ServiceProcess, TINY } from './service-process';

const TEXT = 'the dog ran to the mat';

describe('Service: what was computed before', () => {
  let service: ServiceProcess;
  let model: string;

  beforeAll(async () => {
    service = await new ServiceProcess(buildService()).hello();
    model = await service.load(TINY, 'tiny');
  }, 60_000);
  afterAll(() => service.stop());

  const tell = (seed: number, stop: StopRule, more: object = {}) =>
    told(service.client.request('tell', { model, text: TEXT, seed, stop, ...more }));

  it('should answer with the same numbers at once, under a key of its own, and say that they were reused', async () => {
    const first = await tell(0, { rule: 'samples', samples: 16 });
    const again = await tell(0, { rule: 'samples', samples: 16 });
    expect(again.result.story).not.toBe(first.result.story);
    expect(again.partials.map(({ answer }) => [answer.stage, answer.done])).toEqual([
      ['attention', 0],
      ['sampled', 16]
    ]);
    expect(again.result.reason).toBe('samples');
    for (const name of ['norms', 'error', 'groups']) {
      expect(floats(last(again).arrays, name)).toEqual(floats(last(first).arrays, name));
    }
    expect(again.partials[0]?.arrays['attention']?.data).toEqual(
      first.partials[0]?.arrays['attention']?.data
    );
    const { attention, attribution, reused } = again.result.document.timing;
    expect(reused).toBeCloseTo((attention ?? NaN) + (attribution ?? NaN), 9);
    expect(first.result.document.timing['reused']).toBeUndefined();
  });

  it('should go on from what is there to the numbers of a job that never stopped', async () => {
    await tell(1, { rule: 'samples', samples: 8 });
    const further = await tell(1, { rule: 'samples', samples: 24 });
    expect(further.partials.map(({ answer }) => answer.done)).toEqual([0, 8, 16, 24]);
    const other = await new ServiceProcess(buildService()).hello();
    const key = await other.load(TINY, 'tiny');
    const whole = await told(
      other.client.request('tell', {
        model: key,
        text: TEXT,
        seed: 1,
        stop: { rule: 'samples', samples: 24 }
      })
    );
    await other.stop();
    const due = floats(last(whole).arrays, 'norms');
    floats(last(further).arrays, 'norms').forEach((norm, i) =>
      expect(norm / (due[i] ?? NaN)).toBeCloseTo(1, 5)
    );
  }, 30_000);

  it('should serve every rule of error by an exact result, measures included', async () => {
    await tell(2, { rule: 'exact' });
    const again = await tell(2, { rule: 'error', error: 0.5 }, { measures: [{ measure: 'pearson' }] });
    expect(again.result).toMatchObject({ reason: 'exact', document: { method: { mode: 'exact' } } });
    expect(last(again).arrays['0.heads']?.shape).toEqual([3, 4, 3]);
  });

  it('should compute as many samples as were asked for where more are there', async () => {
    const first = await tell(3, { rule: 'samples', samples: 8 });
    await tell(3, { rule: 'exact' });
    const again = await tell(3, { rule: 'samples', samples: 8 });
    expect(again.result).toMatchObject({
      reason: 'samples',
      document: { method: { mode: 'sampled', samples: 8 } }
    });
    expect(last(again).arrays['norms']?.data).toEqual(last(first).arrays['norms']?.data);
  });

  it('should not take another seed or other options for the same', async () => {
    const other = await tell(3, { rule: 'samples', samples: 8 }, { options: { target: 'projected' } });
    expect(other.result.document.timing['reused']).toBeUndefined();
  });

  it('should give no story the rows that were made exact in another', async () => {
    const first = await tell(4, { rule: 'samples', samples: 8 });
    const { story } = first.result;
    await service.client.ask('row', { story, layer: 1, head: 2, query: 3 });
    const again = await tell(4, { rule: 'samples', samples: 8 });
    expect(floats(last(again).arrays, 'norms')).toEqual(floats(last(first).arrays, 'norms'));
    expect(floats(last(again).arrays, 'groups')).toEqual(floats(last(first).arrays, 'groups'));
  });
});
