import { errorData, StoryError } from '../../src/core/errors';

describe('errorData', () => {
  it('should carry code, sentence, hint and values across a wire', () => {
    const error = new StoryError(
      'text_too_long',
      'the text has 120000 bytes, at most 100000 are taken',
      'shorten it',
      {
        bytes: 120000
      }
    );
    expect(errorData(error)).toEqual({
      code: 'text_too_long',
      message: 'the text has 120000 bytes, at most 100000 are taken',
      hint: 'shorten it',
      values: { bytes: 120000 }
    });
  });

  it('should call the unforeseen internal and keep its message', () => {
    expect(errorData(new TypeError('x is not a function'))).toMatchObject({
      code: 'internal',
      message: expect.stringContaining('x is not a function')
    });
  });
});
