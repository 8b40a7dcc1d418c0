// The tables that say what the figures show.

import { curveTable, headsTable, mapTable, readingTable } from '../../../src/views/spec/table';
import { PENDING, goldenStory, plain, shownOf, withoutAttribution } from './story';

const keys = goldenStory('keys');
const attentionOnly = withoutAttribution(keys);

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
    const pending = shownOf(attentionOnly, {}, PENDING);
    expect(headsTable(pending).rows).toEqual([]);
    expect(mapTable(pending, 'difference').rows).toEqual([]);
    expect(readingTable(pending).rows[0]?.slice(2)).toEqual(['–', '–']);
  });
});
