// How large is what was built, raw and as it travels compressed?
import fs from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

const kilobytes = bytes => `${Math.round(bytes / 1000)} kB`;

/**
 * Prints a line for every file that `wanted` names, the largest first.
 * @param {string} folder
 * @param {(name: string) => boolean} wanted gets the path relative to `folder`
 */
export function printSizes(folder, wanted) {
  const files = fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => path.relative(folder, path.join(entry.parentPath ?? entry.path, entry.name)))
    .filter(wanted)
    .map(name => ({ name, content: fs.readFileSync(path.join(folder, name)) }))
    .sort((a, b) => b.content.length - a.content.length);
  for (const { name, content } of files) {
    console.log(
      `${kilobytes(content.length).padStart(9)}  ${kilobytes(gzipSync(content).length).padStart(8)} gzip  ${name}`
    );
  }
}
