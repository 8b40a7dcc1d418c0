// How a file leaves the page: as a download through a link, as a picture drawn from an SVG, or as text on the clipboard.

import type { Stage } from './part';

/** Saves a file; by default through a link that is clicked. */
export type Download = (file: Blob, name: string) => void;

/** Device pixels per CSS pixel of a PNG. */
const PNG_RATIO = 2;

/** The default download. */
export function downloadByLink(document: Document): Download {
  return (file, name) => {
    const link = document.createElement('a');
    const url = URL.createObjectURL(file);
    link.href = url;
    link.download = name;
    document.body.append(link);
    link.click();
    link.remove();
    // The browser reads the URL after the click has been handled.
    setTimeout(() => URL.revokeObjectURL(url), 1000);
  };
}

/** Draws the SVG on a canvas; nothing leaves the page. */
export async function rasterise(window: Window, svg: string): Promise<Blob> {
  const { document } = window;
  const url = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
  try {
    const image = document.createElement('img');
    image.src = url;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = image.naturalWidth * PNG_RATIO;
    canvas.height = image.naturalHeight * PNG_RATIO;
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve, reject) => {
      canvas.toBlob(file => (file === null ? reject(new Error('the canvas is too large')) : resolve(file)));
    });
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** Through the clipboard, or where a page may not, through a selection. */
export async function copyText({ window, create }: Stage, text: string): Promise<void> {
  const { document } = window;
  try {
    await window.navigator.clipboard.writeText(text);
  } catch {
    const focused = document.activeElement;
    const area = create('textarea', { className: 'bs-hidden' });
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand('copy');
    area.remove();
    if (focused !== null && 'focus' in focused) {
      (focused as HTMLElement).focus();
    }
    if (!done) {
      throw new Error('copying is not allowed here');
    }
  }
}
