// One case timed on all sides, each in a process of its own, taking turns so that a busy machine troubles all alike.

import path from 'node:path';

import type { Case } from './cases';
import { Lane, type Order, type Timing } from './lane';

export interface Row {
  readonly task: string;
  readonly by: string;
  readonly ours: boolean;
  /** Of every run; the median is reported. */
  readonly seconds: number[];
  peak: number;
  /** Nominal operations of the task; null where it has no such number. */
  readonly operations: number | null;
  /** What part of it was run. */
  readonly part: string;
}

export interface Plan {
  readonly root: string;
  readonly python: string;
  readonly threads: number;
  readonly runs: number;
  /** Directions that an exact run does at most. */
  readonly mostColumns: number;
  say(line: string): void;
}

interface Opened {
  readonly ids: readonly number[];
  readonly segments: readonly number[];
  readonly layers: number;
  readonly width: number;
  readonly version: string;
}

interface Side {
  readonly by: string;
  readonly ours: boolean;
  readonly lane: Lane;
}

interface Step {
  readonly task: string;
  readonly side: Side;
  /** Appended to who does it. */
  readonly way: string;
  readonly order: Order;
  readonly operations: number | null;
  readonly part: string;
  /** In how many of the runs. */
  readonly runs: number;
}

const SAMPLES = 16;
const RATE_OPERATIONS = 2 * 1024 ** 3;
/** Short tasks are repeated within a run. */
const REPEATS = 5;

/** Multiplications and additions of plain forward mode along `directions` at every token (inner width 4 · width). */
function nominal(tokens: number, layers: number, width: number, directions: number): number {
  const layer = 24 * width * width + 8 * tokens * width;
  const last = 6 * width * width + 8 * tokens * width;
  return tokens * tokens * directions * ((layers - 1) * layer + last);
}

export async function timeCase(one: Case, plan: Plan): Promise<Row[]> {
  const { root, threads, python } = plan;
  const cache = path.join(root, '.cache', 'bench');
  const environment = {
    TF_NUM_INTRAOP_THREADS: String(threads),
    TF_CPP_MIN_LOG_LEVEL: '2',
    HF_HUB_OFFLINE: '1',
    TOKENIZERS_PARALLELISM: 'false'
  };
  const ours = (): Lane => new Lane(process.execPath, [path.join(cache, 'engine-lane.cjs')], environment);
  const sides: Side[] = [];
  try {
    const folder = one.folder(cache);
    const order = { do: 'open', folder, text: one.text, tokens: one.tokens, threads };
    const native = { by: 'bertstory, tfjs-node', ours: true, lane: ours() };
    sides.push(native);
    const opened = await native.lane.ask<Opened>({ ...order, engine: 'tfjs-node' });
    const portable = { by: 'bertstory, wasm', ours: true, lane: ours() };
    if (one.portable) {
      sides.push(portable);
      await portable.lane.ask({ ...order, engine: 'tfjs-wasm' });
    } else {
      await portable.lane.end();
    }
    const script = path.join(root, 'test', 'bench', 'torch_lane.py');
    const torch = { by: 'PyTorch', ours: false, lane: new Lane(python, [script], environment) };
    sides.push(torch);
    await torch.lane.ask({ do: 'open', folder, threads, ids: opened.ids, segments: opened.segments });
    const steps = stepsOf(one, opened, plan, native, torch, one.portable ? portable : null);
    return await runSteps(steps, plan, one.name);
  } finally {
    await Promise.all(sides.map(({ lane }) => lane.end()));
  }
}

function stepsOf(
  { tokens, fraction, outputs }: Case,
  { layers, width }: Opened,
  { runs, mostColumns }: Plan,
  native: Side,
  torch: Side,
  portable: Side | null
): Step[] {
  const columns = Math.min(width, mostColumns, Math.round(fraction * width));
  const directions = columns < width ? `${columns} of ${width} directions` : 'whole';
  const flops = (count: number): number => nominal(tokens, layers, width, count);
  const numbers = layers * tokens * width;
  const jacrev = Math.min(outputs.jacrev, tokens * width);
  const own = portable === null ? [native] : [native, portable];
  const step = (task: string, side: Side, order: Order, more: Partial<Step> = {}): Step => ({
    task,
    side,
    order,
    way: '',
    operations: null,
    part: 'whole',
    runs,
    ...more
  });
  const exact = { operations: flops(width), part: directions };
  return [
    ...[...own, torch].map(side =>
      step('1024³ product', side, { do: 'rate' }, { operations: RATE_OPERATIONS })
    ),
    ...own.map(side => step('attention', side, { do: 'attention' })),
    step('attention', torch, { do: 'forward' }, { way: ', forward pass' }),
    ...own.map(side =>
      step(`samples=${SAMPLES}`, side, { do: 'sampled', samples: SAMPLES }, { operations: flops(SAMPLES) })
    ),
    step(
      `samples=${SAMPLES}`,
      torch,
      { do: 'sampled', samples: SAMPLES },
      { way: ', forward mode by hand', operations: flops(SAMPLES) }
    ),
    step('exact', native, { do: 'exact', fraction: columns / width }, exact),
    ...(portable === null
      ? []
      : [step('exact', portable, { do: 'exact', fraction: columns / width }, { ...exact, runs: 1 })]),
    step('exact', torch, { do: 'plain', columns }, { ...exact, way: ', forward mode by hand' }),
    step('exact', torch, { do: 'collapsed', columns }, { ...exact, way: ', collapsed by hand' }),
    step(
      'exact',
      torch,
      { do: 'jacrev', outputs: jacrev },
      { way: ', torch.func.jacrev', part: `${jacrev * layers} of ${numbers} numbers`, runs: 1 }
    ),
    step(
      'exact',
      torch,
      { do: 'backward', outputs: outputs.backward },
      { way: ', one backward pass per number', part: `${outputs.backward} of ${numbers} numbers`, runs: 1 }
    )
  ];
}

async function runSteps(steps: readonly Step[], { runs, say }: Plan, name: string): Promise<Row[]> {
  const rows = steps.map(({ task, side, way, operations, part }) => ({
    task,
    by: side.by + way,
    ours: side.ours,
    seconds: [] as number[],
    peak: 0,
    operations,
    part
  }));
  for (let run = 0; run < runs; run++) {
    for (const [i, { task, side, order, runs: wanted }] of steps.entries()) {
      const row = rows[i] as Row;
      const repeats = run < wanted ? (task === 'attention' ? REPEATS : 1) : 0;
      for (let repeat = 0; repeat < repeats; repeat++) {
        const { seconds, peak } = await side.lane.ask<Timing>(order);
        row.seconds.push(seconds);
        row.peak = Math.max(row.peak, peak);
      }
      if (repeats > 0) {
        say(
          `${name} ${run + 1}/${runs}: ${row.task}, ${row.by}: ${(row.seconds.at(-1) ?? NaN).toFixed(3)} s`
        );
      }
    }
  }
  return rows;
}
