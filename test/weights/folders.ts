// Folders of checkpoints for tests: on disk, in memory, and on disk with some files changed.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Folder } from '../../src/model/checkpoint';
import type { ByteSource } from '../../src/weights/bytes';
import { bytesInMemory } from '../../src/weights/bytes';

export function folderOnDisk(folder: string): Folder {
  const at = (name: string): string => join(folder, name);
  return {
    list: async () => (existsSync(folder) ? readdirSync(folder) : []),
    text: async name => (existsSync(at(name)) ? readFileSync(at(name), 'utf8') : null),
    bytes: async name => (existsSync(at(name)) ? fileSource(at(name)) : null)
  };
}

function fileSource(path: string): ByteSource {
  return {
    size: statSync(path).size,
    read: async (offset, length) => {
      const file = await open(path);
      try {
        const { buffer } = await file.read(Buffer.allocUnsafeSlow(length), 0, length, offset);
        return buffer;
      } finally {
        await file.close();
      }
    }
  };
}

/** The folder with these files in place of its own; null takes a file away. */
export function changed(
  folder: Folder,
  changes: Readonly<Record<string, string | Uint8Array | null>>
): Folder {
  const bytes = (name: string): Uint8Array | null | undefined => {
    const content = changes[name];
    return typeof content === 'string' ? new TextEncoder().encode(content) : content;
  };
  return {
    list: async () => {
      const names = new Set([...(await folder.list()), ...Object.keys(changes)]);
      return [...names].filter(name => changes[name] !== null);
    },
    text: async name => {
      const content = bytes(name);
      return content === undefined ? folder.text(name) : content && new TextDecoder().decode(content);
    },
    bytes: async name => {
      const content = bytes(name);
      return content === undefined ? folder.bytes(name) : content && bytesInMemory(content);
    }
  };
}

export async function sha256(source: ByteSource): Promise<string> {
  return createHash('sha256')
    .update(await source.read(0, source.size))
    .digest('hex');
}
