// Standard output belongs to the frames: whatever else prints there, libraries included, goes to standard error.
// Imported first, before any library gets to know the original.

type Callback = (error?: Error | null) => void;

const write = process.stdout.write.bind(process.stdout) as (bytes: Uint8Array, done: Callback) => boolean;

process.stdout.write = process.stderr.write.bind(process.stderr) as typeof process.stdout.write;

/** Bytes that may wait for the reader before the writer has to. */
const HIGH_WATER = 8 * 1024 * 1024;

/** Resolves at once while the reader keeps up, else when this frame is through. */
export function writeFrame(frame: Uint8Array): Promise<void> {
  return new Promise(resolve => {
    write(frame, () => resolve());
    if (process.stdout.writableLength < HIGH_WATER) {
      resolve();
    }
  });
}

/** Resolves when everything written so far is through. */
export function flushed(): Promise<void> {
  return new Promise(resolve => write(new Uint8Array(0), () => resolve()));
}
