// Every code point on its own, beside what the reference takes it for.
import { charactersOf, textOf } from '../../src/text/characters';
import type { NormalizerOptions } from '../../src/text/normalizer';
import { BertNormalizer } from '../../src/text/normalizer';
import { BertPreTokenizer } from '../../src/text/pre-tokenizer';
import { readFixture } from './reference-case';

type Ranges = readonly (readonly [first: number, last: number])[];

interface UnicodeTable {
  /** Version of Unicode for which `divergent` was made. */
  readonly unicode: string;
  readonly reference: Readonly<Record<'dropped' | 'space' | 'chinese' | 'punctuation', Ranges>>;
  readonly divergent: Readonly<Record<'dropped' | 'space' | 'stripped' | 'punctuation', Ranges>>;
  readonly stripped: readonly (readonly [number, number, string])[];
  readonly lowercase: readonly (readonly [number, number, string])[];
}

const table = readFixture<UnicodeTable>('tokens-unicode.json');
const NOTHING = { cleanText: false, handleChineseChars: false, stripAccents: false, lowercase: false };
// Beyond lie planes without characters and those for private use.
const CODES = Array.from({ length: 0x40000 }, (_, code) => code).concat(
  Array.from({ length: 0x1000 }, (_, k) => 0xe0000 + k),
  [0xf0000, 0xffffd, 0xffffe, 0x100000, 0x10fffd, 0x10ffff]
);

function normalizing(options: Partial<NormalizerOptions>): (char: string) => string {
  const normalizer = new BertNormalizer({ ...NOTHING, ...options });
  return char => textOf(normalizer.normalize(charactersOf(char)));
}

function setOf(ranges: Ranges): Set<number> {
  const set = new Set<number>();
  for (const [first, last] of ranges) {
    for (let code = first; code <= last; code += 1) {
      set.add(code);
    }
  }
  return set;
}

function mapOf(rows: readonly (readonly [number, number, string])[]): Map<number, string> {
  return new Map(
    rows.flatMap(([first, last, result]) =>
      Array.from({ length: last - first + 1 }, (_, k): [number, string] => [first + k, result])
    )
  );
}

/** Code points where ours and the reference's differ. */
function differences<T>(ours: (char: string) => T, reference: (code: number) => T): number[] {
  return CODES.filter(
    code => (code < 0xd800 || code > 0xdfff) && ours(String.fromCodePoint(code)) !== reference(code)
  );
}

function expectKnown(found: readonly number[], known: Ranges): void {
  const listed = setOf(known);
  if (process.versions['unicode'] === table.unicode) {
    expect(found).toEqual([...listed].filter(code => code < 0xf0000));
  } else {
    // Characters that came to Unicode after the list was made may differ too; older tables differ in fewer.
    const newer = Number(process.versions['unicode']) > Number(table.unicode);
    const unlisted = found.filter(code => !listed.has(code));
    expect(newer ? unlisted.filter(code => code < 0x250) : unlisted).toEqual([]);
  }
}

describe('BertNormalizer, code point by code point', () => {
  it('should drop what the reference drops, but for the differences listed', () => {
    const clean = normalizing({ cleanText: true });
    const dropped = setOf(table.reference.dropped);
    expectKnown(
      differences(
        char => clean(char) === '',
        code => dropped.has(code)
      ),
      table.divergent.dropped
    );
  });

  it('should make the same code points white space', () => {
    const clean = normalizing({ cleanText: true });
    const space = setOf(table.reference.space);
    expectKnown(
      differences(
        char => clean(char) === ' ',
        code => space.has(code)
      ),
      table.divergent.space
    );
  });

  it('should set the same ideographs apart', () => {
    const apart = normalizing({ handleChineseChars: true });
    const chinese = setOf(table.reference.chinese);
    expect(
      differences(
        char => apart(char) === ` ${char} `,
        code => chinese.has(code)
      )
    ).toEqual([]);
  });

  it('should strip to the same, but for the differences listed', () => {
    const strip = normalizing({ stripAccents: true });
    const stripped = mapOf(table.stripped);
    const isHangul = (code: number): boolean => code >= 0xac00 && code <= 0xd7a3;
    const found = differences(strip, code => stripped.get(code) ?? String.fromCodePoint(code));
    expectKnown(
      found.filter(code => !isHangul(code)),
      table.divergent.stripped
    );
  });

  it('should take Hangul syllables apart into their jamo', () => {
    const strip = normalizing({ stripAccents: true });
    expect(strip('한')).toBe('\u1112\u1161\u11AB');
    expect(strip('가')).toBe('\u1100\u1161');
  });

  it('should lowercase to the same', () => {
    const lowercase = mapOf(table.lowercase);
    const found = differences(
      normalizing({ lowercase: true }),
      code => lowercase.get(code) ?? String.fromCodePoint(code)
    );
    expectKnown(found, []);
  });
});

describe('BertPreTokenizer, code point by code point', () => {
  it('should make the same code points words of their own, but for the differences listed', () => {
    const preTokenizer = new BertPreTokenizer();
    const punctuation = setOf(table.reference.punctuation);
    expectKnown(
      differences(
        char => preTokenizer.preTokenize(charactersOf(`a${char}b`)).length === 3,
        code => punctuation.has(code)
      ),
      table.divergent.punctuation
    );
  });
});
