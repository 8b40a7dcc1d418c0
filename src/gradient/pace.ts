// How fast work gets done, from the last seconds, so that a change of the machine's load is noticed.

const WINDOW_SECONDS = 10;

/** Work is counted in operations, so that the pace of one way of computing tells that of another. */
export class Pace {
  private readonly marks: { readonly at: number; readonly done: number }[] = [];

  /** @param guess seconds per operation, until something was measured */
  constructor(private readonly guess: number) {}

  /** @param done operations in all so far; @param at seconds */
  mark(done: number, at: number): void {
    if (this.marks.at(-1)?.done === done) {
      return;
    }
    this.marks.push({ at, done });
    while (this.marks.length > 2 && at - (this.marks[1]?.at ?? at) > WINDOW_SECONDS) {
      this.marks.shift();
    }
  }

  get measured(): boolean {
    return this.marks.length > 1;
  }

  get secondsPerOperation(): number {
    const [first] = this.marks;
    const last = this.marks.at(-1);
    return first === undefined || last === undefined || last === first
      ? this.guess
      : (last.at - first.at) / (last.done - first.done);
  }
}
