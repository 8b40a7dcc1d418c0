// The view in a real browser, on a page without JupyterLab: node test/browser/views.mjs [PART OF A NAME]
import './views/selection.mjs';
import './views/keyboard.mjs';
import './views/sections.mjs';
import './views/states.mjs';
import './views/page.mjs';
import './views/access.mjs';
import './views/cost.mjs';
import { runRegistered } from './views/open.mjs';

/** @returns whether all passed */
export function runViewTests(only = '') {
  return runRegistered(only);
}

if (process.argv[1] === import.meta.filename) {
  process.exitCode = (await runViewTests(process.argv[2])) ? 0 : 1;
}
