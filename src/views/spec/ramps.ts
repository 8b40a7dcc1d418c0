// The colour ramps of maps and grid: 256 steps between fixed stops, interpolated in OKLCH.

import { formatHex, interpolate, oklch, rgb, type Oklch } from 'culori';

export const RAMP_NAMES = ['attention', 'attribution', 'difference', 'mismatch'] as const;
export type RampName = (typeof RAMP_NAMES)[number];

/** Steps of every ramp. */
export const RAMP_STEPS = 256;

/** Stops at 0, 1/8 … 1. The difference runs from − over 0 to +. Zero is the paper in both themes. */
const STOPS: Record<RampName, { readonly light: string; readonly dark: string }> = {
  attention: {
    light: 'f8fafc eef5fc e3f0fb bcdaf4 8dbfeb 60a3e1 417cbe 25569c 0d317a',
    dark: '191c20 1c232b 202936 2b425f 356395 3c85cb 65a8df 91caf3 bfecff'
  },
  attribution: {
    light: 'fbfaf8 fbf3ec fbeddf f7d3b6 f1b386 ea9158 c26b3d 9b4624 75220a',
    dark: '1f1b18 29201b 33251d 5d3a25 95562b cc722c dd9855 edbd7f fee1ac'
  },
  difference: {
    light: '0d317a 417cbe 8fc0ec e4f0fb fbfaf8 fbede0 f1b487 c26b3d 75220a',
    dark: '78c6ff 428fd6 28588f 1e2a3b 1e1b1a 39251b 904c20 d68133 fdbd69'
  },
  mismatch: {
    light: 'f7f2f6 eedfec e6cce2 ddbad9 ca9dc7 b47fb4 9e60a1 794183 562365',
    dark: '242025 362939 49324e 5d3c63 7a4d7e 98619a b976b7 dda5d5 ffd6f5'
  }
};

/** Place of zero among the stops of the difference. */
const MIDDLE = 4;

const made = new Map<string, readonly string[]>();

/** 256 colours `#rrggbb` from the low to the high end; the same array at every call. */
export function ramp(name: RampName, dark: boolean): readonly string[] {
  const key = `${name} ${dark}`;
  const known = made.get(key);
  if (known) {
    return known;
  }
  const stops = STOPS[name][dark ? 'dark' : 'light']
    .split(' ')
    .map((hex, place) => (name === 'difference' && place === MIDDLE ? paper(`#${hex}`) : `#${hex}`));
  const colourAt = interpolate(stops, 'oklch');
  const colours = Array.from({ length: RAMP_STEPS }, (_, step) =>
    formatHex(colourAt(step / (RAMP_STEPS - 1)))
  );
  made.set(key, colours);
  return colours;
}

/** Zero has no hue of its own to pass through: from blue to paper the difference stays blue. */
function paper(hex: string): Oklch {
  const { l, c } = oklch(hex) ?? { l: 0, c: 0 };
  return { mode: 'oklch', l, c };
}

/** Any CSS colour as an opaque RGBA word (R in the lowest byte); what cannot be read is black. */
export function packColour(colour: string): number {
  const { r, g, b } = rgb(colour) ?? { r: 0, g: 0, b: 0 };
  const byte = (part: number) => Math.round(255 * Math.min(1, Math.max(0, part)));
  return ((255 << 24) | (byte(b) << 16) | (byte(g) << 8) | byte(r)) >>> 0;
}

/** A share of the domain as a share of the ramp: itself, or ± the square root of its magnitude. */
export function scaleShare(share: number, sqrt: boolean): number {
  if (!sqrt) {
    return share;
  }
  return share < 0 ? -Math.sqrt(-share) : Math.sqrt(share);
}
