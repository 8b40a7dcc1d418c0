// Gets the native engine once; where it cannot be had, says so at every set-up, and `npm run setup` tries again.
import fs from 'node:fs';
import path from 'node:path';

import { EngineMissing, installEngine } from '../engine.mjs';
import { CACHE, inRoot } from '../support/places.mjs';
import { say, sayMissing, since } from '../support/report.mjs';
import { venvPython } from './python.mjs';

const REFUSAL = path.join(CACHE, 'engine-missing.json');

const portable = ({ message, hint }) => ({
  message: `no native engine: ${message}`,
  hint: `${hint} (npm run setup); until then the portable engine serves, several times slower`
});

export async function ensureEngine({ retry }) {
  if (process.env.BERTSTORY_ENGINE) return;
  if (!retry && fs.existsSync(REFUSAL)) {
    sayMissing(portable(JSON.parse(fs.readFileSync(REFUSAL, 'utf8'))));
    return;
  }
  const start = performance.now();
  try {
    const how = await installEngine({
      target: inRoot('node_modules', '@tensorflow', 'tfjs-node'),
      cache: CACHE,
      python: venvPython,
      say: line => say(`native engine: ${line}`)
    });
    fs.rmSync(REFUSAL, { force: true });
    if (how !== 'present') say(`native engine: works, ${since(start)}`);
  } catch (error) {
    if (!(error instanceof EngineMissing)) throw error;
    const { message, hint } = error;
    fs.mkdirSync(CACHE, { recursive: true });
    fs.writeFileSync(REFUSAL, JSON.stringify({ message, hint }));
    sayMissing(portable(error));
  }
}
