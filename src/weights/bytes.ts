// Where bytes come from: a file on disk, or memory.

export interface ByteSource {
  /** Bytes in all. */
  readonly size: number;
  /** Exactly `length` bytes from `offset` on, in memory that the caller may keep and read but not change. */
  read(offset: number, length: number): Promise<Uint8Array>;
}

export function bytesInMemory(bytes: Uint8Array): ByteSource {
  return {
    size: bytes.length,
    read: (offset, length) => Promise.resolve(bytes.subarray(offset, offset + length))
  };
}

/** Several sources one behind the other. */
export function joined(sources: readonly ByteSource[]): ByteSource {
  return {
    size: sources.reduce((sum, { size }) => sum + size, 0),
    async read(offset, length) {
      const bytes = new Uint8Array(length);
      let start = 0;
      for (const source of sources) {
        const from = Math.max(0, offset - start);
        const to = Math.min(source.size, offset + length - start);
        if (from < to) {
          bytes.set(await source.read(from, to - from), start + from - offset);
        }
        start += source.size;
      }
      return bytes;
    }
  };
}
