import { intentOf } from '../../src/views/status';
import { EXACT, SAMPLED } from './spec/story';

describe('intentOf', () => {
  it('should ask for half the error to refine, and never for more than the default', () => {
    expect(intentOf('refine', SAMPLED)).toEqual({ kind: 'refine', stop: { rule: 'error', error: 0.035 } });
    expect(intentOf('refine', { ...SAMPLED, error: 0.4 })).toEqual({
      kind: 'refine',
      stop: { rule: 'error', error: 0.05 }
    });
    expect(intentOf('refine', { ...SAMPLED, error: null })).toEqual({
      kind: 'refine',
      stop: { rule: 'error', error: 0.05 }
    });
  });

  it('should say stop and exact in the words of the protocol', () => {
    expect(intentOf('stop', SAMPLED)).toEqual({ kind: 'cancel' });
    expect(intentOf('exact', EXACT)).toEqual({ kind: 'refine', stop: { rule: 'exact' } });
  });
});
