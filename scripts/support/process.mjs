// Running other programs: one function that waits for the end, one that looks along PATH.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

/**
 * Runs a program to its end. Its output goes to the terminal when `show`, else it is kept.
 * A program that cannot be started at all ends with code 127.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{cwd?: string, env?: Record<string, string>, show?: boolean}} [options] `env` is added to this process's own
 * @returns {Promise<{code: number, output: string}>} stdout and stderr as they came
 */
export function run(command, args, { cwd, env, show = false } = {}) {
  return new Promise(resolve => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: show ? 'inherit' : ['ignore', 'pipe', 'pipe']
    });
    let output = '';
    child.stdout?.setEncoding('utf8').on('data', chunk => (output += chunk));
    child.stderr?.setEncoding('utf8').on('data', chunk => (output += chunk));
    // What the terminal interrupts is the program on it, which may ask first (JupyterLab does).
    if (show) process.on('SIGINT', stay);
    const end = outcome => {
      process.off('SIGINT', stay);
      resolve(outcome);
    };
    child.on('error', error => end({ code: 127, output: error.message }));
    child.on('close', (code, signal) => {
      if (signal !== null) output += `\n${path.basename(command)} was ended by ${signal}`;
      end({ code: code ?? (signal === 'SIGINT' ? 130 : 1), output });
    });
  });
}

function stay() {}

/**
 * The last lines that say something.
 * @param {string} output
 * @param {number} [count]
 */
export function lastLines(output, count = 1) {
  return output
    .split('\n')
    .filter(line => line.trim() !== '' && !line.startsWith('npm warn') && !line.startsWith('WARNING'))
    .slice(-count)
    .join('\n');
}

/**
 * Full path of the first of these programs that PATH holds, or null.
 * @param {readonly string[]} names
 * @returns {string | null}
 */
export function onPath(names) {
  const folders = (process.env.PATH ?? '').split(path.delimiter);
  for (const name of names) {
    for (const folder of folders) {
      const file = path.join(folder, name);
      if (fs.statSync(file, { throwIfNoEntry: false })?.isFile()) return file;
    }
  }
  return null;
}

/** npm's own command line, whichever way this process was started. */
export function npmCommand() {
  const own = process.env.npm_execpath;
  return own?.endsWith('.js') === true ? [process.execPath, own] : ['npm'];
}
