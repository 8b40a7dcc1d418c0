// What the service takes from the process around it, as arguments: engine, files, time, chance, the wire.

import type { Compute } from '../gradient/compute';
import type { Checkpoint } from '../model/checkpoint';
import type { Answer } from '../protocol/answers';
import type { Arrays } from '../protocol/frames';
import type { EngineChoice } from './engines';
import type { Clock } from './progress';

export interface Environment {
  readonly clock: Clock;
  /** Bytes that models, stories and computations may take together. */
  readonly memoryBudget: number;
  /** The best engine there is, or the one that is named. */
  openCompute(choice?: EngineChoice): Promise<Compute>;
  /** @throws StoryError model_not_found and what else is wrong with a checkpoint */
  loadCheckpoint(folder: string, name: string): Promise<Checkpoint>;
  /** Says what changes when a file of the folder does; null where there is no folder. */
  stampOf(folder: string): Promise<string | null>;
  /** PNG of an SVG document that many pixels wide. */
  renderPng(svg: string): Promise<Uint8Array>;
  /** The built template of a story's page. @throws StoryError bad_file when the installation is incomplete */
  pageTemplate(): Promise<string>;
  /** Resolves when the reader has room for more. */
  send(id: number, answer: Answer, arrays?: Arrays): Promise<void>;
  /** Lets what has arrived be handled. */
  pause(): Promise<void>;
  /** A key that no other process has given. */
  newKey(): string;
  /** Now, ISO 8601. */
  date(): string;
  /** Bytes of the process. */
  rss(): number;
  /** A line for whoever looks for a defect. */
  log(line: string): void;
  /** The client said bye. */
  end(): void;
}
