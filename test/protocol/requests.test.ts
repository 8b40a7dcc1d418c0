import { readRequest } from '../../src/protocol/requests';

const frame = (fields: object) => ({ header: { v: 1, id: 1, kind: 'tell', ...fields }, arrays: {} });
const TELL = { model: 'm', text: 'a', stop: { rule: 'exact' } };

describe('readRequest', () => {
  it('should fill in the defaults', () => {
    expect(readRequest(frame(TELL))).toEqual({
      kind: 'tell',
      model: 'm',
      text: 'a',
      pair: null,
      options: { norm: 'frobenius', target: 'head', source: 'input', paths: 'all', hidden: false, hybrid: 0 },
      seed: 0,
      stop: { rule: 'exact' },
      measures: [],
      slot: null
    });
  });

  it.each<[object, string, string]>([
    [{ kind: 'guess' }, 'unknown_kind', '"guess", only hello, load, tokenize, tell, refine'],
    [{ kind: 'toString' }, 'unknown_kind', 'only hello'],
    [{ kind: 'hello' }, 'bad_request', 'hello needs client'],
    [{ ...TELL, text: 5 }, 'bad_request', 'text of tell is 5; it should be a string or a list of words'],
    [{ model: 'm', text: 'a' }, 'bad_request', 'tell needs stop'],
    [{ ...TELL, stop: null }, 'bad_request', 'stop of tell is null; it should be an object'],
    [
      { ...TELL, stop: { rule: 'never' } },
      'unknown_option',
      'rule is "never"; allowed: auto, error, samples, exact'
    ],
    [
      { ...TELL, stop: { rule: 'error', error: 2 } },
      'bad_request',
      'error of tell is 2; it should be a number above 0'
    ],
    [
      { ...TELL, stop: { rule: 'samples', samples: 1.5 } },
      'bad_request',
      'samples of tell is 1.5; it should be a whole'
    ],
    [
      { ...TELL, stop: { rule: 'exact', soon: 1 } },
      'unknown_option',
      'tell has no option soon; allowed: rule'
    ],
    [{ ...TELL, options: { norm: 'L1' } }, 'unknown_option', 'norm is "L1"; allowed: frobenius, sum, input'],
    [
      { ...TELL, options: { source: 'layer:' } },
      'unknown_option',
      'allowed: input, embedding, local, layer:K'
    ],
    [
      { ...TELL, options: { sorce: 'input' } },
      'unknown_option',
      'no option sorce; allowed: norm, target, source'
    ],
    [{ ...TELL, options: 3 }, 'bad_request', 'options of tell is 3; it should be an object'],
    [
      { ...TELL, measures: [{ measure: 'p' }] },
      'unknown_option',
      'measure is "p"; allowed: pearson, spearman'
    ],
    [{ ...TELL, seed: -1 }, 'bad_request', 'seed of tell is -1; it should be a whole number from 0 on'],
    [{ kind: 'measure', requests: [{}] }, 'bad_request', 'measure needs measure'],
    [{ kind: 'bye', now: true }, 'unknown_option', 'bye has no option now; allowed: none']
  ])('should refuse %j', (fields, code, sentence) => {
    const read = () => readRequest(frame(fields));
    expect(read).toThrow(expect.objectContaining({ code, message: expect.stringContaining(sentence) }));
  });
});
