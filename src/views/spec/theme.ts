// The colours and the font of a view as resolved values, light and dark.

import { formatRgb, rgb } from 'culori';

export interface Theme {
  readonly dark: boolean;
  /** CSS list of font families. */
  readonly font: string;
  readonly background: string;
  readonly ink: string;
  /** Secondary text: ticks, notes, keys. */
  readonly ink2: string;
  readonly hairline: string;
  /** Hovered rows and the band of the selected layer. */
  readonly hover: string;
  readonly attentionBar: string;
  readonly attentionText: string;
  readonly attributionBar: string;
  readonly attributionText: string;
  readonly dots: string;
  /** Mean ± sd of the curve. */
  readonly band: string;
  readonly focus: string;
  readonly good: string;
  readonly busy: string;
  readonly failed: string;
}

const FONT = 'system-ui, -apple-system, "Segoe UI", Helvetica, Arial, "DejaVu Sans", sans-serif';

export const LIGHT: Theme = {
  dark: false,
  font: FONT,
  background: '#ffffff',
  ink: '#212121',
  ink2: '#6a6a6a',
  hairline: '#e7e7e7',
  hover: 'rgba(0,0,0,.045)',
  attentionBar: '#2f6fc4',
  attentionText: '#1f5fb4',
  attributionBar: '#c2601c',
  attributionText: '#a94a0c',
  dots: '#9a3f93',
  band: 'rgba(150,60,140,.09)',
  focus: '#1976d2',
  good: '#388e3c',
  busy: '#1976d2',
  failed: '#d32f2f'
};

export const DARK: Theme = {
  dark: true,
  font: FONT,
  background: '#111111',
  ink: '#e0e0e0',
  ink2: '#a3a3a3',
  hairline: '#2c2c2c',
  hover: 'rgba(255,255,255,.07)',
  attentionBar: '#5b9fe8',
  attentionText: '#7db6f2',
  attributionBar: '#e58a45',
  attributionText: '#f0a268',
  dots: '#d680cd',
  band: 'rgba(214,128,205,.13)',
  focus: '#64b5f6',
  good: '#4caf50',
  busy: '#42a5f5',
  failed: '#ef5350'
};

/** The theme of files and, with what the page resolves of its own colours and font, of the screen. */
export function themeOf(dark: boolean, resolved: Partial<Theme> = {}): Theme {
  return { ...(dark ? DARK : LIGHT), ...resolved, dark };
}

/** A colour of the theme, partly seen through; what cannot be read stays as it is. */
export function withAlpha(colour: string, alpha: number): string {
  const parts = rgb(colour);
  return parts ? formatRgb({ ...parts, alpha }) : colour;
}
