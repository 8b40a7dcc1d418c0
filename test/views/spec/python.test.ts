import { pythonOf } from '../../../src/views/spec/python';
import { DEFAULT_STATE } from '../../../src/views/spec/state';

describe('pythonOf()', () => {
  it('should write what differs from the default', () => {
    expect(pythonOf(DEFAULT_STATE)).toBe('story.view = {}');
    const state = { ...DEFAULT_STATE, heads: [[5, 0]] as const, queries: [6], measure: 'cosine' as const };
    expect(pythonOf(state)).toBe('story.view = {"heads": [[5, 0]], "queries": [6], "measure": "cosine"}');
  });

  it('should write switches whole, as Python reads them', () => {
    const switches = { special: 'drop', own: 'keep', units: 'words' } as const;
    expect(pythonOf({ ...DEFAULT_STATE, pin: 3, switches })).toBe(
      'story.view = {"pin": 3, "switches": {"special": "drop", "own": "keep", "units": "words"}}'
    );
  });
});
