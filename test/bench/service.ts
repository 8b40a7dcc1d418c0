// The real service process with the random model of BERT-base's shape, for what is measured from outside.

import path from 'node:path';

import { ServiceProcess } from '../service/service-process';
import { randomModelFolder } from './random-model';

export interface Opened {
  readonly service: ServiceProcess;
  readonly model: string;
}

export async function openService(root: string, environment: NodeJS.ProcessEnv = {}): Promise<Opened> {
  const cache = path.join(root, '.cache', 'bench');
  const service = await new ServiceProcess(path.join(cache, 'main.cjs'), environment).hello();
  return { service, model: await service.load(randomModelFolder(cache), 'bert-base-random') };
}

/** A text of so many pieces, [CLS] and [SEP] included. */
export function textOf(tokens: number): string {
  return Array.from({ length: tokens - 2 }, (_, i) => `word${10 + ((i * 37) % 900)}`).join(' ');
}
