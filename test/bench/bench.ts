// npm run bench -- [minilm-16 …] [cancel] [limits] [wasm-scaling] [--runs 3] [--quick] [--threads N]
//
// Without a name: the speed of every input, interleaved with PyTorch. Writes docs/benchmarks.md; --quick only prints.

import { availableParallelism } from 'node:os';
import path from 'node:path';

import { cancelSection } from './cancel';
import { CASES } from './cases';
import { limitsSection } from './limits';
import { machine, otherRows, Report, speedRows, speedTable } from './report';
import { timeCase } from './speed';
import { torchPython } from './torch-python';
import { scalingSection } from './wasm-scaling';

const ROOT = path.resolve(__dirname, '..');
const SPEED = 'speed';

export interface Options {
  readonly root: string;
  readonly threads: number;
  readonly runs: number;
  readonly quick: boolean;
  say(line: string): void;
}

const SECTIONS: Readonly<Record<string, (options: Options) => Promise<string>>> = {
  cancel: cancelSection,
  limits: limitsSection,
  'wasm-scaling': scalingSection
};

async function speed(names: readonly string[], options: Options): Promise<void> {
  const { root, threads, runs, quick, say } = options;
  const python = torchPython(root);
  const report = new Report(root);
  const where = machine(threads);
  const done: string[] = [];
  let rows: string[][] = [];
  for (const one of CASES.filter(({ name }) => names.includes(name))) {
    say(`${one.name}: ${one.title}`);
    const mostColumns = quick ? 32 : Infinity;
    rows = [
      ...rows,
      ...speedRows(one.name, await timeCase(one, { root, python, threads, runs, mostColumns, say }))
    ];
    done.push(one.name);
    if (!quick) {
      report.write(SPEED, speedText(where, [...otherRows(report.section(SPEED), where, done), ...rows]));
    }
  }
  console.log(speedText(where, rows));
}

function speedText(where: string, rows: readonly string[][]): string {
  const order = CASES.map(({ name }) => name);
  const sorted = [...rows].sort((a, b) => order.indexOf(a[0] ?? '') - order.indexOf(b[0] ?? ''));
  const inputs = CASES.map(({ name, title }) => `\`${name}\`: ${title}`).join('; ');
  return [
    '## Speed, beside PyTorch',
    `\`npm run bench\` on ${where}; float32, the same threads for all, taking turns within one run; medians. ${inputs}.`,
    'Every time begins at the piece ids, the forward pass included. Where a part was run, the rest is reckoned: what is done once ' +
      'per sentence counts whole, what grows with the directions or numbers is scaled. `ours / this` is the time of bertstory on ' +
      'tfjs-node over this row’s; nominal GFLOP/s count the operations of plain forward mode, whatever was really done.',
    speedTable(sorted)
  ].join('\n\n');
}

async function main(args: readonly string[]): Promise<void> {
  const value = (flag: string, or: number): number => {
    const at = args.indexOf(flag);
    return at < 0 ? or : Number(args[at + 1]);
  };
  const quick = args.includes('--quick');
  const options: Options = {
    root: ROOT,
    quick,
    threads: value('--threads', availableParallelism()),
    runs: value('--runs', quick ? 1 : 3),
    say: line => process.stderr.write(`${line}\n`)
  };
  const names = args.filter(
    (arg, i) => !arg.startsWith('--') && !/^--(runs|threads)$/.test(args[i - 1] ?? '')
  );
  const known = [...CASES.map(({ name }) => name), ...Object.keys(SECTIONS)];
  const strange = names.find(name => !known.includes(name));
  if (strange !== undefined || !(options.runs >= 1) || !(options.threads >= 1)) {
    console.error(`npm run bench -- [${known.join(' | ')}] … [--runs 3] [--quick] [--threads N]`);
    process.exitCode = 2;
    return;
  }
  const inputs = names.filter(name => !(name in SECTIONS));
  if (names.length === 0 || inputs.length > 0) {
    await speed(names.length === 0 ? known : inputs, options);
  }
  for (const [name, section] of Object.entries(SECTIONS).filter(([key]) => names.includes(key))) {
    const text = await section(options);
    if (!quick) {
      new Report(ROOT).write(name, text);
    }
    console.log(text);
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
