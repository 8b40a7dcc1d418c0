// How far every option is from the reference: worst relative error above the floor, as a table for the docs.

import { NORMS, PATHS, TARGETS, type MethodOptions } from '../../src/core/method';
import type { LoadedModel } from '../../src/gradient/compute';
import { openOn, openTestEngine, requestFor, tellAll, tinyModel } from '../compute-fixture';
import { readGolden } from '../golden';
import {
  COMBINATIONS,
  dueHidden,
  dueNorms,
  nameOf,
  SENTENCES,
  SOURCES,
  worstAboveFloor
} from '../oracle/option-table';

/** Over the sentences. */
async function worstOf(loaded: LoadedModel, method: MethodOptions): Promise<number> {
  let worst = 0;
  for (const name of SENTENCES) {
    const golden = readGolden(name);
    const { updates } = await tellAll(loaded, requestFor(golden.pieces, { method }));
    const norms = updates.at(-1)?.norms ?? [];
    worst = Math.max(worst, worstAboveFloor(norms, dueNorms(golden, method), golden.pieces.length));
  }
  return worst;
}

async function worstHidden(loaded: LoadedModel, method: MethodOptions): Promise<number> {
  let worst = 0;
  for (const name of SENTENCES) {
    const golden = readGolden(name);
    const { updates } = await tellAll(loaded, requestFor(golden.pieces, { method, hidden: true }));
    const norms = updates.at(-1)?.hiddenNorms ?? [];
    worst = Math.max(worst, worstAboveFloor(norms, dueHidden(golden, method), golden.pieces.length));
  }
  return worst;
}

async function main(): Promise<void> {
  const loaded = await openOn(await openTestEngine(), await tinyModel());
  const computed = new Set(COMBINATIONS.map(nameOf));
  console.log(`| norm | target | paths | ${SOURCES.join(' | ')} |`);
  console.log(`|${'---|'.repeat(3 + SOURCES.length)}`);
  for (const norm of NORMS) {
    for (const target of TARGETS) {
      for (const paths of PATHS) {
        const cells: string[] = [];
        for (const source of SOURCES) {
          const method = { norm, target, source, paths };
          cells.push(computed.has(nameOf(method)) ? (await worstOf(loaded, method)).toExponential(1) : '–');
        }
        console.log(`| ${norm} | ${target} | ${paths} | ${cells.join(' | ')} |`);
      }
    }
  }
  const hidden: string[] = [];
  for (const norm of ['frobenius', 'input'] as const) {
    for (const source of SOURCES) {
      const method = { norm, target: 'head', source, paths: 'all' } as const;
      hidden.push(computed.has(nameOf(method)) ? (await worstHidden(loaded, method)).toExponential(1) : '–');
    }
    console.log(`| ${norm} | hidden states | all | ${hidden.splice(0).join(' | ')} |`);
  }
  await loaded.dispose();
}

void main();
