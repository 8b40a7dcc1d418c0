// The words around the figures: info line, titles, notes, keys, the reading of a cell.

import { DEFAULT_SWITCHES } from '../../../src/analysis/options';
import {
  cellReading,
  curveName,
  infoLine,
  mapKeys,
  mismatchKey,
  overviewTitle,
  triptychTitle
} from '../../../src/views/spec/titles';
import { EXACT, PENDING, goldenStory, plain, shownOf, withoutAttribution } from './story';

const keys = goldenStory('keys');
const bank = goldenStory('bank');
const attentionOnly = withoutAttribution(keys);

describe('titles', () => {
  it('should sum up the story in one line', () => {
    expect(infoLine(shownOf(keys))).toBe('all-MiniLM-L6-v2 · 14 pieces · 6 layers × 12 heads');
    const words = shownOf(bank, { switches: { ...DEFAULT_SWITCHES, units: 'words' } });
    expect(infoLine(words)).toContain(' · 17 words · ');
    const document = { ...keys.document, truncated: { pieces: 1, text_end: 50, pair_end: null } };
    expect(infoLine(shownOf({ ...keys, document }))).toContain(' · 14 pieces · 1 piece left out · ');
  });

  it('should note measure, queries and what was left out', () => {
    expect(overviewTitle(shownOf(keys), false).note).toBe(
      'Pearson r of attention and attribution, mean over 14 queries'
    );
    expect(overviewTitle(shownOf(keys), true).note).toBe('mean over 14 queries');
    expect(overviewTitle(shownOf(keys, { measure: 'jensen_shannon' }), false).note).toMatch(
      /^Jensen–Shannon divergence, nats, of /
    );
    const { overview, ...rest } = shownOf(keys);
    expect(overviewTitle({ ...rest, overview: overview && { ...overview, missingRows: 3 } }, true).note).toBe(
      'mean over 14 queries, 3 rows without spread left out'
    );
    expect(curveName(shownOf(keys))).toBe('Agreement by layer');
    expect(curveName(shownOf(keys, { measure: 'total_variation' }))).toBe('Mismatch by layer');
  });

  it('should name head, group and preview', () => {
    expect(triptychTitle(shownOf(keys))).toEqual({
      title: 'Head 5.0',
      note: 'Pearson r 0.09 · layer mean 0.50 · rank 1 of 72'
    });
    const hover = { head: [2, 7], query: null, source: null } as const;
    expect(triptychTitle(shownOf(keys, {}, EXACT, hover)).note).toMatch(/ · preview$/);
    const heads = [0, 1, 2, 3, 4].map(head => [1, head] as const);
    expect(triptychTitle(shownOf(keys, { heads })).title).toBe('Heads 1.0, 1.1, 1.2, 1.3 … · mean');
  });

  it('should key the colours, with ≥ where a sink lies beyond', () => {
    const shown = shownOf(keys);
    const ends = (side: number) => mapKeys(shown, side).map(key => key && [plain(key.low), plain(key.high)]);
    expect(ends(252)).toEqual([
      ['0', '≥30_%'],
      ['0', '≥30_%'],
      ['≤−20', '≥+20_pts']
    ]);
    expect(ends(200)[2]).toEqual(['', '±20']);
    expect(ends(140)[1]).toBeNull();
    expect(mismatchKey(shown)).toMatchObject({ low: '1', high: '0' });
    expect(mapKeys(shownOf(attentionOnly, {}, PENDING), 252).map(key => key !== null)).toEqual([
      true,
      false,
      false
    ]);
  });

  it('should read the pinned cell beside the names of the maps', () => {
    expect(cellReading(shownOf(keys))).toBeNull();
    const reading = cellReading(shownOf(keys, { pin: 10 }));
    expect(plain(`${reading?.attention} ${reading?.attribution} ${reading?.difference}`)).toBe(
      '7.3_% 15_% +7.7_pts'
    );
  });
});
