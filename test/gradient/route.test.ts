import { DEFAULT_METHOD, type MethodOptions } from '../../src/core/method';
import { StoryError } from '../../src/core/errors';
import { routeOf } from '../../src/gradient/route';

const route = (options: Partial<Record<keyof MethodOptions, string>>): ReturnType<typeof routeOf> =>
  routeOf({ ...DEFAULT_METHOD, ...options } as MethodOptions, 6);

describe('routeOf', () => {
  it('should start where the source is', () => {
    expect(route({})).toEqual({ start: 0, target: 'head', paths: 'all' });
    expect(route({ source: 'embedding' }).start).toBe(0);
    expect(route({ source: 'layer:4' }).start).toBe(4);
    expect(route({ source: 'local' }).start).toBe('each');
  });

  it.each([
    [{ norm: 'l2' }, 'norm "l2" is not available; available are frobenius, sum, input'],
    [{ target: 'block' }, 'target "block" is not available; available are head, projected'],
    [{ paths: 'some' }, 'paths "some" is not available; available are all, values'],
    [
      { source: 'layer:6' },
      'source "layer:6" is not available; available are input, embedding, local, layer:0 … layer:5'
    ],
    [{ source: 'layer:-1' }, 'source "layer:-1" is not available'],
    [{ source: 'embedding', norm: 'input' }, 'norm "input" with source "embedding" is zero everywhere']
  ])('should refuse %p in a sentence', (options, sentence) => {
    const attempt = (): unknown => route(options);
    expect(attempt).toThrow(sentence);
    expect(attempt).toThrow(StoryError);
  });
});
