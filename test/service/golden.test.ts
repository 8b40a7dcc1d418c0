// The whole service against the reference: text in, exact attribution and its mismatch out.
import { readFileSync } from 'node:fs';
import path from 'node:path';

import { readArrays, readGolden } from '../golden';
import { demoModelFolder } from '../demo-model';
import { floats, last, relativeDifference, told } from './answers';
import { buildService, ServiceProcess, TINY } from './service-process';

const ATTENTION = 2e-5;
const NORMS = 1e-4;
const MISMATCH = 1e-4;
/** What the product prints side by side. */
const PRINTED = [
  { measure: 'pearson', special: 'keep', own: 'keep', units: 'pieces' },
  { measure: 'pearson', special: 'keep', own: 'drop', units: 'pieces' },
  { measure: 'pearson', special: 'drop', own: 'keep', units: 'pieces' }
] as const;

/** Cases with golden measures, where the product defines them as the reference does. */
const MEASURED = ['keys', 'pair', 'unknown'];

describe('Service against the reference', () => {
  let service: ServiceProcess;
  const models: Record<string, string> = {};

  beforeAll(async () => {
    service = await new ServiceProcess(buildService()).hello();
    models['golden-tiny'] = await service.load(TINY, 'tiny');
    models['golden-minilm'] = await service.load(demoModelFolder(), 'minilm');
  }, 60_000);
  afterAll(() => service.stop());

  const worstAbsolute = (a: Float32Array, b: Float64Array): number =>
    a.reduce((worst, value, cell) => Math.max(worst, Math.abs(value - (b[cell] ?? NaN))), 0);

  it.each([
    'golden-tiny/cat',
    'golden-tiny/pair',
    'golden-tiny/empty',
    'golden-tiny/unknown',
    'golden-minilm/keys',
    'golden-minilm/bank'
  ])(
    'should give pieces, attention, exact norms and mismatch of %s',
    async name => {
      const golden = readGolden(name);
      const file = path.join(__dirname, '..', 'oracle', `${name}.json`);
      const { text, pair } = JSON.parse(readFileSync(file, 'utf8')) as { text: string; pair: string | null };
      const model = models[path.dirname(name)] ?? '';
      const story = await told(
        service.client.request('tell', { model, text, pair, stop: { rule: 'exact' }, measures: [...PRINTED] })
      );
      const { document } = story.result;
      expect(document.pieces.map(({ id, segment }) => [id, segment])).toEqual(
        golden.pieces.map(({ id, segment }) => [id, segment])
      );
      const attention = floats(story.partials[0]?.arrays ?? {}, 'attention');
      const norms = floats(last(story).arrays, 'norms');
      const offBy = worstAbsolute(attention, golden.array('attention'));
      const relative = relativeDifference(norms, golden.array('frobenius'), document.pieces.length);
      expect(offBy).toBeLessThan(ATTENTION);
      expect(relative).toBeLessThan(NORMS);
      if (MEASURED.includes(path.basename(name))) {
        const reference = readArrays(`golden-switches/${path.basename(name)}`);
        PRINTED.forEach(({ measure, special, own, units }, index) => {
          const due = reference
            .array(`${measure}/${special}/${own}/${units}`)
            .filter((_, at) => at % 2 === 0);
          const seen = floats(last(story).arrays, `${index}.heads`).filter((_, at) => at % 3 === 0);
          expect(worstAbsolute(seen, due)).toBeLessThan(MISMATCH);
        });
      }
    },
    240_000
  );
});
