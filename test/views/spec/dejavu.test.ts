// The table of widths against the font itself, and what is not in the table.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dejavuShare } from '../../../src/views/spec/dejavu';
import { dejavuWidth } from '../../../src/views/spec/text-width';

const FOLDER = join(__dirname, '../../../node_modules/dejavu-fonts-ttf/ttf');

/** Advance widths by code point as shares of the em, out of the tables cmap (format 12), hmtx, hhea and head. */
function advances(file: string): (codePoint: number) => number | null {
  const font = readFileSync(join(FOLDER, file));
  const tables = new Map<string, number>();
  for (let i = 0; i < font.readUInt16BE(4); i++) {
    const entry = 12 + 16 * i;
    tables.set(font.toString('latin1', entry, entry + 4), font.readUInt32BE(entry + 8));
  }
  const at = (name: string) => tables.get(name) ?? NaN;
  const em = font.readUInt16BE(at('head') + 18);
  const metrics = font.readUInt16BE(at('hhea') + 34);
  const subtables = Array.from(
    { length: font.readUInt16BE(at('cmap') + 2) },
    (_, i) => at('cmap') + font.readUInt32BE(at('cmap') + 8 + 8 * i)
  );
  const map = subtables.find(offset => font.readUInt16BE(offset) === 12) ?? NaN;
  const groups = Array.from({ length: font.readUInt32BE(map + 12) }, (_, i) => map + 16 + 12 * i);
  return codePoint => {
    const group = groups.find(
      one => codePoint >= font.readUInt32BE(one) && codePoint <= font.readUInt32BE(one + 4)
    );
    if (group === undefined) {
      return null;
    }
    const glyph = font.readUInt32BE(group + 8) + codePoint - font.readUInt32BE(group);
    return font.readUInt16BE(at('hmtx') + 4 * Math.min(glyph, metrics - 1)) / em;
  };
}

describe('dejavu', () => {
  it.each([
    ['DejaVuSans.ttf', 'regular'],
    ['DejaVuSans-Bold.ttf', 'bold']
  ] as const)('should know the characters of sentences and figures as %s has them', (file, face) => {
    const advance = advances(file);
    const signs = [...'–—…±≤≥−→·₀₁₂₃₄₅₆₇₈₉ρτ\u202f\u2009'].map(sign => sign.codePointAt(0) ?? 0);
    const letters = Array.from({ length: 0x17f - 0x20 }, (_, i) => 0x20 + i).filter(
      point => point < 0x7f || point > 0x9f
    );
    const cyrillic = Array.from({ length: 0x60 }, (_, i) => 0x400 + i);
    let checked = 0;
    for (const point of [...letters, ...cyrillic, ...signs]) {
      const share = advance(point);
      if (share !== null) {
        expect(Math.abs(dejavuShare(String.fromCodePoint(point), face) - share)).toBeLessThanOrEqual(0.00084);
        checked++;
      }
    }
    expect(checked).toBeGreaterThan(430);
  });

  it('should add up the characters of a text, by size and weight', () => {
    expect(dejavuWidth('', 11, 400)).toBe(0);
    expect(dejavuWidth('ii', 20, 400)).toBeCloseTo(2 * dejavuWidth('i', 20, 400), 9);
    expect(dejavuWidth('cabinet', 10, 600)).toBeGreaterThan(dejavuWidth('cabinet', 10, 400));
  });

  it('should guess what the table does not hold: wide scripts an em, combining marks nothing', () => {
    expect(dejavuShare('東', 'regular')).toBe(1);
    expect(dejavuShare('😀', 'bold')).toBe(1);
    expect(dejavuShare('\u0301', 'regular')).toBe(0);
    expect(dejavuShare('\u200d', 'regular')).toBe(0);
    expect(dejavuShare('ก', 'regular')).toBeCloseTo(0.62, 9);
  });
});
