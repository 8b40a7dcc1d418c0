// The real service as a child process, bundled once for each worker of the test run.
import { execFileSync, spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import path from 'node:path';

import { buildSync } from 'esbuild';

import { ServiceClient } from '../../src/protocol/client';
import { VERSION } from '../../src/core/version';

const ROOT = path.resolve(__dirname, '..', '..');
const FOLDER = path.join(ROOT, '.cache', `test-service-${process.env['JEST_WORKER_ID'] ?? 0}`);
export const TINY = path.join(ROOT, 'test', 'fixtures', 'tiny-bert');

/** As scripts/build-service.mjs does it; assets come from node_modules. */
export function buildService(): string {
  const main = process.env['BERTSTORY_TEST_SERVICE'];
  if (main !== undefined) {
    return main;
  }
  buildSync({
    absWorkingDir: ROOT,
    entryPoints: ['src/service/main.ts', 'src/service/worker.ts'],
    outdir: FOLDER,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: ['@tensorflow/tfjs-node'],
    logLevel: 'error'
  });
  execFileSync(process.execPath, [path.join('scripts', 'build-page.mjs'), path.join(FOLDER, 'page.html')], {
    cwd: ROOT
  });
  return path.join(FOLDER, 'main.cjs');
}

export class ServiceProcess {
  readonly client: ServiceClient;
  readonly child: ChildProcessWithoutNullStreams;
  /** Exit code, null when a signal ended it. */
  readonly ended: Promise<number | null>;
  stderr = '';

  constructor(main: string, environment: NodeJS.ProcessEnv = {}) {
    this.child = spawn(process.execPath, [main], { env: { ...process.env, ...environment } });
    this.client = new ServiceClient(frame => this.child.stdin.write(frame));
    this.child.stdout.on('data', (chunk: Buffer) => this.client.receive(new Uint8Array(chunk)));
    this.child.stderr.on('data', (chunk: Buffer) => (this.stderr += chunk.toString()));
    this.child.stdin.on('error', () => undefined);
    this.ended = new Promise(resolve => {
      this.child.on('exit', code => {
        this.client.end(new Error(`the service ended with ${code}: ${this.stderr}`));
        resolve(code);
      });
    });
  }

  async hello(): Promise<this> {
    await this.client.ask('hello', { client: { name: 'test', version: VERSION } });
    return this;
  }

  /** Loads a folder; its key. */
  async load(model: string, name: string): Promise<string> {
    const { answer } = await this.client.ask('load', { model, name });
    if (answer.kind !== 'result' || !('model' in answer)) {
      throw new Error(`load was answered by ${answer.kind}`);
    }
    return answer.model.key;
  }

  async stop(): Promise<void> {
    this.child.stdin.end();
    await this.ended;
  }
}
