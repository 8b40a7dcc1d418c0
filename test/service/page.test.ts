// A story as one HTML page through the real service: what stands in it, and what no text can do to it.
import { createHash } from 'node:crypto';

import { JSDOM } from 'jsdom';

import { readCarrier, unpackStory } from '../../src/story/carrier';
import { requestKey } from '../../src/story/contents';
import { storyData } from '../../src/story/memory';
import { resultOf, told, type Told } from './answers';
import { buildService, ServiceProcess, TINY } from './service-process';

const BUDGET = 8 * 1024 * 1024;

describe('Service: page', () => {
  let service: ServiceProcess;
  let model: string;

  beforeAll(async () => {
    service = await new ServiceProcess(buildService()).hello();
    model = await service.load(TINY, 'tiny');
  }, 60_000);
  afterAll(() => service.stop());

  const tell = (text: string, pair: string | null = null): Promise<Told> =>
    told(service.client.request('tell', { model, text, pair, stop: { rule: 'samples', samples: 16 } }));

  async function pageOf(story: string, state: object = {}): Promise<{ html: string; page: Document }> {
    const reply = await service.client.ask('page', { story, budget: BUDGET, state: { ...state } });
    expect(resultOf<'page'>(reply).omitted).toEqual(['groups']);
    const html = Buffer.from(reply.arrays['file']?.data as Uint8Array).toString('utf8');
    // The template's own script and styles are large, and say nothing of the story.
    const short = html
      .replace(/<script>[^]*<\/script>/, '<script></script>')
      .replace(/<style>[^]*?<\/style>/, '');
    // Scripts are not run, so what stands in <noscript> is parsed.
    return { html, page: new JSDOM(short).window.document };
  }

  it('should hold the story, the state of its view, its title and where it comes from', async () => {
    const { result } = await tell('the cat sat on the mat.');
    const state = { heads: [[1, 2]], queries: [2], measure: 'cosine' };
    const { page } = await pageOf(result.story, state);
    expect(page.title).toBe('the cat sat on the mat. · tiny · bertstory');
    expect(page.querySelector('h1')?.textContent).toBe('the cat sat on the mat.');
    const terms = [...page.querySelectorAll('footer dl > div')].map(row => [
      row.querySelector('dt')?.textContent,
      row.querySelector('dd')?.textContent
    ]);
    expect(Object.fromEntries(terms)).toMatchObject({
      Text: 'the cat sat on the mat.',
      Model: expect.stringContaining(`sha256 ${result.document.model.sha256}`),
      Attribution: expect.stringContaining('estimated from 16 random of 32 directions (seed 0)')
    });
    const carrier = readCarrier(JSON.parse(page.querySelector('#story')?.textContent ?? ''));
    expect(carrier).toMatchObject({ widget: null, view: state, omitted: ['groups'] });
    const data = storyData(unpackStory(carrier.story ?? ''));
    expect(data.document.pieces).toEqual(result.document.pieces);
    const request = { measure: 'jensen_shannon', special: 'drop', own: 'keep', units: 'words' } as const;
    const reply = await service.client.ask('measure', { story: result.story, requests: [request] });
    const here = data.measure(request)?.heads ?? new Float32Array();
    const there = reply.arrays['0.heads']?.data as Float32Array;
    expect(requestKey(request)).toBe('jensen_shannon drop keep words');
    // Value and count of missing rows; the error needs the groups, which a page leaves out.
    const kept = (_: number, place: number) => place % 3 !== 1;
    expect([...here].filter(kept)).toEqual([...there].filter(kept));
  });

  it('should say the same without scripts: sentence and picture', async () => {
    const { result } = await tell('the cat sat on the mat.');
    const { page } = await pageOf(result.story, { heads: [[1, 2]], queries: [2] });
    expect(page.querySelector('noscript p')?.textContent).toMatch(/^In head 1\.2, cat attends most to /);
    const svg = page.querySelector('noscript svg');
    expect(svg?.querySelector('title')?.textContent).toMatch(/^In head 1\.2, cat /);
    expect([...(svg?.querySelectorAll('text') ?? [])].map(text => text.textContent)).toContain('mat');
  });

  it('should forbid all network, and all scripts but its own', async () => {
    const { result } = await tell('a cat');
    const { html, page } = await pageOf(result.story);
    const policy = page.querySelector('meta[http-equiv="Content-Security-Policy"]')?.getAttribute('content');
    expect(policy).toMatch(
      /^default-src 'none'; script-src 'sha256-[\w+/=]+'; style-src 'unsafe-inline'; img-src data: blob:;/
    );
    const [code = '', ...others] = [...html.matchAll(/<script>([^]*?)<\/script>/g)].map(([, text]) => text);
    expect(others).toEqual([]);
    expect(policy).toContain(`'sha256-${createHash('sha256').update(code).digest('base64')}'`);
    expect(page.querySelectorAll('[src], link:not([href^="data:"]), iframe, object, embed')).toHaveLength(0);
    expect(html.indexOf('Content-Security-Policy')).toBeLessThan(html.indexOf('<style'));
  });

  it('should show as text whatever a text holds', async () => {
    const { result } = await tell('</script><!--<script>', '</noscript><img src=x onerror=a()> $&');
    const { page } = await pageOf(result.story);
    expect(page.querySelectorAll('script')).toHaveLength(2);
    expect(page.querySelectorAll('img, [onerror]')).toHaveLength(0);
    const shown = [...page.querySelectorAll('footer dd')].slice(0, 2).map(one => one.textContent);
    expect(shown).toEqual([result.document.text, result.document.pair]);
  });

  it('should refuse a view that does not fit the story', async () => {
    const { result } = await tell('a cat');
    await expect(pageOf(result.story, { heads: [[9, 9]] })).rejects.toMatchObject({ code: 'bad_request' });
  });
});
