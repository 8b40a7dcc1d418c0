// Removes what was built, so that a release holds nothing stale. Installed packages and downloads stay.
import fs from 'node:fs';

import { inRoot } from './support/places.mjs';

for (const name of ['lib', 'dist', 'bertstory/service', 'bertstory/labextension', '.cache/stamps']) {
  fs.rmSync(inRoot(name), { recursive: true, force: true });
}
