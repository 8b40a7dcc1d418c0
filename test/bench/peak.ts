// The most memory that a process took: Linux keeps it and can be told to count anew.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';

/** From here on the peak counts; elsewhere than on Linux from the start of the process. */
export function resetPeak(): void {
  try {
    writeFileSync('/proc/self/clear_refs', '5');
  } catch {
    // Not Linux.
  }
}

/** Bytes; of this process where no other is named. */
export function peakOf(process_: number | 'self' = 'self'): number {
  const file = `/proc/${process_}/status`;
  const found = existsSync(file) ? /VmHWM:\s*(\d+) kB/.exec(readFileSync(file, 'utf8')) : null;
  return found === null ? process.resourceUsage().maxRSS * 1024 : Number(found[1]) * 1024;
}
