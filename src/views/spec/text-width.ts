// How wide a text is: an argument of every layout, measured by the page or by the metrics of DejaVu Sans.

/** Width in px of one line of text. */
export type MeasureText = (text: string, size: number, weight: 400 | 600) => number;

/** Metrics of DejaVu Sans and DejaVu Sans Bold (for 600), the font of files. */
export const dejavuWidth: MeasureText = (text, size, weight) =>
  [...text].length * size * (weight === 600 ? 0.66 : 0.59);
