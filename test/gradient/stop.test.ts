import type { StopRule } from '../../src/core/method';
import {
  decide,
  directionsAhead,
  expectedEnd,
  nextStage,
  roundSamples,
  type Standing
} from '../../src/gradient/stop';

const WIDTH = 384;

function at(samples: number, error: number | null, secondsPerDirection: number, swept = samples): Standing {
  const secondsTo = (end: number): number => (end - swept) * secondsPerDirection;
  return { samples, swept, width: WIDTH, error, secondsTo, measured: true };
}

/** All stages that a rule goes through, with an error of 0.28 √(1/S − 1/d). */
function stagesOf(rule: StopRule, secondsPerDirection: number, width = WIDTH): unknown[] {
  const seen: unknown[] = [];
  let standing: Standing = { ...at(0, null, secondsPerDirection), width };
  for (;;) {
    const decision = decide(rule, standing);
    if ('stop' in decision) {
      return [...seen, decision.stop];
    }
    seen.push(decision.go);
    const samples = decision.go;
    const error = 0.28 * Math.sqrt(1 / samples - 1 / width);
    standing = { ...at(samples, error, secondsPerDirection), width };
  }
}

describe('roundSamples', () => {
  it('should give 2 to 8, a multiple of 8, or all', () => {
    expect([0, 1, 2, 5, 8, 9, 24, 25, 380, 384, 9999].map(samples => roundSamples(samples, WIDTH))).toEqual([
      2, 2, 2, 5, 8, 16, 24, 32, 384, 384, 384
    ]);
    expect(roundSamples(33, 36)).toBe(36);
  });
});

describe('nextStage', () => {
  it('should double from 8 on and end at the width', () => {
    expect([0, 5, 8, 16, 24, 200, 256, 383].map(samples => nextStage(samples, WIDTH))).toEqual([
      8, 8, 16, 32, 32, 256, 384, 384
    ]);
    expect(nextStage(0, 4)).toBe(4);
  });
});

describe('decide', () => {
  it('should go to exact where that was asked for, however long it takes', () => {
    expect(stagesOf({ rule: 'exact' }, 1000)).toEqual([8, 16, 32, 64, 128, 256, 384, 'exact']);
    expect(stagesOf({ rule: 'exact' }, 0.01, 32)).toEqual([8, 16, 32, 'exact']);
  });

  it('should stop at the samples asked for, rounded up', () => {
    expect(stagesOf({ rule: 'samples', samples: 20 }, 1000)).toEqual([8, 16, 24, 'samples']);
    expect(stagesOf({ rule: 'samples', samples: 5 }, 1000)).toEqual([5, 'samples']);
    expect(stagesOf({ rule: 'samples', samples: 384 }, 1000)).toEqual([
      8,
      16,
      32,
      64,
      128,
      256,
      384,
      'exact'
    ]);
  });

  it('should stop at the error asked for and never pause', () => {
    expect(stagesOf({ rule: 'error', error: 0.05 }, 1000)).toEqual([8, 16, 32, 'error']);
    expect(stagesOf({ rule: 'error', error: 0 }, 1000)).toEqual([8, 16, 32, 64, 128, 256, 384, 'exact']);
  });

  describe('by default', () => {
    const auto: StopRule = { rule: 'auto', error: 0.05 };

    it('should go on to exact where that takes less than 30 seconds', () => {
      expect(stagesOf(auto, 0.05)).toEqual([8, 16, 32, 64, 128, 256, 384, 'exact']);
    });

    it('should stop at the error where exact is far', () => {
      expect(stagesOf(auto, 1)).toEqual([8, 16, 32, 'error']);
    });

    it('should go on where exact has come near meanwhile', () => {
      // 384 directions would take 31 s, the 376 that are left after 8 take less than 30.
      expect(decide(auto, at(8, 0.04, 31 / WIDTH))).toEqual({ stop: 'error', secondsLeft: null });
      expect(decide(auto, at(16, 0.04, 31 / WIDTH))).toEqual({ go: 32 });
    });

    it('should pause before a wait of over two minutes, and say how long', () => {
      // At 8 with error 0.098, 32 are needed: 24 more at 6 s.
      expect(decide(auto, at(8, 0.098, 6))).toEqual({ stop: 'paused', secondsLeft: 144 });
      expect(decide(auto, at(8, 0.098, 4))).toEqual({ go: 16 });
    });

    it('should pause before the first estimate only where that itself takes over two minutes', () => {
      expect(decide(auto, at(0, null, 14))).toEqual({ go: 8 });
      expect(decide(auto, at(0, null, 16))).toEqual({ stop: 'paused', secondsLeft: 128 });
    });

    it('should count what is done on the way to an estimate', () => {
      expect(decide(auto, at(0, null, 16, 4))).toEqual({ go: 8 });
    });

    it('should not pause on a guess', () => {
      expect(decide(auto, { ...at(0, null, 16), measured: false })).toEqual({ go: 8 });
    });
  });
});

describe('expectedEnd', () => {
  it('should be what the rule asks for', () => {
    expect(expectedEnd({ rule: 'exact' }, at(8, 0.1, 1))).toBe(WIDTH);
    expect(expectedEnd({ rule: 'samples', samples: 20 }, at(8, 0.1, 1))).toBe(24);
    expect(expectedEnd({ rule: 'auto', error: 0.05 }, at(8, 0.1, 0.01))).toBe(WIDTH);
  });

  it('should follow the error seen: four times the directions for half of it', () => {
    expect(expectedEnd({ rule: 'error', error: 0.05 }, at(8, 0.098, 1))).toBe(32);
    expect(expectedEnd({ rule: 'error', error: 0.05 }, at(8, 0.19, 1))).toBe(128);
    expect(expectedEnd({ rule: 'error', error: 0.05 }, at(0, null, 1))).toBe(32);
  });
});

describe('directionsAhead', () => {
  it('should be those up to the end of the rule', () => {
    expect(directionsAhead({ rule: 'exact' }, at(8, 0.1, 1))).toBe(WIDTH - 8);
    expect(directionsAhead({ rule: 'samples', samples: 16 }, at(0, null, 1))).toBe(16);
    expect(directionsAhead({ rule: 'samples', samples: 16 }, at(16, 0.1, 1))).toBe(0);
    expect(directionsAhead({ rule: 'error', error: 0.05 }, at(8, 0.098, 1))).toBe(24);
  });

  it('should be those of the first estimate alone before the default rule has any', () => {
    expect(directionsAhead({ rule: 'auto', error: 0.05 }, at(0, null, 0.001))).toBe(8);
    expect(directionsAhead({ rule: 'auto', error: 0.05 }, at(8, 0.1, 0.001))).toBe(WIDTH - 8);
  });
});
