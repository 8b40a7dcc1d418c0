// Memory is kept: models and stories used longest ago are given up, what cannot fit is refused, and the service lives on.
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { demoModelFolder } from '../demo-model';
import { resultOf, told } from './answers';
import { buildService, ServiceProcess, TINY } from './service-process';

describe('Service: memory', () => {
  let main: string;
  const services: ServiceProcess[] = [];
  beforeAll(() => {
    main = buildService();
  }, 30_000);
  afterEach(() => Promise.all(services.splice(0).map(service => service.stop())));

  async function withMemory(setting: string): Promise<ServiceProcess> {
    const service = new ServiceProcess(main, { BERTSTORY_MEMORY: setting });
    services.push(service);
    return service.hello();
  }

  it('should give up the model used longest ago, and load it again when asked', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'bertstory-model-'));
    try {
      cpSync(TINY, folder, { recursive: true });
      const service = await withMemory('500 kB');
      const [first, second] = [await service.load(TINY, 'first'), await service.load(folder, 'second')];
      const tell = (model: string) =>
        told(service.client.request('tell', { model, text: 'the cat', stop: { rule: 'exact' } }));
      await tell(second);
      await expect(tell(first)).rejects.toMatchObject({ code: 'unknown_model' });
      expect((await tell(await service.load(TINY, 'first'))).result.reason).toBe('exact');
    } finally {
      rmSync(folder, { recursive: true });
    }
  }, 30_000);

  it('should forget the story used longest ago', async () => {
    const service = await withMemory('500 kB');
    const model = await service.load(TINY, 'tiny');
    const keys: string[] = [];
    for (const text of ['the cat', 'the mat', 'cat cat '.repeat(15)]) {
      const stop = { rule: 'samples', samples: 8 } as const;
      keys.push((await told(service.client.request('tell', { model, text, stop }))).result.story);
    }
    const status = resultOf<'status'>(await service.client.ask('status', {}));
    expect(status.stories).toEqual(keys.slice(2));
    expect(status.memory.budget).toBe(500_000);
    const asked = service.client.ask('measure', { story: keys[0] ?? '', requests: [] });
    await expect(asked).rejects.toMatchObject({ code: 'unknown_story' });
  }, 30_000);

  it('should refuse what does not fit, with the value and the limit', async () => {
    const service = await withMemory('400 MB');
    const model = await service.load(demoModelFolder(), 'minilm');
    const large = { model, text: 'keys '.repeat(500), stop: { rule: 'exact' } } as const;
    await expect(told(service.client.request('tell', large))).rejects.toMatchObject({
      code: 'memory_limit',
      message: expect.stringMatching(/\d GB.*\d GB/)
    });
    const small = { model, text: 'keys', stop: { rule: 'samples', samples: 2 } } as const;
    expect((await told(service.client.request('tell', small))).result.reason).toBe('samples');
  }, 60_000);
});
