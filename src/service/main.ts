// The compute service: frames in at standard input, frames out at standard output, until the input closes.

import { flushed, writeFrame } from './stdout';

import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import os from 'node:os';
import { isMainThread } from 'node:worker_threads';

import { errorData, StoryError } from '../core/errors';
import { loadCheckpoint } from '../model/checkpoint';
import { answerHeader } from '../protocol/answers';
import { encodeFrame, FrameReader, type Frame } from '../protocol/frames';
import { assetPath } from './assets';
import { openCompute } from './engines';
import type { Environment } from './environment';
import { diskFolder, sha256, stampOf } from './folders';
import { memoryBudget } from './memory';
import { PngThread, serve } from './png-thread';
import { Session } from './session';

function environment(): Environment {
  const pictures = new PngThread(__filename);
  return {
    memoryBudget: memoryBudget(process.env['BERTSTORY_MEMORY'], os.totalmem()),
    clock: {
      now: () => performance.now() / 1000,
      every(seconds, call) {
        const timer = setInterval(call, seconds * 1000);
        return () => clearInterval(timer);
      }
    },
    openCompute: choice => openCompute(choice),
    loadCheckpoint: (folder, name) => loadCheckpoint(diskFolder(folder), name, sha256),
    stampOf,
    renderPng: svg => pictures.render(svg),
    pageTemplate: async () => readFile(assetPath(__dirname, 'page'), 'utf8'),
    send: (id, answer, arrays) => writeFrame(encodeFrame(answerHeader(id, answer), arrays)),
    // A full turn of the event loop, so that the input is read.
    pause: () => new Promise(resolve => setImmediate(resolve)),
    newKey: randomUUID,
    date: () => new Date().toISOString(),
    rss: () => process.memoryUsage.rss(),
    log,
    end: () => void flushed().then(() => process.exit(0))
  };
}

function log(line: string): void {
  process.stderr.write(`bertstory service: ${line}\n`);
}

function fail(error: unknown): never {
  log(error instanceof StoryError ? error.message : errorData(error).message);
  process.exit(1);
}

function start(): void {
  const session = new Session(environment());
  const reader = new FrameReader();
  process.stdin.on('data', (chunk: Buffer) => {
    let frames: readonly Frame[] = [];
    try {
      frames = reader.push(chunk);
    } catch (error) {
      // Nothing after it can be trusted.
      fail(error);
    }
    frames.forEach(frame => void session.receive(frame));
  });
  // The kernel is gone, and nobody wants the rest.
  process.stdin.on('end', () => process.exit(0));
  process.stdin.on('error', () => process.exit(0));
  process.stdout.on('error', () => process.exit(0));
}

if (isMainThread) {
  process.on('unhandledRejection', error => log(`unhandled: ${String(error)}`));
  process.on('uncaughtException', fail);
  try {
    start();
  } catch (error) {
    fail(error);
  }
} else {
  serve(__dirname);
}
