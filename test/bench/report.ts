// Figures as Markdown, and docs/benchmarks.md with one program's own section replaced: what people wrote there stays.

import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import path from 'node:path';

import type { Row } from './speed';

const HEAD = [
  'input',
  'task',
  'by',
  'seconds',
  'ours / this',
  'nominal GFLOP/s',
  'peak memory',
  'runs',
  'part run'
];
const RIGHT = [3, 4, 5, 6, 7];

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? NaN)
    : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
}

/** CPU, threads and memory of this machine in one line. */
export function machine(threads: number): string {
  return `${cpus()[0]?.model.trim() ?? 'unknown CPU'}, ${threads} threads, ${(totalmem() / 1e9).toFixed(0)} GB`;
}

/** `ours / this`: the time of our native engine at the same task, as a share of this row's. */
export function speedRows(name: string, rows: readonly Row[]): string[][] {
  return rows.map(({ task, by, ours, seconds, peak, operations, part }) => {
    const time = median(seconds);
    const own = rows.find(other => other.task === task && other.ours);
    const ratio = ours || own === undefined ? '' : ratioOf(median(own.seconds) / time);
    const rate = operations === null ? '' : (operations / time / 1e9).toFixed(0);
    const memory = `${(peak / 1e9).toFixed(2)} GB`;
    return [name, task, by, significant(time), ratio, rate, memory, String(seconds.length), part];
  });
}

/** Two digits, also where one side is a thousand times faster. */
function ratioOf(ratio: number): string {
  return ratio < 0.1 ? ratio.toPrecision(2) : ratio.toFixed(2);
}

function significant(seconds: number): string {
  return seconds >= 100 ? seconds.toFixed(0) : seconds.toPrecision(3);
}

export function table(head: readonly string[], right: readonly number[], rows: readonly string[][]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rule = head.map((_, i) => (right.includes(i) ? '--:' : '---'));
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}

export const speedTable = (rows: readonly string[][]): string => table(HEAD, RIGHT, rows);

/** Rows of other inputs that the table in the file has already, if they were taken on the same machine. */
export function otherRows(section: string, where: string, names: readonly string[]): string[][] {
  if (!section.includes(where)) {
    return [];
  }
  return section
    .split('\n')
    .filter(line => /^\| (minilm|base)-\d+ /.test(line))
    .map(line =>
      line
        .slice(1, -1)
        .split('|')
        .map(cell => cell.trim())
    )
    .filter(([name]) => !names.includes(name ?? ''));
}

export class Report {
  private readonly file: string;

  constructor(root: string) {
    this.file = path.join(root, 'docs', 'benchmarks.md');
  }

  /** What stands between the markers of a section; empty where there are none. */
  section(name: string): string {
    const [, inside = ''] = this.pattern(name).exec(readFileSync(this.file, 'utf8')) ?? [];
    return inside;
  }

  /** Puts `text` between the markers of a section, which is added at the end when it is new. */
  write(name: string, text: string): void {
    const before = readFileSync(this.file, 'utf8');
    const section = `${this.open(name)}\n\n${text.trim()}\n\n<!-- end of ${name} -->`;
    const after = this.pattern(name).test(before)
      ? before.replace(this.pattern(name), () => section)
      : `${before.trimEnd()}\n\n${section}\n`;
    writeFileSync(this.file, after);
  }

  private open(name: string): string {
    return `<!-- ${name}: written by npm run bench -->`;
  }

  private pattern(name: string): RegExp {
    return new RegExp(`${this.open(name)}([\\s\\S]*?)<!-- end of ${name} -->`);
  }
}
