// A PNG of an SVG document, with our own fonts alone, so that it looks the same everywhere.

import { readFile } from 'node:fs/promises';

import { initWasm, Resvg } from '@resvg/resvg-wasm';

import { assetPath } from './assets';

/** Pixels per CSS pixel: sharp on screens of high density and in print. */
const SCALE = 2;

let fonts: Promise<Uint8Array[]> | null = null;

/** @param folder of the code that runs @throws StoryError bad_file when the installation is incomplete */
export async function renderPng(svg: string, folder: string): Promise<Uint8Array> {
  fonts ??= prepare(folder);
  const fontBuffers = await fonts;
  const resvg = new Resvg(svg, {
    fitTo: { mode: 'zoom', value: SCALE },
    font: {
      fontBuffers,
      defaultFontFamily: 'DejaVu Sans',
      sansSerifFamily: 'DejaVu Sans'
    }
  });
  const image = resvg.render();
  try {
    return image.asPng();
  } finally {
    image.free();
    resvg.free();
  }
}

async function prepare(folder: string): Promise<Uint8Array[]> {
  const [wasm, ...files] = await Promise.all(
    (['resvg', 'regular', 'bold'] as const).map(asset => readFile(assetPath(folder, asset)))
  );
  await initWasm(wasm as Uint8Array<ArrayBuffer>);
  return files;
}
