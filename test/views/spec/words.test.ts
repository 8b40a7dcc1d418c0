// The sentences: lede, summaries, titles, status line, placeholders; every variant of their grammar.

import {
  describeCell,
  describeCurve,
  describeHead,
  describeHeads,
  describeMap,
  describeStrip,
  describeTriptych
} from '../../../src/views/spec/describe';
import { ledeOf, ledeText } from '../../../src/views/spec/lede';
import { show, type Hover } from '../../../src/views/spec/shown';
import { DEFAULT_STATE, type ViewState } from '../../../src/views/spec/state';
import { placeholders } from '../../../src/views/spec/status';
import { curveTable, headsTable, mapTable, readingTable } from '../../../src/views/spec/table';
import {
  cellReading,
  curveName,
  infoLine,
  mapKeys,
  mismatchKey,
  overviewTitle,
  triptychTitle
} from '../../../src/views/spec/titles';
import { DEFAULT_SWITCHES } from '../../../src/analysis/options';
import type { StoryData, StoryStatus } from '../../../src/story/data';
import { EXACT, FAILED, goldenStory, PENDING, piecesOf, storyOf } from './story';

const keys = goldenStory('keys');
const bank = goldenStory('bank');
const NO_ATTRIBUTION: StoryData = {
  document: { ...keys.document, method: { ...keys.document.method, samples: 0 } },
  head: (layer, head) => {
    const maps = keys.head(layer, head);
    return maps && { ...maps, norms: null };
  },
  measure: () => null
};
const EMPTY = storyOf({
  layers: 6,
  heads: 12,
  pieces: piecesOf(['[CLS]', '[SEP]']),
  attention: new Float32Array(6 * 12 * 4).fill(0.5),
  norms: new Float32Array(6 * 12 * 4).fill(1)
});

function shownOf(
  data: StoryData,
  changes: Partial<ViewState> = {},
  status: StoryStatus = EXACT,
  hover?: Hover
) {
  return show(data, status, { ...DEFAULT_STATE, ...changes }, hover);
}

/** Thin spaces as `_`, so that they can be seen here. */
function plain(text: string): string {
  return text.replace(/\u202f/g, '_');
}

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
    expect(plain(ledeText(shownOf(NO_ATTRIBUTION, chosen, PENDING)))).toBe(
      `${start} What its output depends on is being computed.`
    );
    expect(plain(ledeText(shownOf(NO_ATTRIBUTION, chosen, FAILED)))).toBe(
      `${start} What its output depends on is missing.`
    );
    expect(plain(ledeText(shownOf(NO_ATTRIBUTION, { ...chosen, queries: [2, 6] }, PENDING)))).toMatch(
      / What their output depends on is being computed\.$/
    );
  });

  it('should say that there is nothing to show, or that the maps are not here', () => {
    expect(ledeText(shownOf(EMPTY))).toBe('Nothing to show: no tokens besides [CLS] and [SEP].');
    expect(ledeText(shownOf({ ...keys, head: () => null }))).toBe('In head 5.0, the maps are not here yet.');
  });

  it('should follow the pointer', () => {
    const hover = { head: [2, 7], query: 10, source: null } as const;
    expect(plain(ledeText(shownOf(keys, {}, EXACT, hover)))).toBe(
      'In head 2.7, kitchen attends most to [CLS] 80_% but its output depends most on kitchen 21_%.'
    );
  });
});

