// Bundles the harness page and serves it on localhost, with the style sheet and the golden arrays.
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';
import { build } from 'esbuild';

const here = import.meta.dirname;
const root = join(here, '../../..');
const FOLDERS = { '/style/': join(root, 'style'), '/oracle/': join(root, 'test/oracle'), '/harness/': here };
const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css',
  '.js': 'text/javascript',
  '.json': 'application/json'
};

/** @returns {Promise<{url: string, close: () => Promise<void>, bytes: Record<string, number>}>} */
export async function serveHarness({ minify = true } = {}) {
  const { outputFiles } = await build({
    entryPoints: [join(here, 'page.ts')],
    bundle: true,
    format: 'esm',
    splitting: true,
    minify,
    outdir: join(root, 'bundle'),
    write: false,
    target: 'es2022',
    logLevel: 'error'
  });
  const bundle = new Map(outputFiles.map(file => [file.path.replace(root, ''), file.contents]));
  const server = createServer(async (request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url, 'http://localhost').pathname));
    try {
      const body = bundle.get(path) ?? (await readFile(fileOf(path)));
      response.writeHead(200, { 'content-type': TYPES[extname(path)] ?? 'application/octet-stream' });
      response.end(body);
    } catch {
      response.writeHead(404);
      response.end();
    }
  });
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}/harness/index.html`,
    bytes: Object.fromEntries([...bundle].map(([path, contents]) => [path, contents.length])),
    close: () =>
      new Promise(resolve => {
        server.close(resolve);
        server.closeAllConnections();
      })
  };
}

function fileOf(path) {
  const folder = Object.keys(FOLDERS).find(name => path.startsWith(name));
  if (folder === undefined) {
    throw new Error(`nothing is served at ${path}`);
  }
  return join(FOLDERS[folder], path.slice(folder.length));
}
