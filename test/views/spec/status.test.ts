// The status line in every state of a story, and what stands in the place of what is not there.

import type { StoryStatus } from '../../../src/story/data';
import { placeholders, statusOf, statusText, type StatusAction } from '../../../src/views/spec/status';
import { EXACT, FAILED, goldenStory, PENDING, plain, SAMPLED, shownOf, withoutAttribution } from './story';

const keys = goldenStory('keys');
const attentionOnly = withoutAttribution(keys);
const { document } = keys;

const STOPPED: StoryStatus = { ...SAMPLED, running: false, reason: 'cancelled' };

describe('status', () => {
  it.each([
    [{ ...PENDING, state: 'pending' as const }, 'busy', 'Computing attention …', ['stop']],
    [PENDING, 'busy', 'Attention ready. Attribution: 0 of 384 directions …', ['stop']],
    [
      { ...PENDING, running: false },
      'idle',
      'Attention ready. Attribution: 0 of 384 directions. Stopped.',
      ['refine', 'exact']
    ],
    [SAMPLED, 'busy', 'Attribution estimated from 16 of 384 directions, cells ±7_%. Refining …', ['stop']],
    [
      STOPPED,
      'idle',
      'Attribution estimated from 16 of 384 directions, cells ±7_%. Stopped.',
      ['refine', 'exact']
    ],
    [
      { ...STOPPED, reason: 'paused' as const, secondsLeft: 200 },
      'idle',
      'Attribution estimated from 16 of 384 directions, cells ±7_%. Paused: exact takes about 3_min.',
      ['refine', 'exact']
    ],
    [
      { ...STOPPED, reason: 'error' as const, error: null },
      'idle',
      'Attribution estimated from 16 of 384 directions. As good as asked for.',
      ['refine', 'exact']
    ],
    [EXACT, 'good', 'Attribution exact', []],
    [
      FAILED,
      'failed',
      'Attribution failed: 9.1 GB needed, limit 7.8 GB. Attention is shown.',
      ['sampled', 'details']
    ],
    [{ ...EXACT, saved: true }, 'idle', 'No kernel: showing what was saved (exact).', []]
  ] satisfies readonly (readonly [StoryStatus, string, string, readonly StatusAction[]])[])(
    'should say of %j',
    (status, tone, text, actions) => {
      const line = statusOf(document, status);
      expect({ ...line, text: plain(line.text) }).toMatchObject({ tone, text, actions });
    }
  );

  it('should offer to make an estimated row exact while it refines and after, and not of what is exact', () => {
    expect(statusOf(document, SAMPLED, true).actions).toEqual(['stop', 'row']);
    expect(statusOf(document, STOPPED, true).actions).toEqual(['refine', 'row', 'exact']);
    expect(statusOf(document, PENDING, true).actions).toEqual(['stop']);
    expect(statusOf(document, EXACT, true).actions).toEqual([]);
  });

  it('should say when exact what was differentiated and how long it took', () => {
    expect(plain(statusText(statusOf(document, EXACT)))).toBe(
      'Attribution exact · 0.8_s · Frobenius · head output → input'
    );
  });

  it('should say what a reduction did to saved data', () => {
    const reduced = { ...document, reduced: { form: '8 bit' as const, cell_error: 0.004 } };
    expect(plain(statusOf(reduced, { ...EXACT, saved: true }).text)).toBe(
      'No kernel: showing what was saved (exact, 8 bit, cells ±0.4_%).'
    );
    expect(plain(statusOf(reduced, { ...STOPPED, saved: true }).text)).toContain(
      'estimated from 16 of 384 directions, cells ±7_%, 8 bit'
    );
  });

  it('should show progress only while something runs', () => {
    expect(statusOf(document, SAMPLED).progress).toBeCloseTo(16 / 384, 9);
    expect(statusOf(document, STOPPED).progress).toBeNull();
    expect(statusOf(document, EXACT).progress).toBeNull();
  });
});

describe('placeholders', () => {
  it('should be none when everything is there', () => {
    expect(placeholders(shownOf(keys))).toEqual({ overview: null, maps: null });
  });

  it.each([
    ['waiting', PENDING, 'mismatch follows attribution', 'first estimate in about 1 s'],
    ['waiting', { ...PENDING, secondsLeft: null }, 'mismatch follows attribution', 'first estimate soon'],
    ['failed', FAILED, 'needs attribution', 'no attribution'],
    ['stopped', { ...PENDING, running: false }, 'needs attribution', 'no attribution']
  ] as const)('should say why while %s', (_, status, overview, maps) => {
    expect(placeholders(shownOf(attentionOnly, {}, status))).toEqual({ overview, maps });
  });

  it('should tell a head that is loading from one that was not saved', () => {
    const absent = { ...keys, head: () => null };
    expect(placeholders(shownOf(absent)).maps).toBe('loading this head …');
    expect(placeholders(shownOf(absent, {}, { ...EXACT, saved: true })).maps).toBe(
      'the maps of this head were not saved'
    );
    expect(placeholders(shownOf({ ...keys, measure: () => null })).overview).toBe('computing …');
  });
});
