// Switches act after the fact, whoever asks: the service, a live view that computes itself, and a saved one give the same numbers.

import { measureRow, MEASURE } from '../../src/analysis/measures';
import { MEASURES, OWN, SPECIAL, UNITS, type MeasureRequest } from '../../src/analysis/options';
import { headMatrices } from '../../src/analysis/switches';
import { readStory } from '../../src/story/file';
import { storyData } from '../../src/story/memory';
import { replaced } from '../../src/story/merge';
import { inflateSync } from 'node:zlib';
import { floats, last, told } from './answers';
import { buildService, ServiceProcess, TINY } from './service-process';

const REQUESTS: readonly MeasureRequest[] = MEASURES.flatMap(measure =>
  SPECIAL.flatMap(special => OWN.flatMap(own => UNITS.map(units => ({ measure, special, own, units }))))
);
const METHODS = [
  { norm: 'frobenius', target: 'projected', source: 'local', paths: 'values' },
  { norm: 'sum', target: 'head', source: 'embedding', paths: 'all' },
  { norm: 'input', target: 'projected', source: 'layer:1', paths: 'all' }
] as const;

/** NaN when one side alone is missing. */
function worst(a: Float32Array, b: Float32Array): number {
  expect(a).toHaveLength(b.length);
  return a.reduce((most, value, k) => {
    const same = Object.is(value, b[k]) || (Number.isNaN(value) && Number.isNaN(b[k]));
    return Math.max(most, same ? 0 : Math.abs(value - (b[k] ?? NaN)));
  }, 0);
}

describe('Routes', () => {
  let service: ServiceProcess;
  let model: string;
  beforeAll(async () => {
    service = await new ServiceProcess(buildService()).hello();
    model = await service.load(TINY, 'tiny');
  }, 60_000);
  afterAll(() => service.stop());

  it.each(METHODS)('should agree on every measure under every switch: %j', async options => {
    const stop = { rule: 'exact' } as const;
    const text = 'She is running.';
    const story = await told(
      service.client.request('tell', { model, text, pair: 'The dog sat.', stop, options })
    );
    const { story: key, document } = story.result;
    const asked = { story: key, requests: [...REQUESTS], rows: true };
    const { arrays } = await service.client.ask('measure', asked);
    const { layers, heads } = document.model;
    const attention = floats(story.partials[0]?.arrays ?? {}, 'attention');
    const norms = floats(last(story).arrays, 'norms');

    const places = Array.from(
      { length: layers * heads },
      (_, k) => [Math.floor(k / heads), k % heads] as const
    );
    const shape = [places.length, document.pieces.length, document.pieces.length];
    const axes = ['head', 'query', 'source'];
    const live = replaced(
      { document, heads: places, results: [] },
      { attention: { axes, shape, data: attention }, norms: { axes, shape, data: norms } },
      null
    );
    const { arrays: saved } = await service.client.ask('save', { story: key, budget: 2 ** 21 });
    const file = saved['file']?.data as Uint8Array;
    const reopened = storyData(readStory(new Uint8Array(inflateSync(file))));

    REQUESTS.forEach((request, index) => {
      const due = floats(arrays, `${index}.heads`);
      for (const data of [live, reopened]) {
        const result = data.measure(request);
        expect(worst(result?.heads ?? new Float32Array(), due)).toBeLessThan(1e-6);
        expect(worst(result?.curve ?? new Float32Array(), floats(arrays, `${index}.curve`))).toBeLessThan(
          1e-6
        );
      }
    });

    // The maps as a view shows them, measured row by row.
    const rowsOf = (request: MeasureRequest): Float32Array =>
      floats(arrays, `${REQUESTS.indexOf(request)}.rows`);
    for (const request of REQUESTS.filter(({ measure }) => measure === 'jensen_shannon')) {
      const rows = rowsOf(request);
      const items = rows.length / places.length;
      places.forEach(([layer, head], place) => {
        const maps = live.head(layer, head);
        const shown = headMatrices(
          maps?.attention ?? new Float32Array(),
          maps?.norms ?? null,
          document.pieces,
          request
        );
        const width = shown.sources.length;
        shown.queries.forEach((item, row) => {
          const side = (map: Float32Array | null): Float64Array =>
            Float64Array.from(map?.subarray(row * width, (row + 1) * width) ?? []).filter(
              (_, column) => column !== shown.ownColumn[row]
            );
          const seen = measureRow(MEASURE.jensen_shannon, side(shown.attention), side(shown.attribution));
          const due = rows[place * items + item] ?? NaN;
          expect(Number.isNaN(seen)).toBe(Number.isNaN(due));
          expect(Number.isNaN(due) ? 0 : Math.abs(seen - due)).toBeLessThan(1e-6);
        });
      });
    }
  });
});
