// The Python that has PyTorch: in a virtual environment of its own, since the product does without; made when it is missing.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

const PACKAGES = ['torch==2.13.0', 'transformers==5.23.0', 'numpy'];

/** @throws Error in one sentence when it cannot be made */
export function torchPython(root: string): string {
  const folder = path.join(root, '.cache', 'oracle-venv');
  const programs = path.join(folder, process.platform === 'win32' ? 'Scripts' : 'bin');
  const python = path.join(programs, 'python');
  if (ready(python)) {
    return python;
  }
  console.error(
    `PyTorch is not there yet; installing ${PACKAGES.join(', ')} into .cache/oracle-venv (a few minutes)`
  );
  step('make a virtual environment', process.env['PYTHON'] ?? 'python3', ['-m', 'venv', folder]);
  step('install PyTorch', python, ['-m', 'pip', 'install', '--disable-pip-version-check', ...PACKAGES]);
  return python;
}

function ready(python: string): boolean {
  return existsSync(python) && spawnSync(python, ['-c', 'import torch, transformers']).status === 0;
}

function step(what: string, command: string, args: readonly string[]): void {
  const { status, error } = spawnSync(command, [...args], { stdio: ['ignore', 2, 2] });
  if (status !== 0) {
    throw new Error(
      `could not ${what}: ${error?.message ?? `${command} ended with ${status}`}; the lines above say why`
    );
  }
}
