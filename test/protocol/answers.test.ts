import { answerHeader, readAnswer, type Answer } from '../../src/protocol/answers';

const MODEL = {
  key: 'k',
  id: 'minilm',
  sha256: 'f',
  architecture: 'bert',
  layers: 6,
  heads: 12,
  width: 384,
  maxTokens: 512
};

describe('answerHeader and readAnswer', () => {
  it.each<[Answer, object]>([
    [
      { kind: 'progress', stage: 'attribution', done: 1, total: 8, secondsLeft: 2 },
      { kind: 'progress', stage: 'attribution', done: 1, total: 8, seconds_left: 2 }
    ],
    [
      { kind: 'result', model: MODEL },
      { kind: 'result', model: { ...MODEL, maxTokens: undefined, max_tokens: 512 } }
    ],
    [
      { kind: 'error', code: 'busy', message: 'm', hint: 'h', values: { queuedJobs: 64 } },
      { kind: 'error', code: 'busy', message: 'm', hint: 'h', values: { queuedJobs: 64 } }
    ]
  ])('should write %j in snake_case, values untouched, and read it back', (answer, wire) => {
    const header = answerHeader(7, answer);
    expect(JSON.parse(JSON.stringify(header))).toEqual(JSON.parse(JSON.stringify({ v: 1, id: 7, ...wire })));
    expect(readAnswer(header)).toEqual(answer);
  });
});
