// Where things lie: the repository, its virtual environment, its caches.
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '');
export const CACHE = path.join(ROOT, '.cache');
export const VENV = path.join(ROOT, '.venv');
const VENV_PROGRAMS = path.join(VENV, process.platform === 'win32' ? 'Scripts' : 'bin');

/** A program of the virtual environment. */
export const venvProgram = name =>
  path.join(VENV_PROGRAMS, process.platform === 'win32' ? `${name}.exe` : name);

/** A path inside the repository. */
export const inRoot = (...names) => path.join(ROOT, ...names);

/** The stamp of a step; stamps about the virtual environment live and die with it. */
export const stampFile = (step, folder = CACHE) => path.join(folder, 'stamps', step);
