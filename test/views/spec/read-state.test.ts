// View states from outside: defaults for what is left out, one sentence for what is wrong.

import { StoryError } from '../../../src/core/errors';
import { readState } from '../../../src/views/spec/read-state';
import { DEFAULT_STATE } from '../../../src/views/spec/state';
import { goldenStory } from './story';

const { document } = goldenStory('keys');

function refusal(value: unknown): StoryError {
  try {
    readState(value, document);
  } catch (error) {
    if (error instanceof StoryError) {
      return error;
    }
    throw error;
  }
  throw new Error('it was not refused');
}

describe('read-state', () => {
  it('should take the default for everything that is left out', () => {
    expect(readState({}, document)).toEqual(DEFAULT_STATE);
    expect(readState({ switches: { units: 'words' } }, document).switches).toEqual({
      ...DEFAULT_STATE.switches,
      units: 'words'
    });
  });

  it('should read back what it is given', () => {
    const state = {
      ...DEFAULT_STATE,
      heads: [
        [5, 11],
        [0, 0]
      ],
      queries: [13, 0],
      pin: 2,
      measure: 'topk',
      order: 'mismatch',
      scale: 'sqrt'
    };
    expect(readState(JSON.parse(JSON.stringify(state)), document)).toEqual(state);
  });

  it.each([
    [{ measure: 'r' }, /^measure of a view is "r", allowed is pearson, .*, error, attention\.PATTERN, /],
    [{ switches: { own: 1 } }, /^switches\.own of a view is 1, allowed is .*"keep"/],
    [{ heads: [] }, /^heads of a view is 0, allowed is >=1/],
    [{ heads: [[1, -1]] }, /^heads\.0\.1 of a view is -1, allowed is >=0/],
    [{ heads: [[6, 0]] }, /^heads of a view holds 6\.0, allowed is 0\.0 to 5\.11$/],
    [{ queries: [14] }, /^queries of a view holds 14, allowed is 0 to 13, the pieces of this text$/],
    [{ pin: 2.5 }, /^pin of a view is 2\.5/],
    [{ pin: 14 }, /^pin of a view holds 14, allowed is 0 to 13/],
    [{ version: 2 }, /^version of a view is 2, allowed is 1/],
    [{ colour: 'red' }, /^a view has no field colour$/],
    ['everything', /^view of a view is "everything"/]
  ])('should refuse %j in one sentence', (value, message) => {
    const error = refusal(value);
    expect(error.code).toBe('bad_request');
    expect(error.message).toMatch(message);
    expect(error.hint).not.toBe('');
  });
});
