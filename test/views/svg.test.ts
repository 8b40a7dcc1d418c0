// Figures as SVG: well-formed whatever a sentence holds, nothing loaded or run, text as text, marks where they belong.

import type { Figure, Mark, Panel } from '../../src/views/spec/figure';
import { ramp } from '../../src/views/spec/ramps';
import { LIGHT, themeOf } from '../../src/views/spec/theme';
import { FIGURE_NAMES, figure } from '../../src/views/spec/page';
import { DEFAULT_STATE } from '../../src/views/spec/state';
import { drawSvg } from '../../src/views/svg';
import { EXACT, piecesOf, storyOf, syntheticArrays } from './spec/story';

const AXIS = { range: [0, 10], ticks: [], angle: 0, grid: null, colour: '#000', size: 11 } as const;

function figureOf(marks: readonly Mark[], panels: readonly Panel[] = [], summary = ''): Figure {
  return { width: 100, height: 50, background: null, font: 'Inter', panels, marks, summary };
}

function panelOf(marks: readonly Mark[], changes: Partial<Panel> = {}): Panel {
  return {
    id: 'one',
    x: 10,
    y: 20,
    width: 50,
    height: 20,
    xAxis: AXIS,
    yAxis: AXIS,
    marks,
    frame: null,
    ...changes
  };
}

function parse(svg: string): Document {
  const document = new DOMParser().parseFromString(svg, 'image/svg+xml');
  expect(document.querySelector('parsererror')).toBeNull();
  return document;
}

function attributes(element: Element | null, names: readonly string[]): readonly (string | null)[] {
  return names.map(name => element?.getAttribute(name) ?? null);
}

const text = (content: string) =>
  ({
    x: 1,
    y: 2,
    text: content,
    size: 11,
    colour: '#000',
    weight: 400,
    anchor: 'start',
    align: 'baseline',
    angle: 0
  }) as const;

