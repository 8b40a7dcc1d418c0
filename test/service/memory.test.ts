import { memoryBudget, roomFor } from '../../src/service/memory';

describe('memoryBudget', () => {
  it.each<[string | undefined, number]>([
    [undefined, 8e9],
    ['', 8e9],
    ['4GB', 4e9],
    ['1.5 g', 1.5e9],
    ['500MB', 5e8],
    ['700 MiB', 7e8],
    ['123456', 123456]
  ])('should read %j', (setting, bytes) => {
    expect(memoryBudget(setting, 16e9)).toBe(bytes);
  });

  it.each(['much', '-1', '0', '4 TB', 'GB'])('should refuse %j', setting => {
    expect(() => memoryBudget(setting, 16e9)).toThrow(
      expect.objectContaining({ code: 'bad_config', message: expect.stringContaining(setting) })
    );
  });
});

describe('roomFor', () => {
  const size = { layers: 6, heads: 12, pieces: 16 };

  it('should leave what the others do not take, and never nothing', () => {
    expect(roomFor(size, 4e9, 1e9)).toBe(3e9);
    expect(roomFor(size, 4e9, 9e9)).toBe(64e6);
  });

  it('should refuse maps that no frame takes, with value and limit', () => {
    const large = { layers: 24, heads: 16, pieces: 512 };
    expect(() => roomFor(large, 64e9, 1e9)).toThrow(
      expect.objectContaining({
        code: 'memory_limit',
        values: { pieces: 512, bytes: 10 * 384 * 512 ** 2 * 4, limit: 2 ** 31 }
      })
    );
  });
});
