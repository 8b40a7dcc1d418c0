// The ramps: exact at their stops, monotone in lightness, the same paper at zero.

import { oklch, rgb } from 'culori';
import { packColour, ramp, RAMP_NAMES, scaleShare } from '../../../src/views/spec/ramps';
import { withAlpha } from '../../../src/views/spec/theme';

const themes = [false, true];

function lightness(colour: string | undefined): number {
  return oklch(colour ?? '')?.l ?? NaN;
}

describe('ramps', () => {
  it.each(RAMP_NAMES.flatMap(name => themes.map(dark => [name, dark] as const)))(
    'should give 256 colours of %s, dark %p, monotone in lightness from paper to strong',
    (name, dark) => {
      const colours = ramp(name, dark);
      expect(colours).toHaveLength(256);
      expect(ramp(name, dark)).toBe(colours);
      const start = name === 'difference' ? 128 : 0;
      for (let step = start + 1; step < 256; step++) {
        const change = lightness(colours[step]) - lightness(colours[step - 1]);
        expect(dark ? change : -change).toBeGreaterThanOrEqual(-0.004);
      }
    }
  );

  it('should pass through the stops', () => {
    expect(ramp('attention', false)[0]).toBe('#f8fafc');
    expect(ramp('attention', false)[255]).toBe('#0d317a');
    expect(ramp('mismatch', false)[0]).toBe('#f7f2f6');
    expect(ramp('difference', true)[0]).toBe('#78c6ff');
    expect(ramp('difference', true)[255]).toBe('#fdbd69');
  });

  it('should keep blue on the one and orange on the other side of zero', () => {
    for (const dark of themes) {
      ramp('difference', dark).forEach((colour, step) => {
        const { r, b } = rgb(colour) ?? { r: 0, b: 0 };
        if (step < 124) {
          expect(b).toBeGreaterThan(r);
        } else if (step > 131) {
          expect(r).toBeGreaterThan(b);
        }
      });
    }
  });

  it('should keep equal amounts of the two signs apart from .4 of the range on, for eyes without red or green cones too', () => {
    for (const dark of themes) {
      const colours = ramp('difference', dark);
      for (const share of [0.4, 0.6, 0.8, 1]) {
        const at = (value: number) => oklch(colours[Math.round((value * 0.5 + 0.5) * 255)] ?? '');
        const [minus, plus] = [at(-share), at(share)];
        // Hues across blue and yellow stay apart for protan and deutan eyes: compare b of OKLab alone.
        const blueYellow = (colour: ReturnType<typeof oklch>) =>
          (colour?.c ?? 0) * Math.sin((((colour?.h ?? 0) as number) * Math.PI) / 180);
        expect(blueYellow(plus) - blueYellow(minus)).toBeGreaterThan(0.1);
      }
    }
  });

  it('should pack colours with red in the lowest byte', () => {
    expect(packColour('#0d317a')).toBe(0xff7a310d);
    expect(packColour('no colour')).toBe(0xff000000);
  });

  it('should scale by the square root of the magnitude', () => {
    expect(scaleShare(0.25, true)).toBe(0.5);
    expect(scaleShare(-0.25, true)).toBe(-0.5);
    expect(scaleShare(-0.25, false)).toBe(-0.25);
    expect(scaleShare(NaN, true)).toBeNaN();
  });

  it('should make a colour transparent and leave alone what is none', () => {
    expect(withAlpha('#212121', 0.35)).toBe('rgba(33, 33, 33, 0.35)');
    expect(withAlpha('var(--x)', 0.5)).toBe('var(--x)');
  });
});
