import type { Axis, Figure, Mark, Panel } from '../../src/views/spec/figure';
import { escape, plotlyFigure } from '../../src/views/traces';

const AXIS: Axis = { range: [-0.5, 1.5], ticks: [], angle: 0, grid: null, colour: '#666666', size: 11 };
const PANEL: Panel = {
  id: 'one',
  x: 40,
  y: 10,
  width: 100,
  height: 50,
  xAxis: AXIS,
  yAxis: { ...AXIS, range: [1.5, -0.5] },
  marks: [],
  frame: null
};

function draw(panels: readonly Panel[], marks: readonly Mark[] = []) {
  const figure: Figure = {
    width: 200,
    height: 100,
    background: null,
    font: 'serif',
    panels,
    marks,
    summary: ''
  };
  return plotlyFigure(figure, () => false);
}

function withMarks(...marks: readonly Mark[]) {
  return draw([{ ...PANEL, marks }]).traces;
}

describe('plotlyFigure', () => {
  it('should place panels by pixels', () => {
    const { layout, traces } = draw([PANEL, { ...PANEL, x: 150, width: 50 }]);
    expect(layout).toMatchObject({
      width: 200,
      height: 100,
      margin: { l: 0, r: 0, t: 0, b: 0 },
      xaxis: { domain: [0.2, 0.7], anchor: 'y' },
      yaxis: { domain: [0.4, 0.9], anchor: 'x' },
      xaxis2: { domain: [0.75, 1], anchor: 'y2' }
    });
    expect(traces).toMatchObject([{ xaxis: 'x' }, { xaxis: 'x2' }]);
  });

  it('should lay out a heat map row by row, with the whole ramp over its domain', () => {
    const values = Float32Array.from([1, 2, 3, 4, 5, 6]);
    const ramp = Array.from({ length: 256 }, (_, i) => `rgb(${i},0,0)`);
    const [trace] = withMarks({
      kind: 'heatmap',
      rows: 2,
      columns: 3,
      values,
      domain: [0, 6],
      ramp,
      gap: 2,
      missing: '#888888'
    });
    expect(trace).toMatchObject({ type: 'heatmap', zmin: 0, zmax: 6, xgap: 2, zsmooth: false });
    const { z, colorscale } = trace as { z: Float32Array[]; colorscale: [number, string][] };
    expect(z.map(row => [...row])).toEqual([
      [1, 2, 3],
      [4, 5, 6]
    ]);
    expect(colorscale[0]).toEqual([0, 'rgb(0,0,0)']);
    expect(colorscale.at(-1)).toEqual([1, 'rgb(255,0,0)']);
  });

  it('should hatch missing cells inside their own bounds', () => {
    const traces = withMarks({
      kind: 'heatmap',
      rows: 1,
      columns: 3,
      values: Float32Array.from([1, 2, NaN]),
      domain: [0, 2],
      ramp: ['#000000', '#ffffff'],
      gap: 0,
      missing: '#888888'
    });
    const hatch = traces[1] as { x: (number | null)[]; y: (number | null)[] };
    const inside = hatch.x.every((x, i) => {
      const y = hatch.y[i] ?? 0;
      return x === null || (x > 1.5 && x < 2.5 && y > -0.5 && y < 0.5);
    });
    expect(hatch.x.length).toBeGreaterThan(0);
    expect(inside).toBe(true);
  });

  it('should draw an interval from x − half to x + half', () => {
    const [trace] = withMarks({
      kind: 'intervals',
      x: [0.5, 1],
      y: [0, 1],
      half: [0.1, 0.25],
      colour: '#000000',
      width: 2
    });
    expect(trace).toMatchObject({ x: [0.4, 0.6, null, 0.75, 1.25, null], y: [0, 0, null, 1, 1, null] });
  });

  it('should leave out what somebody else draws, but keep the axes', () => {
    const mark: Mark = { kind: 'line', x: [0], y: [0], colour: '#000000', width: 1 };
    const figure: Figure = {
      width: 200,
      height: 100,
      background: null,
      font: 'serif',
      panels: [{ ...PANEL, marks: [mark] }],
      marks: [],
      summary: ''
    };
    expect(plotlyFigure(figure, one => one === mark).traces).toEqual([
      { type: 'scatter', x: [null], y: [null], hoverinfo: 'skip', xaxis: 'x', yaxis: 'y' }
    ]);
  });

  it('should escape every text of a sentence', () => {
    const label = '<b>&amp;</b>';
    const ticks = [{ at: 0, label }];
    const text = {
      x: 100,
      y: 50,
      text: label,
      size: 11,
      colour: '#000000',
      weight: 400,
      anchor: 'middle',
      align: 'middle',
      angle: 0
    } as const;
    const { layout, traces } = draw(
      [{ ...PANEL, xAxis: { ...AXIS, ticks }, marks: [{ kind: 'texts', texts: [text] }] }],
      [{ kind: 'texts', texts: [text] }]
    );
    const escaped = '&lt;b&gt;&amp;amp;&lt;/b&gt;';
    expect(layout).toMatchObject({
      xaxis: { ticktext: [escaped] },
      annotations: [{ text: escaped, x: 0.5, y: 0.5 }]
    });
    expect(traces).toMatchObject([{ text: [escaped] }]);
    expect(JSON.stringify([layout, traces])).not.toContain('<');
  });
});

describe('escape', () => {
  it('should leave no tag, entity or line end that Plotly reads', () => {
    expect(escape('a<br>b\r\nc & d')).toBe('a&lt;br&gt;b c &amp; d');
  });
});
