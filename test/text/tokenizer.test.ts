import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { largestId } from '../../src/text/spec';
import { WordPieceTokenizer } from '../../src/text/tokenizer';
import { tokenizerSpec } from '../../src/text/tokenizer-files';
import { demoModelFolder, TINY_FOLDER } from '../demo-model';
import type { ReferenceCase } from './reference-case';
import { encodeLike, readFixture, spanOf } from './reference-case';

function tokenizerOf(folder: string): WordPieceTokenizer {
  const tokenizerJson = readFileSync(join(folder, 'tokenizer.json'), 'utf8');
  return new WordPieceTokenizer(tokenizerSpec({ tokenizerJson, vocab: null, tokenizerConfig: null }));
}

interface Fixture {
  readonly cases: readonly ReferenceCase[];
  readonly surrogates: readonly (ReferenceCase & { readonly units: readonly number[] })[];
}

interface Golden {
  readonly text: string;
  readonly pair: string | null;
  readonly ids: number[];
  readonly segments: number[];
  readonly tokens: string[];
  readonly spans: [number, number][];
}

describe.each([
  ['tokens-minilm.json', 'golden-minilm', demoModelFolder],
  ['tokens-tiny.json', 'golden-tiny', () => TINY_FOLDER]
])('WordPieceTokenizer beside the reference, %s', (fixture, golden, folder) => {
  const tokenizer = tokenizerOf(folder());
  const { cases, surrogates } = readFixture<Fixture>(fixture);

  it(`should give the same ids, spans, special pieces, words and truncations in ${cases.length} cases`, () => {
    expect(cases.length).toBeGreaterThanOrEqual(300);
    for (const wanted of cases) {
      expect(encodeLike(tokenizer, wanted)).toEqual(wanted);
    }
  });

  it('should read lone surrogates, which the reference refuses, as U+FFFD', () => {
    for (const { units, ...wanted } of surrogates) {
      const given = String.fromCharCode(...units);
      expect(encodeLike(tokenizer, wanted, given)).toEqual(wanted);
      expect(tokenizer.encode(given, null, 100).text).toBe(wanted.text);
    }
  });

  const folderOfGolden = join(__dirname, '..', 'oracle', golden);
  const names = readdirSync(folderOfGolden).filter(name => name.endsWith('.json'));
  it.each(names)('should give the pieces of the golden case %s', name => {
    const wanted = JSON.parse(readFileSync(join(folderOfGolden, name), 'utf8')) as Golden;
    const { pieces, truncated } = tokenizer.encode(wanted.text, wanted.pair, 512);
    expect(truncated).toBeNull();
    expect(pieces.map(({ id }) => id)).toEqual(wanted.ids);
    expect(pieces.map(({ segment }) => segment)).toEqual(wanted.segments);
    expect(pieces.map(({ text }) => text)).toEqual(wanted.tokens);
    expect(pieces.map(piece => spanOf(piece) ?? [0, 0])).toEqual(wanted.spans);
  });
});

describe('WordPieceTokenizer with other settings', () => {
  interface Variant {
    readonly name: string;
    readonly change: {
      readonly vocab: Record<string, number>;
      readonly normalizer: object;
      readonly pre_tokenizer: object;
      readonly added_tokens: readonly object[];
    };
    readonly cases: readonly ReferenceCase[];
  }
  const { variants } = readFixture<{ variants: readonly Variant[] }>('tokens-variants.json');

  it.each(variants.map(variant => [variant.name, variant] as const))(
    'should agree with the reference: %s',
    (_name, { change, cases }) => {
      const file = JSON.parse(readFileSync(join(TINY_FOLDER, 'tokenizer.json'), 'utf8'));
      Object.assign(file.model.vocab, change.vocab);
      Object.assign(file.normalizer, change.normalizer);
      Object.assign(file.pre_tokenizer, change.pre_tokenizer);
      file.added_tokens.push(...change.added_tokens);
      const tokenizer = new WordPieceTokenizer(
        tokenizerSpec({ tokenizerJson: JSON.stringify(file), vocab: null, tokenizerConfig: null })
      );
      for (const wanted of cases) {
        expect(encodeLike(tokenizer, wanted)).toEqual(wanted);
      }
    }
  );
});

describe('WordPieceTokenizer', () => {
  const tokenizer = tokenizerOf(TINY_FOLDER);

  describe('#encode()', () => {
    it('should make [CLS] [SEP] of empty text', () => {
      const { pieces, truncated, text, pair } = tokenizer.encode('', null, 64);
      expect(pieces.map(piece => piece.text)).toEqual(['[CLS]', '[SEP]']);
      expect({ truncated, text, pair }).toEqual({ truncated: null, text: '', pair: null });
    });

    it('should keep the span of a typed special token and give it no word', () => {
      const { pieces } = tokenizer.encode('the [MASK] sat', null, 64);
      expect(pieces[2]).toEqual({
        text: '[MASK]',
        id: 4,
        start: 4,
        end: 10,
        segment: 0,
        special: true,
        word: null
      });
      expect(pieces.map(({ word }) => word)).toEqual([null, 0, null, 1, null]);
    });

    it('should not call an unknown word special', () => {
      const { pieces } = tokenizer.encode('⟂', null, 64);
      expect(pieces[1]).toMatchObject({ text: '[UNK]', special: false, word: 0, start: 0, end: 1 });
    });

    it('should point into the given words joined by single spaces', () => {
      const { text, pieces } = tokenizer.encode(['the', 'cat sat', '', 'mat'], ['key'], 64);
      expect(text).toBe('the cat sat  mat');
      expect(
        pieces.filter(piece => !piece.special).map(piece => [piece.text, piece.start, piece.word])
      ).toEqual([
        ['the', 0, 0],
        ['cat', 4, 1],
        ['sat', 8, 1],
        ['mat', 13, 3],
        ['key', 0, 4]
      ]);
    });

    it('should say how much of each side was kept', () => {
      const { pieces, truncated } = tokenizer.encode('the cat sat on the mat', 'the key', 7);
      expect(pieces).toHaveLength(7);
      expect(truncated).toEqual({ pieces: 4, text_end: 7, pair_end: 7 });
    });

    it('should refuse text beyond the limit and name the limit', () => {
      expect(() => tokenizer.encode('é'.repeat(30_000), 'x'.repeat(50_000), 64)).toThrow(
        expect.objectContaining({
          code: 'text_too_long',
          message: 'the text and its pair have 110000 bytes of UTF-8, at most 100000 are taken'
        })
      );
      expect(tokenizer.encode('a '.repeat(50_000), null, 64).pieces).toHaveLength(64);
    });

    it('should refuse a limit below the special tokens', () => {
      expect(() => tokenizer.encode('a', 'b', 2)).toThrow(expect.objectContaining({ code: 'bad_request' }));
    });
  });

  it('should know the largest id that it can give', () => {
    expect(largestId(tokenizer.spec)).toBe(100);
  });
});
