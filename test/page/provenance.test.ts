import { headingOf, provenanceOf } from '../../src/page/provenance';
import { exactStory } from '../story/example';

const { document } = exactStory('golden-tiny/cat');
const rows = (...args: Parameters<typeof provenanceOf>) => Object.fromEntries(provenanceOf(...args));

describe('provenanceOf()', () => {
  it('should name model, method, engine and date', () => {
    const { sha256 } = document.model;
    expect(rows(document, [])).toMatchObject({
      Text: document.text,
      Model: expect.stringContaining(`sha256 ${sha256}`),
      Attribution: expect.stringMatching(
        /Frobenius norm of the derivative of a head's output with respect to the input tokens, through all paths; rows sum to 1; exact$/
      ),
      'In this page': 'the numbers as they were computed'
    });
  });

  it('should say how good an estimate is, and what a reduction did', () => {
    const sampled = {
      ...document,
      pair: 'another',
      method: { ...document.method, mode: 'sampled' as const, samples: 8, source: 'layer:2' },
      reduced: { form: '8 bit' as const, cell_error: 0.00392 }
    };
    const said = rows(sampled, ['groups', 'heads']);
    expect(said['Text B']).toBe('another');
    expect(said['Attribution']).toMatch(
      /layer 2, .* estimated from 8 random of \d+ directions \(seed \d+\)$/
    );
    expect(said['In this page']).toBe(
      "the numbers in reduced form (8 bit), cells moved by at most 0.39 % of their row's largest; left out: " +
        'the groups of directions behind the errors, the maps of all but one head of each layer'
    );
  });

  it('should claim no attribution where there is none', () => {
    const method = { ...document.method, mode: 'sampled' as const, samples: 0 };
    expect(rows({ ...document, method }, [])['Attribution']).toBe('not computed');
  });
});

describe('headingOf()', () => {
  it('should put a text on one line, and cut a long one between characters', () => {
    expect(headingOf({ text: ' a\n b\t c ', pair: 'd' })).toBe('a b c / d');
    const long = headingOf({ text: '𝒳'.repeat(200), pair: null });
    expect([...long]).toHaveLength(91);
    expect(long.endsWith('𝒳…')).toBe(true);
  });
});
