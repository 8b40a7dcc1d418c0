import { readFileSync } from 'node:fs';
import path from 'node:path';

import { DEFAULT_METHOD } from '../../src/core/method';
import type { AtlasRequest } from '../../src/gradient/compute';
import { parseConfig } from '../../src/model/config';
import {
  contentKey,
  endOf,
  ResultCache,
  withinRule,
  type AttentionUpdate,
  type AttributionUpdate
} from '../../src/service/result-cache';
import { TINY_FOLDER } from '../demo-model';

const WIDTH = 64;
const AUTO = { rule: 'auto', error: 0.05 } as const;

const attention = (): AttentionUpdate => ({ stage: 'attention', attention: new Float32Array(4), seconds: 1 });

function estimate(samples: number, floats = 4): AttributionUpdate {
  return {
    stage: samples === WIDTH ? 'exact' : 'sampled',
    samples,
    norms: new Float32Array(floats).fill(samples),
    error: new Float32Array(4),
    groups: null,
    hiddenNorms: null,
    exactDirections: 0,
    rmsError: 1 / samples,
    secondsLeft: null,
    seconds: 2
  };
}

describe('ResultCache', () => {
  it('should keep the best of what was put under a key', () => {
    const cache = new ResultCache(1000);
    cache.put('a', attention(), estimate(16), AUTO, null);
    cache.put('a', attention(), estimate(8), AUTO, null);
    expect(cache.get('a')?.best.samples).toBe(16);
    cache.put('a', attention(), estimate(32), AUTO, null);
    expect(cache.get('a')?.best.samples).toBe(32);
    expect(cache.get('b')).toBeNull();
  });

  it('should give arrays that nobody else writes into', () => {
    const cache = new ResultCache(1000);
    const put = estimate(8);
    cache.put('a', attention(), put, AUTO, null);
    put.norms.fill(-1);
    cache.get('a')?.best.norms.fill(-2);
    expect([...(cache.get('a')?.best.norms ?? [])]).toEqual([8, 8, 8, 8]);
  });

  it('should forget the results used longest ago beyond its budget, and keep none that is larger', () => {
    const cache = new ResultCache(150);
    ['a', 'b', 'c'].forEach(key => cache.put(key, attention(), estimate(8), AUTO, null));
    expect(cache.bytes).toBe(144);
    cache.get('a');
    cache.put('d', attention(), estimate(8), AUTO, null);
    expect(['a', 'b', 'c', 'd'].filter(key => cache.get(key) !== null)).toEqual(['a', 'c', 'd']);
    cache.put('e', attention(), estimate(8, 100), AUTO, null);
    expect(['a', 'c', 'd', 'e'].filter(key => cache.get(key) !== null)).toEqual(['a', 'c', 'd']);
  });
});

describe('endOf', () => {
  const known = (samples: number) => ({ attention: attention(), best: estimate(samples), ends: new Map() });

  it('should serve every rule by an exact result', () => {
    for (const rule of [
      AUTO,
      { rule: 'exact' },
      { rule: 'samples', samples: 8 },
      { rule: 'error', error: 0 }
    ] as const) {
      expect(endOf(known(WIDTH), rule, WIDTH)).toEqual({ reason: 'exact', secondsLeft: null });
    }
  });

  it('should serve as many samples and as small an error as there are, rounded as samples are', () => {
    expect(endOf(known(16), { rule: 'samples', samples: 9 }, WIDTH)?.reason).toBe('samples');
    expect(endOf(known(16), { rule: 'samples', samples: 17 }, WIDTH)).toBeNull();
    expect(endOf(known(16), { rule: 'error', error: 1 / 16 }, WIDTH)?.reason).toBe('error');
    expect(endOf(known(16), { rule: 'error', error: 1 / 17 }, WIDTH)).toBeNull();
    expect(endOf(known(16), { rule: 'exact' }, WIDTH)).toBeNull();
  });

  it('should end the rule that hangs on the pace as it ended before', () => {
    const cache = new ResultCache(1000);
    const end = { reason: 'paused', secondsLeft: 300 } as const;
    cache.put('a', attention(), estimate(16), AUTO, end);
    const there = cache.get('a');
    expect(there && endOf(there, AUTO, WIDTH)).toEqual(end);
    expect(there && endOf(there, { ...AUTO, error: 0.01 }, WIDTH)).toBeNull();
    cache.put('a', attention(), estimate(32), { rule: 'samples', samples: 32 }, null);
    const better = cache.get('a');
    expect(better && endOf(better, AUTO, WIDTH)).toBeNull();
  });
});

describe('withinRule', () => {
  const known = (samples: number) => ({ attention: attention(), best: estimate(samples), ends: new Map() });

  it('should leave out what comes from more directions than were asked for', () => {
    const rule = { rule: 'samples', samples: 9 } as const;
    expect(withinRule(known(8), rule, WIDTH)?.best.samples).toBe(8);
    expect(withinRule(known(16), rule, WIDTH)?.best.samples).toBe(16);
    expect(withinRule(known(24), rule, WIDTH)).toBeNull();
    expect(withinRule(known(WIDTH), rule, WIDTH)).toBeNull();
  });

  it('should take all there is under the other rules', () => {
    for (const rule of [AUTO, { rule: 'exact' }, { rule: 'error', error: 0.5 }] as const) {
      expect(withinRule(known(WIDTH), rule, WIDTH)?.best.samples).toBe(WIDTH);
    }
    expect(withinRule(null, AUTO, WIDTH)).toBeNull();
  });
});

describe('contentKey', () => {
  const request: AtlasRequest = {
    ids: Int32Array.of(1, 2),
    segments: Int32Array.of(0, 0),
    method: DEFAULT_METHOD,
    seed: 0,
    stop: AUTO,
    hidden: false,
    hybrid: 0,
    resume: null,
    memoryBudget: 1
  };
  const tiny = parseConfig(readFileSync(path.join(TINY_FOLDER, 'config.json'), 'utf8'));
  const model = { sha256: 'f', config: tiny };
  const key = (more: Partial<AtlasRequest> = {}, identity = model, precision = 'float32'): string =>
    contentKey({ ...request, ...more }, identity, precision);

  it('should not hang on how far a job goes, from where, in how much memory', () => {
    expect(key({ stop: { rule: 'exact' }, memoryBudget: 2 })).toBe(key());
  });

  it('should differ where the numbers would', () => {
    const keys = [
      key(),
      key({ ids: Int32Array.of(1, 3) }),
      key({ segments: Int32Array.of(0, 1) }),
      key({ seed: 1 }),
      key({ hidden: true }),
      key({ method: { ...DEFAULT_METHOD, target: 'projected' } }),
      key({}, { ...model, sha256: 'e' }),
      key({}, { ...model, config: { ...tiny, activation: 'gelu_tanh' } }),
      key({}, model, 'bfloat16')
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });
});
