import { paintCells, type Heatmap } from '../../src/views/canvas';
import { ramp } from '../../src/views/spec/ramps';

const RAMP = ramp('difference', false);

function heatmap(rows: number, columns: number, values: readonly number[]): Heatmap {
  return {
    kind: 'heatmap',
    rows,
    columns,
    values: Float32Array.from(values),
    domain: [-1, 1],
    ramp: RAMP,
    gap: 0,
    missing: '#888888'
  };
}

/** The pixels as `#rrggbb`, transparent ones as ''. */
function colours({ rgba }: { readonly rgba: Uint8ClampedArray }): string[] {
  return Array.from({ length: rgba.length / 4 }, (_, i) => {
    const [r = 0, g = 0, b = 0, alpha = 0] = rgba.subarray(4 * i, 4 * i + 4);
    return alpha === 0 ? '' : `#${[r, g, b].map(byte => byte.toString(16).padStart(2, '0')).join('')}`;
  });
}

describe('paintCells', () => {
  it('should take the colours of the ramp at the ends and in the middle, and clamp beyond', () => {
    const pixels = paintCells(heatmap(2, 3, [-1, -5, 0, 1, 7, NaN]), 100);
    expect(pixels).toMatchObject({ width: 3, height: 2 });
    expect(colours(pixels)).toEqual([RAMP[0], RAMP[0], RAMP[128], RAMP[255], RAMP[255], '']);
  });

  it('should show the largest magnitude of a block when cells are smaller than pixels', () => {
    const pixels = paintCells(heatmap(2, 4, [0.1, -0.9, 0, 0, 0.2, 0.3, NaN, NaN]), 2);
    expect(pixels).toMatchObject({ width: 2, height: 2 });
    const at = (value: number) => RAMP[Math.round(((value + 1) / 2) * 255)];
    expect(colours(pixels)).toEqual([at(-0.9), at(0), at(0.3), '']);
  });
});
