// What must hold of the pieces of any text whatever.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import type { Piece } from '../../src/core/piece';
import type { Encoded, TextInput } from '../../src/text/tokenizer';
import { WordPieceTokenizer } from '../../src/text/tokenizer';
import { tokenizerSpec } from '../../src/text/tokenizer-files';
import { TINY_FOLDER } from '../demo-model';

const tokenizerJson = readFileSync(join(TINY_FOLDER, 'tokenizer.json'), 'utf8');
const tokenizer = new WordPieceTokenizer(
  tokenizerSpec({ tokenizerJson, vocab: null, tokenizerConfig: null })
);
const UNLIMITED = 1_000_000;

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  // Lone surrogates too.
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 20 })
    .map(units => String.fromCharCode(...units)),
  fc
    .array(
      fc.constantFrom(
        'cat',
        ' ',
        '[MASK]',
        '[SEP]',
        'é',
        'e\u0301',
        '\u0323',
        '한',
        '日',
        '.',
        '\u0000',
        '😀'
      ),
      { maxLength: 12 }
    )
    .map(parts => parts.join(''))
);
const anyInput: fc.Arbitrary<TextInput> = fc.oneof(anyText, fc.array(anyText, { maxLength: 5 }));
const anyPair = fc.option(anyInput, { nil: null });

function inSegment({ pieces }: Encoded, segment: 0 | 1): { start: number; end: number; piece: Piece }[] {
  return pieces.flatMap(piece =>
    piece.segment === segment && piece.start !== null && piece.end !== null
      ? [{ start: piece.start, end: piece.end, piece }]
      : []
  );
}

/** The pieces' own text where the tiny vocabulary, or a missing piece, does not hide it. */
function joined(pieces: readonly Piece[]): string {
  return pieces.map(({ text }) => text.replace(/^##/, '')).join('');
}

describe('WordPieceTokenizer#encode(), any text', () => {
  it('should give spans in bounds and in order, that share at most the character that they come from', () => {
    fc.assert(
      fc.property(anyInput, anyPair, (text, pair) => {
        const encoded = tokenizer.encode(text, pair, UNLIMITED);
        const lengths = [Array.from(encoded.text).length, Array.from(encoded.pair ?? '').length];
        for (const segment of [0, 1] as const) {
          const spans = inSegment(encoded, segment);
          spans.forEach(({ start, end }, k) => {
            expect(start).toBeGreaterThanOrEqual(0);
            expect(end).toBeGreaterThan(start);
            expect(end).toBeLessThanOrEqual(lengths[segment] ?? 0);
            const next = spans[k + 1];
            if (next !== undefined) {
              // One character may decompose into several pieces, as a Hangul syllable does.
              const shared = end - next.start;
              expect(shared).toBeLessThanOrEqual(1);
              expect(next.start).toBeGreaterThanOrEqual(start);
              expect(next.end).toBeGreaterThanOrEqual(end);
            }
          });
        }
      })
    );
  });

  it('should leave out only white space, controls and marks', () => {
    fc.assert(
      fc.property(anyText, text => {
        const encoded = tokenizer.encode(text, null, UNLIMITED);
        const covered = new Set<number>();
        for (const { start, end } of inSegment(encoded, 0)) {
          for (let k = start; k < end; k += 1) {
            covered.add(k);
          }
        }
        const left = Array.from(encoded.text).filter((_, k) => !covered.has(k));
        for (const char of left) {
          expect(char).toMatch(/^[\p{White_Space}\p{C}\uFFFD]$|^\p{M}$/u);
        }
      })
    );
  });

  it('should count words without gaps, and through the pair', () => {
    fc.assert(
      fc.property(anyText, fc.option(anyText, { nil: null }), (text, pair) => {
        const words = tokenizer.encode(text, pair, UNLIMITED).pieces.flatMap(({ word, special }) => {
          expect(word === null).toBe(special);
          return word === null ? [] : [word];
        });
        expect([...new Set(words)]).toEqual(Array.from(new Set(words), (_, k) => k));
      })
    );
  });

  it('should give the word that was given, and spans inside it', () => {
    fc.assert(
      fc.property(fc.array(anyText, { maxLength: 5 }), words => {
        const encoded = tokenizer.encode(words, null, UNLIMITED);
        const lengths = words.map(word => Array.from(word).length);
        for (const { start, end, piece } of inSegment(encoded, 0)) {
          if (piece.word !== null) {
            const before = lengths.slice(0, piece.word).reduce((sum, length) => sum + length + 1, 0);
            expect(start).toBeGreaterThanOrEqual(before);
            expect(end).toBeLessThanOrEqual(before + (lengths[piece.word] ?? 0));
          }
        }
      })
    );
  });

  it('should answer the same when asked again', () => {
    fc.assert(
      fc.property(anyInput, anyPair, fc.integer({ min: 3, max: 30 }), (text, pair, most) => {
        expect(tokenizer.encode(text, pair, most)).toEqual(tokenizer.encode(text, pair, most));
      })
    );
  });

  it('should keep the beginning of each side when it truncates, fill the limit, and say what was left out', () => {
    fc.assert(
      fc.property(anyInput, anyPair, fc.integer({ min: 3, max: 30 }), (text, pair, most) => {
        const full = tokenizer.encode(text, pair, UNLIMITED);
        const cut = tokenizer.encode(text, pair, most);
        const left = full.pieces.length - cut.pieces.length;
        expect(cut.pieces).toHaveLength(Math.min(full.pieces.length, most));
        expect(cut.truncated?.pieces ?? 0).toBe(left);
        for (const segment of [0, 1] as const) {
          const kept = inSegment(cut, segment);
          expect(kept).toEqual(inSegment(full, segment).slice(0, kept.length));
          const end = segment === 0 ? cut.truncated?.text_end : cut.truncated?.pair_end;
          expect(kept.at(-1)?.end ?? 0).toBeLessThanOrEqual(end ?? Infinity);
        }
      })
    );
  });

  it('should not change with white space around and between', () => {
    const words = fc.array(fc.constantFrom('the', 'Cat', 'sat', 'unbelievable', '日', '[MASK]', '!'), {
      maxLength: 8
    });
    const spaces = fc.constantFrom(' ', '  ', '\t', '\n ', '\u00A0', '\u3000');
    fc.assert(
      fc.property(words, spaces, spaces, (list, around, between) => {
        const spaced = around + list.join(between) + around;
        const ids = (text: string): number[] =>
          tokenizer.encode(text, null, UNLIMITED).pieces.map(({ id }) => id);
        expect(ids(spaced)).toEqual(ids(list.join(' ')));
      })
    );
  });

  it('should spell lowercase words exactly', () => {
    const word = fc.string({
      unit: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz'),
      minLength: 1,
      maxLength: 100
    });
    fc.assert(
      fc.property(word, text => {
        const { pieces } = tokenizer.encode(text, null, UNLIMITED);
        const own = pieces.filter(({ special }) => !special);
        expect(joined(own)).toBe(text);
        expect(own.map(({ start, end }) => text.slice(start ?? 0, end ?? 0)).join('')).toBe(text);
      })
    );
  });
});