describe('describe', () => {
  const shown = shownOf(keys);

  it('should name the heads of most and least mismatch', () => {
    expect(describeHeads(shown)).toBe(
      '6 layers by 12 heads, Pearson r. Most mismatch: head 5.0 (0.09), 3.4 (0.14), 5.4 (0.15). Least: head 0.2 (1.00).'
    );
    expect(describeHeads(shownOf(EMPTY))).toBe('6 layers by 12 heads, Pearson r. No head has a value.');
  });

  it('should tell the curve by its ends and its extreme', () => {
    expect(describeCurve(shown)).toBe(
      'Pearson r by layer, mean over heads: layer 0 0.82, … layer 5 0.50. Lowest in layer 4 (0.30, sd 0.09).'
    );
    expect(describeCurve(shownOf(keys, { measure: 'jensen_shannon' }))).toMatch(
      / Highest in layer \d \(0\.\d\d, sd /
    );
    const { overview } = shown;
    const half = overview?.mean.map(() => 0.031) ?? new Float32Array(6);
    expect(describeCurve({ ...shown, overview: overview && { ...overview, half } })).toMatch(
      / Estimate, 95 % error ±0\.03\.$/
    );
  });

  it('should tell each map by its largest cell', () => {
    expect(plain(describeMap(shown, 'attention'))).toBe(
      'Attention of head 5.0, 14 by 14. Largest: on to [CLS], 59_%. 54_% on special tokens.'
    );
    expect(plain(describeMap(shown, 'difference'))).toBe(
      'Depends most beyond attending: cabinet on cabinet, +16_pts. Attends most beyond depending: on to [CLS], −51_pts.'
    );
    expect(describeTriptych(shown)).toContain('Attribution of head 5.0, 14 by 14.');
  });

  it('should read cells, heads and rows', () => {
    expect(plain(describeCell(shown, 6, 2))).toMatch(
      /^cabinet to keys: attention \d.*_%, attribution 11_%, difference \+.*_pts\.$/
    );
    expect(describeCell(shown, 6, 99)).toBe('cabinet to : attention –, attribution –, difference –.');
    expect(describeHead(shown, 5, 0)).toBe('Head 5.0, Pearson r 0.09, rank 1 of 72 by mismatch');
    expect(plain(describeStrip(shown))).toBe(
      'Query cabinet: attends to [CLS] 39_%, kitchen 7.3_%, cabinet 6.8_%; depends on cabinet 23_%, kitchen 15_%, keys 11_%.'
    );
  });

  it('should say what stands in the place of what is not there', () => {
    const pending = shownOf(NO_ATTRIBUTION, {}, PENDING);
    expect(describeHeads(pending)).toBe('6 layers by 12 heads: mismatch follows attribution.');
    expect(describeCurve(pending)).toBe('By layer: mismatch follows attribution.');
    expect(describeMap(pending, 'attribution')).toBe('Attribution of head 0.0: first estimate in about 1 s.');
    expect(describeStrip(pending)).not.toContain('depends');
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
    expect(placeholders(shownOf(NO_ATTRIBUTION, {}, status))).toEqual({ overview, maps });
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
    expect(mapKeys(shownOf(NO_ATTRIBUTION, {}, PENDING), 252).map(key => key !== null)).toEqual([
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

describe('tables', () => {
  const shown = shownOf(keys);

  it('should hold every head and every layer', () => {
    const heads = headsTable(shown);
    expect(heads.columns).toHaveLength(13);
    expect(heads.rows).toHaveLength(6);
    expect(heads.rows[5]?.slice(0, 2)).toEqual(['5', '0.09']);
    expect(curveTable(shown).rows[4]).toEqual(['4', '0.30', '0.09', '0.00']);
  });

  it('should hold the selected row and the whole map', () => {
    const reading = readingTable(shown);
    expect(reading.rows).toHaveLength(14);
    expect(reading.rows[6]?.map(plain)).toEqual(['cabinet', '6.8_%', '23_%', '+16_pts']);
    const map = mapTable(shown, 'attribution');
    expect([map.columns.length, map.rows.length]).toEqual([15, 14]);
    expect(plain(map.rows[6]?.[7] ?? '')).toBe('23_%');
  });

  it('should be empty, not wrong, without attribution', () => {
    const pending = shownOf(NO_ATTRIBUTION, {}, PENDING);
    expect(headsTable(pending).rows).toEqual([]);
    expect(mapTable(pending, 'difference').rows).toEqual([]);
    expect(readingTable(pending).rows[0]?.slice(2)).toEqual(['–', '–']);
  });
});
