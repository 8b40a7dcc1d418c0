// The sentence on top, in every variant of its grammar.

import { DEFAULT_SWITCHES } from '../../../src/analysis/options';
import { ledeOf, ledeText } from '../../../src/views/spec/lede';
import { EXACT, FAILED, PENDING, emptyStory, goldenStory, plain, shownOf, withoutAttribution } from './story';

const keys = goldenStory('keys');
const bank = goldenStory('bank');
const attentionOnly = withoutAttribution(keys);

describe('lede', () => {
  it('should say what a query attends to and depends on', () => {
    expect(plain(ledeText(shownOf(keys)))).toBe(
      'In head 5.0, cabinet attends most to [CLS] 39_% but its output depends most on cabinet 23_%.'
    );
  });

  it('should give the verbs and numbers the hue of what they speak of, and make names bold', () => {
    const runs = ledeOf(shownOf(keys));
    const byRole = (role: string) => runs.filter(run => run.role === role).map(run => plain(run.text));
    expect(byRole('bold')).toEqual(['head 5.0', 'cabinet', '[CLS]', 'cabinet']);
    expect(byRole('attention')).toEqual(['attends', '39_%']);
    expect(byRole('attribution')).toEqual(['depends', '23_%']);
  });

  it('should say `it too` where both are the same token', () => {
    const dropped = { ...DEFAULT_SWITCHES, special: 'drop' as const };
    expect(plain(ledeText(shownOf(keys, { heads: [[5, 0]], queries: [10], switches: dropped })))).toMatch(
      /^In head 5\.0, kitchen attends most to (\w+) \d+_% (and its output depends most on it too \d+_%|but .*)\.$/
    );
    expect(plain(ledeText(shownOf(keys, { heads: [[0, 2]], queries: [2] })))).toMatch(
      /^In head 0\.2, keys attends most to ([^ ]+) \d+_% and its output depends most on it too \d+_%\.$/
    );
  });

  it('should speak of several heads and several tokens in the plural', () => {
    const heads = [
      [0, 3],
      [3, 4],
      [3, 5]
    ] as const;
    expect(plain(ledeText(shownOf(keys, { heads, queries: [2, 6] })))).toMatch(
      /^In the mean of 3 heads, 2 tokens attend most to .* \d+_% (but|and) their output depends most on .* \d+_% \(mean\)\.$/
    );
  });

  it('should tell the segments of a pair and the places of repeated tokens', () => {
    expect(plain(ledeText(shownOf(bank)))).toBe(
      'In head 4.0, muddy (B) attends most to [CLS] 89_% but its output depends most on muddy (B) 27_%.'
    );
    expect(ledeText(shownOf(keys, { heads: [[5, 0]], queries: [4] }))).toContain('the₄ attends');
  });

  it('should say what is computed or missing', () => {
    const start = 'In head 5.0, cabinet attends most to [CLS] 39_%.';
    const chosen = { heads: [[5, 0]] as const, queries: [6] };
    expect(plain(ledeText(shownOf(attentionOnly, chosen, PENDING)))).toBe(
      `${start} What its output depends on is being computed.`
    );
    expect(plain(ledeText(shownOf(attentionOnly, chosen, FAILED)))).toBe(
      `${start} What its output depends on is missing.`
    );
    expect(plain(ledeText(shownOf(attentionOnly, { ...chosen, queries: [2, 6] }, PENDING)))).toMatch(
      / What their output depends on is being computed\.$/
    );
  });

  it('should say that there is nothing to show, or that the maps are not here', () => {
    expect(ledeText(shownOf(emptyStory()))).toBe('Nothing to show: no tokens besides [CLS] and [SEP].');
    expect(ledeText(shownOf({ ...keys, head: () => null }))).toBe('In head 5.0, the maps are not here yet.');
  });

  it('should follow the pointer', () => {
    const hover = { head: [2, 7], query: 10, source: null } as const;
    expect(plain(ledeText(shownOf(keys, {}, EXACT, hover)))).toBe(
      'In head 2.7, kitchen attends most to [CLS] 80_% but its output depends most on kitchen 21_%.'
    );
  });
});
