// Pictures are drawn in a thread of their own: it takes half a second, and a cancel must not wait for it.

import { parentPort, Worker } from 'node:worker_threads';

import { type ErrorData, errorData, StoryError } from '../core/errors';
import { renderPng } from './png';

interface Order {
  readonly number: number;
  readonly svg: string;
}

type Delivery =
  | { readonly number: number; readonly png: Uint8Array }
  | { readonly number: number; readonly error: ErrorData };

/** The side of the service. The thread starts with the first picture and never keeps the process alive. */
export class PngThread {
  readonly #file: string;
  readonly #open = new Map<number, (delivery: Delivery) => void>();
  #worker: Worker | null = null;
  #count = 0;

  /** @param file the program whose thread calls `serve` */
  constructor(file: string) {
    this.#file = file;
  }

  async render(svg: string): Promise<Uint8Array> {
    const order: Order = { number: ++this.#count, svg };
    const delivery = await new Promise<Delivery>(resolve => {
      this.#open.set(order.number, resolve);
      this.#thread().postMessage(order);
    });
    if ('error' in delivery) {
      const { code, message, hint, values } = delivery.error;
      throw new StoryError(code, message, hint, values);
    }
    return delivery.png;
  }

  #thread(): Worker {
    if (!this.#worker) {
      const worker = new Worker(this.#file);
      worker.unref();
      worker.on('message', (delivery: Delivery) => {
        this.#open.get(delivery.number)?.(delivery);
        this.#open.delete(delivery.number);
      });
      worker.on('error', error => this.#fail(error));
      this.#worker = worker;
    }
    return this.#worker;
  }

  /** The thread is lost with all orders; the next one starts another. */
  #fail(error: unknown): void {
    this.#worker = null;
    const orders = [...this.#open];
    this.#open.clear();
    orders.forEach(([number, deliver]) => deliver({ number, error: errorData(error) }));
  }
}

/** The side of the thread. @param folder of the code that runs */
export function serve(folder: string): void {
  parentPort?.on('message', ({ number, svg }: Order) => {
    renderPng(svg, folder).then(
      png => parentPort?.postMessage({ number, png } satisfies Delivery),
      (error: unknown) => parentPort?.postMessage({ number, error: errorData(error) } satisfies Delivery)
    );
  });
}
