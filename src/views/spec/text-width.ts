// How wide a text is: an argument of every layout, measured by the page, or for files by the metrics of their font.

import { dejavuShare } from './dejavu';

/** Width in px of one line of text. */
export type MeasureText = (text: string, size: number, weight: 400 | 600) => number;

/** Of DejaVu Sans; 600 is its bold face, the only heavier one it has. */
export const dejavuWidth: MeasureText = (text, size, weight) => {
  const face = weight === 600 ? 'bold' : 'regular';
  let shares = 0;
  for (const character of text) {
    shares += dejavuShare(character, face);
  }
  return shares * size;
};
