// Builds the template of a story's page: HTML with the view's script and styles in it, so that the page needs nothing else.
//
//   node scripts/build-page.mjs FILE
import { createHash } from 'node:crypto';
import fs from 'node:fs';

import { build } from 'esbuild';

import { inRoot, ROOT } from './support/places.mjs';

const OPTIONS = {
  absWorkingDir: ROOT,
  bundle: true,
  minify: true,
  write: false,
  metafile: true,
  target: 'es2022',
  // Licences of what is inside travel with it.
  legalComments: 'eof',
  logLevel: 'warning'
};

/** @returns {Promise<{html: string, inputs: Record<string, unknown>}>} the template, and what went into it */
export async function buildPage() {
  const script = await build({ ...OPTIONS, entryPoints: ['src/page/entry.ts'], format: 'iife' });
  const styles = await build({ ...OPTIONS, entryPoints: ['src/page/page.css'] });
  const code = script.outputFiles[0].text.trim();
  const ends = /<\/script|<!--/i.exec(code);
  if (ends !== null) throw new Error(`the script holds ${ends[0]}, which would end it too early`);
  const hash = createHash('sha256').update(code).digest('base64');
  const parts = {
    SCRIPT_HASH: `sha256-${hash}`,
    '<!--build:styles-->': `<style>${styles.outputFiles[0].text.trim()}</style>`,
    '<!--build:script-->': `<script>${code}</script>`
  };
  const shell = fs.readFileSync(inRoot('src', 'page', 'page.html'), 'utf8');
  const html = shell.replaceAll(/SCRIPT_HASH|<!--build:\w+-->/g, place => parts[place]);
  return { html, inputs: { ...script.metafile.inputs, ...styles.metafile.inputs } };
}

if (process.argv[1] === import.meta.filename) {
  const [, , file] = process.argv;
  if (file === undefined) {
    console.error('node scripts/build-page.mjs FILE');
    process.exit(2);
  }
  fs.writeFileSync(file, (await buildPage()).html);
}
