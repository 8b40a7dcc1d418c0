// A precision that is asked for: taken where the processor has it, else said in a sentence; never believed unmeasured.
import { foundPrecision, precisionNote, wantedPrecision } from '../../src/service/precision';
import { resultOf, told } from './answers';
import { buildService, ServiceProcess, TINY } from './service-process';

describe('wantedPrecision', () => {
  it('should be float32 unless bfloat16 is asked for', () => {
    expect(wantedPrecision({})).toBe('float32');
    expect(wantedPrecision({ BERTSTORY_PRECISION: '' })).toBe('float32');
    expect(wantedPrecision({ BERTSTORY_PRECISION: ' BFloat16 ' })).toBe('bfloat16');
  });

  it('should refuse what is neither', () => {
    expect(() => wantedPrecision({ BERTSTORY_PRECISION: 'half' })).toThrow(
      'BERTSTORY_PRECISION is "half"; it should be float32 or bfloat16'
    );
  });
});

describe('precisionNote', () => {
  it('should say what acts, only to those who asked', () => {
    expect(precisionNote('float32', 'float32', 2e-7)).toBe('');
    expect(precisionNote('bfloat16', 'bfloat16', 2e-3)).toBe(
      '; products are computed in bfloat16 as asked (a product is off by 2.0e-3)'
    );
    expect(precisionNote('bfloat16', 'float32', 2e-7)).toBe(
      '; bfloat16 was asked for but does not act here (a product is off by 2.0e-7), so products stay float32'
    );
  });
});

describe('Service: bfloat16', () => {
  it('should compute with what the probe found, and write that into the story', async () => {
    const service = await new ServiceProcess(buildService(), { BERTSTORY_PRECISION: 'bfloat16' }).hello();
    try {
      const status = resultOf<'status'>(await service.client.ask('status', { rate: true }));
      const [running, other] = status.engines ?? [];
      expect(running).toMatchObject({ runs: true });
      expect(running?.gflops).toBeGreaterThan(0);
      expect(other).toMatchObject({ runs: false });
      expect(running?.why).toMatch(/bfloat16/);
      const error = running?.productError ?? null;
      expect(running?.precision).toBe(error === null ? 'float32' : foundPrecision(error));
      const model = await service.load(TINY, 'tiny');
      const stop = { rule: 'samples', samples: 2 } as const;
      const { result } = await told(service.client.request('tell', { model, text: 'the cat', stop }));
      expect(result.document.method.precision).toBe(running?.precision);
      expect(result.document.engine.product_error).toBe(
        running?.precision === 'bfloat16' ? error : undefined
      );
    } finally {
      await service.stop();
    }
  }, 60_000);
});
