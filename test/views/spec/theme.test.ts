// Colours that can be read: contrast of text, bars and lines on the background, in both themes.

import { wcagContrast } from 'culori';
import { ramp } from '../../../src/views/spec/ramps';
import { DARK, LIGHT, themeOf } from '../../../src/views/spec/theme';

describe.each([
  ['light', LIGHT],
  ['dark', DARK]
])('theme %s', (_, theme) => {
  it.each(['ink', 'ink2', 'attentionText', 'attributionText'] as const)(
    'should let %s be read as text',
    name => {
      expect(wcagContrast(theme[name], theme.background)).toBeGreaterThanOrEqual(4.5);
    }
  );

  it.each(['attentionBar', 'attributionBar', 'dots', 'focus', 'good', 'busy', 'failed'] as const)(
    'should let %s be seen',
    name => {
      expect(wcagContrast(theme[name], theme.background)).toBeGreaterThanOrEqual(3);
    }
  );

  it('should have zero of every map close to the background, and the strong end far from it', () => {
    for (const name of ['attention', 'attribution', 'mismatch'] as const) {
      const colours = ramp(name, theme.dark);
      expect(wcagContrast(colours[0] ?? '', theme.background)).toBeLessThan(1.3);
      expect(wcagContrast(colours[255] ?? '', theme.background)).toBeGreaterThan(7);
    }
  });

  it('should take what the page resolves, but decide itself which ramps', () => {
    const resolved = themeOf(theme.dark, { ink: '#123456', dark: !theme.dark });
    expect(resolved).toEqual({ ...theme, ink: '#123456' });
  });
});
