// Where do the files lie that the service needs beside its code? Beside the bundle; in a checkout in node_modules, but what is built.

import { existsSync } from 'node:fs';
import path from 'node:path';

import { StoryError } from '../core/errors';

/** Path beside the bundle, path in node_modules; null for what scripts/ builds. */
const ASSETS = {
  resvg: ['wasm/index_bg.wasm', '@resvg/resvg-wasm/index_bg.wasm'],
  regular: ['fonts/DejaVuSans.ttf', 'dejavu-fonts-ttf/ttf/DejaVuSans.ttf'],
  bold: ['fonts/DejaVuSans-Bold.ttf', 'dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf'],
  page: ['page.html', null]
} as const;

/**
 * @param folder of the code that runs
 * @throws StoryError bad_file when the installation is incomplete
 */
export function assetPath(folder: string, asset: keyof typeof ASSETS): string {
  const [beside, inPackage] = ASSETS[asset];
  const places = [path.join(folder, beside)];
  for (
    let parent = folder;
    inPackage !== null && parent !== path.dirname(parent);
    parent = path.dirname(parent)
  ) {
    places.push(path.join(parent, 'node_modules', inPackage));
  }
  const found = places.find(place => existsSync(place));
  if (found === undefined) {
    throw new StoryError(
      'bad_file',
      `the file ${beside} is missing beside the service`,
      'the installation is incomplete: install bertstory again',
      { file: beside }
    );
  }
  return found;
}
