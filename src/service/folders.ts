// A checkpoint's folder on this machine's disk.

import { createHash } from 'node:crypto';
import { open, readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';

import { StoryError } from '../core/errors';
import type { Folder } from '../model/checkpoint';
import type { ByteSource } from '../weights/bytes';

/** Bytes read at once where all of a file is needed but not kept. */
const CHUNK = 8 * 1024 * 1024;

export function diskFolder(folder: string): Folder {
  return {
    list: () => orElse([], readdir(folder)),
    text: name => orElse(null, readFile(path.join(folder, name), 'utf8')),
    bytes: name => orElse(null, diskFile(path.join(folder, name)))
  };
}

/** Changes when a file of the folder does; null where there is no folder. */
export async function stampOf(folder: string): Promise<string | null> {
  const names = await orElse(null, readdir(folder));
  if (!names) {
    return null;
  }
  const files = names.sort().map(async name => {
    // A link of the hub's cache may lead nowhere.
    const found = await orElse(null, stat(path.join(folder, name)));
    return `${name} ${found?.size} ${found?.mtimeMs}`;
  });
  return (await Promise.all(files)).join('\n');
}

export async function sha256(source: ByteSource): Promise<string> {
  const hash = createHash('sha256');
  for (let offset = 0; offset < source.size; offset += CHUNK) {
    hash.update(await source.read(offset, Math.min(CHUNK, source.size - offset)));
  }
  return hash.digest('hex');
}

async function diskFile(file: string): Promise<ByteSource> {
  const { size } = await stat(file);
  return {
    size,
    async read(offset, length) {
      const bytes = new Uint8Array(length);
      const handle = await open(file);
      try {
        for (let filled = 0; filled < length;) {
          const { bytesRead } = await handle.read(bytes, filled, length - filled, offset + filled);
          if (bytesRead === 0) {
            return bytes.subarray(0, filled);
          }
          filled += bytesRead;
        }
        return bytes;
      } finally {
        await handle.close();
      }
    }
  };
}

/** What is not there gives `missing`; what cannot be read is an error of the file, not a defect of ours. */
async function orElse<T, M>(missing: M, reading: Promise<T>): Promise<T | M> {
  try {
    return await reading;
  } catch (error) {
    const { code, path: file = '' } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      return missing;
    }
    throw new StoryError(
      'bad_file',
      `${path.basename(file)} cannot be read (${code ?? String(error)})`,
      'check the permissions of the folder and its files',
      { file: path.basename(file), code: code ?? null }
    );
  }
}
