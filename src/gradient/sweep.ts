// Some directions at all source tokens, through the layers: blocks on all lanes, results taken in a fixed order.

import { cutBlocks, type Piece } from './blocks';
import type { Block, Executor, Sentence, Squares, Turn } from './executor';

/** Takes the squared norms of some tangents, with the source and the direction of each column. */
export type Sink = (squares: Squares, sources: Int32Array, directions: Int32Array) => void;

/** Vectors of a token for the directions first, …, last − 1: [direction, width]. */
export type Vectors = (token: number, first: number, last: number) => Float32Array;

/** Blocks of a sweep per lane. */
const SWEEP_ROUNDS = 4;
const MOST_DIRECTIONS = 64;

export class Sweep {
  /** @param rows most rows (tokens · columns) on all lanes together that fit into memory */
  constructor(
    private readonly executor: Executor,
    private readonly sentence: Sentence,
    private readonly tokens: number,
    private readonly width: number,
    private readonly rows: number
  ) {}

  /**
   * Runs directions first, …, last − 1; `report` gets the directions done, fractions too.
   *
   * @param giveUp asked before every block; true ends the sweep with the rest undone
   */
  async run(
    first: number,
    last: number,
    vectors: Vectors,
    sink: Sink,
    turn: Turn,
    report: (done: number) => void,
    giveUp: () => boolean = () => false
  ): Promise<void> {
    const { lanes } = this.executor;
    const pieces = cutBlocks(this.tokens, first, last, this.columns(), lanes);
    const fractions = new Float64Array(pieces.length);
    const advance = (index: number, fraction: number): void => {
      fractions[index] = fraction;
      const done = pieces.reduce((sum, piece, i) => sum + (fractions[i] as number) * columnsOf(piece), 0);
      report(first + done / this.tokens);
    };
    const waiting = new Map<number, { readonly squares: Squares; readonly placed: Placed }>();
    let next = 0;
    let taken = 0;
    let failed = false;
    const lane = async (): Promise<void> => {
      while (next < pieces.length && !failed && !giveUp()) {
        const index = next++;
        const placed = this.place(pieces[index] as Piece, vectors);
        const squares = await this.sentence.run(placed, {
          ...turn,
          fraction: done => advance(index, done)
        });
        advance(index, 1);
        waiting.set(index, { squares, placed });
        for (let ready = waiting.get(taken); ready !== undefined; ready = waiting.get(taken)) {
          sink(ready.squares, ready.placed.sources, ready.placed.directions);
          waiting.delete(taken++);
        }
      }
    };
    // All lanes must have come to rest before anyone frees what they work on.
    const ends = await Promise.allSettled(
      Array.from({ length: lanes }, () =>
        lane().catch((error: unknown) => {
          failed = true;
          throw error;
        })
      )
    );
    const broken = ends.find(end => end.status === 'rejected');
    if (broken !== undefined) {
      throw broken.reason;
    }
  }

  /** How many directions to sweep at a time, so that there are some blocks but the next soon follow the engine's pace. */
  stride(): number {
    const directions = (SWEEP_ROUNDS * this.executor.lanes * this.columns()) / this.tokens;
    return Math.min(MOST_DIRECTIONS, 2 ** Math.max(0, Math.floor(Math.log2(directions))));
  }

  /** Most tangents of a block. */
  columns(): number {
    const rows = Math.min(this.executor.rowsPerBlock(this.tokens), this.rows / this.executor.lanes);
    return Math.max(1, Math.floor(rows / this.tokens));
  }

  private place({ from, to, first, last }: Piece, vectors: Vectors): Placed {
    const each = last - first;
    const columns = (to - from) * each;
    const placed: Placed = {
      sources: new Int32Array(columns),
      directions: new Int32Array(columns),
      vectors: new Float32Array(columns * this.width)
    };
    for (let token = from; token < to; token++) {
      const at = (token - from) * each;
      placed.sources.fill(token, at, at + each);
      placed.directions.set(
        Int32Array.from({ length: each }, (_, i) => first + i),
        at
      );
      placed.vectors.set(vectors(token, first, last), at * this.width);
    }
    return placed;
  }
}

interface Placed extends Block {
  /** [column] */
  readonly directions: Int32Array;
}

function columnsOf({ from, to, first, last }: Piece): number {
  return (to - from) * (last - first);
}