describe('svg', () => {
  describe('what a sentence holds', () => {
    const EVIL = [
      '<script>alert(1)</script>',
      '"><image href="https://example.org/x.png" onload="alert(1)"/>',
      ']]>&lt;&#0;&amp;',
      '\u0000\u0001\u000b\u001f\ufffe\uffff',
      '\ud800 lone \udfff',
      "' onmouseover='alert(1)",
      'مرحبا שלום 東京 😀 e\u0301'
    ];

    it.each(EVIL)('should be text and nothing else: %j', content => {
      const svg = drawSvg(figureOf([{ kind: 'texts', texts: [text(content)] }], [], content));
      const document = parse(svg);
      const names = [...document.querySelectorAll('*')].map(element => element.nodeName);
      expect([...new Set(names)].sort()).toEqual(['desc', 'svg', 'text', 'title']);
      expect(document.querySelectorAll('[onload], [onmouseover], [href]')).toHaveLength(0);
      const read = document.querySelector('text')?.textContent ?? '';
      const valid = content
        .replace(/[\t\n\r]/g, ' ')
        .replace(
          /[\u0000-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g,
          '\ufffd'
        );
      expect(read).toBe(valid);
    });

    it('should pass through a whole page', () => {
      const pieces = piecesOf(['[CLS]', ...EVIL, '[SEP]']);
      const n = pieces.length;
      const values = Float32Array.from({ length: n * n }, (_, cell) => (1 + (cell % 5)) / 30);
      const data = storyOf({ layers: 1, heads: 1, pieces, attention: values, norms: values });
      for (const name of FIGURE_NAMES) {
        const document = parse(
          drawSvg(figure(name, data, EXACT, { ...DEFAULT_STATE, queries: [1] }, LIGHT, 900))
        );
        expect(document.querySelectorAll('script, foreignObject, a, use')).toHaveLength(0);
        expect(document.querySelectorAll('[onload], [onmouseover]')).toHaveLength(0);
      }
    });

    it('should escape colours and fonts too', () => {
      const mark: Mark = {
        kind: 'rects',
        rects: [{ x0: 0, y0: 0, x1: 1, y1: 1 }],
        fill: '"/><script/>',
        stroke: null,
        strokeWidth: 0,
        radius: 0
      };
      const document = parse(drawSvg({ ...figureOf([mark]), font: '"A" & <B>' }));
      expect(document.querySelector('script')).toBeNull();
      expect(document.documentElement.getAttribute('font-family')).toBe(
        '"A" & <B>, "DejaVu Sans", sans-serif'
      );
    });
  });

  it('should say what it shows, first in one sentence, then in all', () => {
    const document = parse(drawSvg(figureOf([], [], 'In head 5.0, it is so. More of it.')));
    expect(document.documentElement.getAttribute('role')).toBe('img');
    expect(document.querySelector('title')?.textContent).toBe('In head 5.0, it is so.');
    expect(document.querySelector('desc')?.textContent).toBe('In head 5.0, it is so. More of it.');
  });

  it('should put values of a panel in its pixels, low values of y at the bottom', () => {
    const dots: Mark = {
      kind: 'dots',
      x: [0, 10, NaN],
      y: [0, 10, 1],
      size: 6,
      colour: '#123',
      opacity: 0.75,
      rim: null
    };
    const document = parse(drawSvg(figureOf([], [panelOf([dots])])));
    const circles = [...document.querySelectorAll('circle')];
    expect(circles.map(circle => attributes(circle, ['cx', 'cy', 'r']))).toEqual([
      ['10', '40', '3'],
      ['60', '20', '3']
    ]);
  });

  it('should lift the pen at missing values', () => {
    const line: Mark = { kind: 'line', x: [0, 1, NaN, 2, 3], y: [0, 0, 0, 0, 0], colour: '#000', width: 2 };
    const path = parse(drawSvg(figureOf([line]))).querySelector('path');
    expect(attributes(path, ['d', 'stroke-width'])).toEqual(['M0 0L1 0M2 0L3 0', '2']);
  });

  it('should draw intervals, areas within their panel, ticks and grid lines', () => {
    const xAxis = { ...AXIS, ticks: [{ at: 5, label: 'half' }], grid: '#eee' };
    const marks: readonly Mark[] = [
      { kind: 'intervals', x: [5], y: [5], half: [1], colour: '#000', width: 2 },
      { kind: 'area', x: [-5, 20, 20], y: [0, 0, 10], colour: 'rgba(150,60,140,.09)' }
    ];
    const document = parse(drawSvg(figureOf([], [panelOf(marks, { xAxis, frame: '#ddd' })])));
    const paths = [...document.querySelectorAll('path')].map(path => path.getAttribute('d'));
    expect(paths).toContain('M35 20v20');
    expect(paths).toContain('M30 30H40');
    const clip = document.querySelector('svg svg');
    expect(attributes(clip, ['x', 'y', 'width', 'height', 'overflow'])).toEqual([
      '10',
      '20',
      '50',
      '20',
      'hidden'
    ]);
    expect(attributes(clip?.querySelector('path') ?? null, ['fill', 'fill-opacity'])).toEqual([
      'rgb(150,60,140)',
      '0.09'
    ]);
    expect(document.querySelector('text')?.textContent).toBe('half');
  });

  it('should keep the colour and weight of runs, and their spaces', () => {
    const runs = [
      { text: 'cabinet', colour: '#111', weight: 600 },
      { text: ' attends', colour: '#00f', weight: 400 }
    ] as const;
    const document = parse(
      drawSvg(figureOf([{ kind: 'texts', texts: [{ ...text('cabinet attends'), runs }] }]))
    );
    const parts = [...document.querySelectorAll('tspan')];
    expect(parts.map(part => part.textContent)).toEqual(['cabinet', ' attends']);
    expect(attributes(parts[0] ?? null, ['fill', 'font-weight'])).toEqual(['#111', '600']);
    expect(document.querySelector('text')?.textContent).toBe('cabinet attends');
  });

  describe('heat maps', () => {
    const map = (rows: number, columns: number, values: readonly number[], gap = 0): Mark => ({
      kind: 'heatmap',
      rows,
      columns,
      values: Float32Array.from(values),
      domain: [0, 1],
      ramp: ramp('attention', false),
      gap,
      missing: '#abcdef'
    });
    const cells = (rows: number, columns: number) => ({
      xAxis: { ...AXIS, range: [-0.5, columns - 0.5] as const },
      yAxis: { ...AXIS, range: [rows - 0.5, -0.5] as const }
    });
    const drawn = (mark: Mark, rows: number, columns: number) =>
      parse(drawSvg(figureOf([], [panelOf([mark], cells(rows, columns))])));

    it('should draw row 0 on top, and neighbours of one colour as one rectangle', () => {
      const paths = [...drawn(map(2, 2, [0, 0, 1, 0.5]), 2, 2).querySelectorAll('path')];
      expect(paths.map(path => attributes(path, ['d', 'fill']))).toEqual([
        ['M10 20h50v10h-50z', '#f8fafc'],
        ['M10 30h25v10h-25z', '#0d317a'],
        ['M35 30h25v10h-25z', ramp('attention', false)[128]]
      ]);
    });

    it('should leave the gap between cells', () => {
      const [path] = drawn(map(1, 2, [0, 0], 2), 1, 2).querySelectorAll('path');
      expect(path?.getAttribute('d')).toBe('M11 21h23v18h-23zM36 21h23v18h-23z');
    });

    it('should hatch what is missing', () => {
      const paths = [...drawn(map(1, 2, [0, NaN]), 1, 2).querySelectorAll('path')];
      expect(paths[1]?.getAttribute('fill')).toBe('#abcdef');
      expect(paths[2]?.getAttribute('stroke')).toBe('#abcdef');
      const ends = (paths[2]?.getAttribute('d') ?? '').match(/-?[\d.]+ -?[\d.]+/g) ?? [];
      expect(ends.length).toBeGreaterThan(4);
      ends.forEach(end => {
        const [x = NaN, y = NaN] = end.split(' ').map(Number);
        expect(x >= 35 && x <= 60 && y >= 20 && y <= 40).toBe(true);
      });
    });

    it('should become one embedded image beyond 64 × 64 cells', () => {
      const values = Array.from({ length: 65 * 65 }, (_, cell) => (cell % 66 === 0 ? 1 : 0));
      const document = drawn(map(65, 65, values), 65, 65);
      expect(document.querySelectorAll('image')).toHaveLength(1);
      expect(document.querySelector('image')?.getAttribute('href')).toMatch(
        /^data:image\/png;base64,iVBORw0KGgo/
      );
    });
  });

  it('should stay below 400 kB for 512 tokens, in both themes', () => {
    const arrays = syntheticArrays(512, 1, 1);
    const data = { ...storyOf(arrays), measure: () => null };
    for (const dark of [false, true]) {
      const svg = drawSvg(
        figure('page', data, EXACT, { ...DEFAULT_STATE, queries: [200] }, themeOf(dark), 900)
      );
      parse(svg);
      expect(svg.length).toBeLessThan(400_000);
      expect(svg).not.toMatch(/NaN|undefined|Infinity/);
    }
  });
});
