// A process that is timed: it gets an order as one line of JSON and answers with another, one after the other.

import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';

export type Order = Readonly<Record<string, unknown>> & { readonly do: string };

/** What a timed order answers. */
export interface Timing {
  readonly seconds: number;
  /** Bytes of the process at most, since the order came. */
  readonly peak: number;
}

export class Lane {
  private readonly child: ChildProcess;
  private readonly answers: AsyncIterator<string>;
  private said = '';

  constructor(command: string, args: readonly string[], environment: Readonly<Record<string, string>>) {
    this.child = spawn(command, [...args], {
      env: { ...process.env, ...environment },
      stdio: ['pipe', 'pipe', 'pipe']
    });
    const { stdout, stderr } = this.child;
    if (stdout === null || stderr === null) {
      throw new Error(`${command} has no output`);
    }
    stderr.on('data', (chunk: Buffer) => (this.said = (this.said + chunk.toString()).slice(-4000)));
    this.answers = createInterface({ input: stdout })[Symbol.asyncIterator]();
  }

  async ask<T = Timing>(order: Order): Promise<T> {
    this.child.stdin?.write(`${JSON.stringify(order)}\n`);
    const { value, done } = await this.answers.next();
    if (done === true) {
      throw new Error(`the process ended while it was to ${order.do}:\n${this.said}`);
    }
    return JSON.parse(value) as T;
  }

  /** Ends the process; safe twice. */
  async end(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const ended = new Promise(resolve => this.child.once('exit', resolve));
      this.child.stdin?.end();
      await ended;
    }
  }
}
