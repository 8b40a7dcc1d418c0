// What is read out: summaries of grid, curve, maps, cells and strip.

import {
  describeCell,
  describeCurve,
  describeHead,
  describeHeads,
  describeMap,
  describeStrip,
  describeTriptych
} from '../../../src/views/spec/describe';
import { PENDING, emptyStory, goldenStory, plain, shownOf, withoutAttribution } from './story';

const keys = goldenStory('keys');
const attentionOnly = withoutAttribution(keys);

describe('describe', () => {
  const shown = shownOf(keys);

  it('should name the heads of most and least mismatch', () => {
    expect(describeHeads(shown)).toBe(
      '6 layers by 12 heads, Pearson r. Most mismatch: head 5.0 (0.09), 3.4 (0.14), 5.4 (0.15). Least: head 0.2 (1.00).'
    );
    expect(describeHeads(shownOf(emptyStory()))).toBe(
      '6 layers by 12 heads, Pearson r. No head has a value.'
    );
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
    const pending = shownOf(attentionOnly, {}, PENDING);
    expect(describeHeads(pending)).toBe('6 layers by 12 heads: mismatch follows attribution.');
    expect(describeCurve(pending)).toBe('By layer: mismatch follows attribution.');
    expect(describeMap(pending, 'attribution')).toBe('Attribution of head 0.0: first estimate in about 1 s.');
    expect(describeStrip(pending)).not.toContain('depends');
  });
});
