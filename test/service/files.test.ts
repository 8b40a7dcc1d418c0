// A story as picture and as the file that a notebook carries, through the real service.
import { inflateSync } from 'node:zlib';

import { readStory } from '../../src/story/file';
import { resultOf, told, type Told } from './answers';
import { buildService, ServiceProcess, TINY } from './service-process';

describe('Service: draw, save', () => {
  let service: ServiceProcess;
  let told16: Told;
  let story: string;

  beforeAll(async () => {
    service = await new ServiceProcess(buildService()).hello();
    const model = await service.load(TINY, 'tiny');
    told16 = await told(
      service.client.request('tell', {
        model,
        text: 'the cat sat on the mat. '.repeat(5),
        stop: { rule: 'samples', samples: 16 }
      })
    );
    story = told16.result.story;
  }, 60_000);
  afterAll(() => service.stop());

  /** The file as bytes of this realm. */
  async function drawn(fields: object): Promise<Buffer> {
    const reply = await service.client.ask('draw', { story, ...fields });
    const { format = 'svg' } = fields as { format?: string };
    const mimes = new Map(Object.entries({ svg: 'image/svg+xml', png: 'image/png', csv: 'text/csv' }));
    expect(resultOf<'draw'>(reply).mime).toBe(mimes.get(format));
    return Buffer.from(reply.arrays['file']?.data as Uint8Array);
  }

  it.each(['page', 'strip', 'heads', 'curve', 'head', 'patterns', 'measures'])(
    'should draw %s as SVG that holds no reference',
    async figure => {
      const svg = (await drawn({ figure, theme: 'dark', width: 700 })).toString();
      expect(svg).toMatch(/^<svg .*width="700"/);
      expect(svg.trimEnd()).toMatch(/<\/svg>$/);
      expect(svg).not.toMatch(/href="(?!data:|#)|url\((?!#)/);
    }
  );

  it('should write the numbers of a figure', async () => {
    const csv = (await drawn({ figure: 'curve', format: 'csv', state: { measure: 'cosine' } })).toString();
    const [header, first] = csv.split('\n');
    expect(header).toBe('layer,measure,mean,standard_deviation,error_95');
    expect(first).toMatch(/^0,cosine,0\.\d+,/);
  });

  it('should draw a PNG of twice the density, with its text', async () => {
    const png = await drawn({ figure: 'page', format: 'png', width: 600 });
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    expect(png.readUInt32BE(16)).toBe(1200);
    // Text vanishes silently where there is no font: other tokens have to give another picture.
    const { document } = told16.result;
    const pieces = document.pieces.map(piece => (piece.special ? piece : { ...piece, text: 'mmmm' }));
    const [attention] = told16.partials;
    const renamed = { ...document, method: { ...document.method, samples: 0 }, pieces };
    const same = { ...renamed, pieces: document.pieces };
    const picture = async (of: object) => {
      const reply = await service.client.ask(
        'draw',
        { document: { ...of }, figure: 'head', format: 'png' },
        attention?.arrays
      );
      return Buffer.from(reply.arrays['file']?.data as Uint8Array);
    };
    expect((await picture(renamed)).equals(await picture(same))).toBe(false);
  }, 20_000);

  it('should refuse a view that does not fit the story', async () => {
    await expect(drawn({ state: { heads: [[9, 9]] } })).rejects.toMatchObject({
      code: 'bad_request',
      message: expect.stringContaining('9.9')
    });
    await expect(drawn({ width: 20 })).rejects.toMatchObject({ code: 'bad_request' });
    await expect(drawn({ figure: 'table' })).rejects.toMatchObject({ code: 'unknown_option' });
  });

  it('should save what a notebook carries within the budget', async () => {
    const sizes: number[] = [];
    for (const budget of [2 * 1024 * 1024, 100_000]) {
      const reply = await service.client.ask('save', { story, budget });
      const file = new Uint8Array(inflateSync(reply.arrays['file']?.data as Uint8Array));
      expect(file.length).toBeLessThanOrEqual(budget);
      expect(resultOf<'save'>(reply).omitted).toContain('groups');
      const { document } = readStory(file);
      expect(document.pieces).toEqual(told16.result.document.pieces);
      sizes.push(file.length);
    }
    expect(sizes[1]).toBeLessThan(sizes[0] ?? 0);
  });

  it('should draw and save what came along with the request, and name it', async () => {
    const { document } = told16.result;
    const arrays = { ...told16.partials[0]?.arrays, ...told16.partials.at(-1)?.arrays };
    const reply = await service.client.ask('save', { document: { ...document }, budget: 1e6 }, arrays);
    const key = resultOf<'save'>(reply).story;
    expect(key).not.toBe(story);
    const known = await service.client.ask('measure', { story: key, requests: [{ measure: 'cosine' }] });
    const original = await service.client.ask('measure', { story, requests: [{ measure: 'cosine' }] });
    expect(known.arrays['0.heads']).toEqual(original.arrays['0.heads']);
  });
});
