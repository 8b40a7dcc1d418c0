import type { StoryStatus } from '../../src/story/data';
import type { Shown } from '../../src/views/spec/shown';
import { intentOf } from '../../src/views/status';
import { EXACT, SAMPLED } from './spec/story';

const shown = (status: StoryStatus, estimatedRow: Shown['estimatedRow'] = null) => ({ status, estimatedRow });

describe('intentOf', () => {
  it('should ask for half the error to refine, and never for more than the default', () => {
    expect(intentOf('refine', shown(SAMPLED))).toEqual({
      kind: 'refine',
      stop: { rule: 'error', error: 0.035 }
    });
    expect(intentOf('refine', shown({ ...SAMPLED, error: 0.4 }))).toEqual({
      kind: 'refine',
      stop: { rule: 'error', error: 0.05 }
    });
    expect(intentOf('refine', shown({ ...SAMPLED, error: null }))).toEqual({
      kind: 'refine',
      stop: { rule: 'error', error: 0.05 }
    });
  });

  it('should say stop and exact in the words of the protocol', () => {
    expect(intentOf('stop', shown(SAMPLED))).toEqual({ kind: 'cancel' });
    expect(intentOf('exact', shown(EXACT))).toEqual({ kind: 'refine', stop: { rule: 'exact' } });
  });

  it('should want the row that is an estimate, and nothing once it is exact', () => {
    const row = { layer: 1, head: 2, query: 3 };
    expect(intentOf('row', shown(SAMPLED, row))).toEqual({ kind: 'row', ...row });
    expect(intentOf('row', shown(SAMPLED))).toBeNull();
  });
});
