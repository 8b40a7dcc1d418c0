import fs from 'node:fs';
import path from 'node:path';

import { fillTemplate, HOST_ID, STORY_ID, type PageParts } from '../../src/page/template';

const TEMPLATE = fs.readFileSync(path.resolve(__dirname, '../../src/page/page.html'), 'utf8');
const plain: PageParts = {
  title: 'a title',
  heading: 'a heading',
  lede: 'a sentence.',
  picture: '<svg xmlns="http://www.w3.org/2000/svg"><text>cat</text></svg>',
  provenance: [['Text', 'the cat']],
  carrier: { version: 1, widget: null, story: 'AAAA', view: { pin: null }, omitted: [] }
};
/** As a browser without scripts reads it: what stands in <noscript> counts. */
const parsed = (html: string): Document => new DOMParser().parseFromString(html, 'text/html');

describe('fillTemplate()', () => {
  it('should put everything into its place', () => {
    const page = parsed(fillTemplate(TEMPLATE, plain));
    expect(page.title).toBe('a title');
    expect(page.querySelector('h1')?.textContent).toBe('a heading');
    expect(page.querySelector(`#${HOST_ID} noscript p`)?.textContent).toBe('a sentence.');
    expect(page.querySelector(`#${HOST_ID} noscript svg text`)?.textContent).toBe('cat');
    expect(page.querySelector('dt')?.textContent).toBe('Text');
    expect(JSON.parse(page.getElementById(STORY_ID)?.textContent ?? '')).toEqual(plain.carrier);
  });

  it.each([
    '</script><script>alert(1)</script>',
    '</title><img src=x onerror=alert(1)>',
    '<!--<script>',
    ']]></style><style>',
    '</noscript></svg><b onclick="x">',
    'one\u2028two\u2029three\u00a0&amp; $& $1 $`',
    '<!--bertstory:title--> SCRIPT_HASH <!--build:script-->'
  ])('should keep %j a text', text => {
    const html = fillTemplate(TEMPLATE, {
      title: text,
      heading: text,
      lede: text,
      picture: plain.picture,
      provenance: [[text, text]],
      carrier: { ...plain.carrier, view: text, omitted: [text] }
    });
    const page = parsed(html);
    expect(page.querySelectorAll('script')).toHaveLength(1);
    expect(page.querySelectorAll('img, b, style, [onclick], [onerror]')).toHaveLength(0);
    for (const selector of ['title', 'h1', 'noscript p', 'dt', 'dd']) {
      expect(page.querySelector(selector)?.textContent).toBe(text);
    }
    const data = page.getElementById(STORY_ID)?.textContent ?? '';
    expect(data).not.toMatch(/[<>&\u2028\u2029]/);
    expect(JSON.parse(data)).toMatchObject({ view: text, omitted: [text] });
  });

  it('should replace what HTML does not allow', () => {
    const page = parsed(fillTemplate(TEMPLATE, { ...plain, heading: 'a\u0000b\ud800c\u0085' }));
    expect(page.querySelector('h1')?.textContent).toBe('a\ufffdb\ufffdc\ufffd');
  });

  it('should refuse a template that does not fit', () => {
    expect(() => fillTemplate('<p></p>', plain)).toThrow(/no place for title, heading/);
    expect(() => fillTemplate(`${TEMPLATE}<!--bertstory:colour-->`, plain)).toThrow(
      /colour-->, which is unknown/
    );
  });
});
