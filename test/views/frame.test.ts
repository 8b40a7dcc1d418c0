import { createFrame, createPacer } from '../../src/views/frame';

const frames = () => new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve)));

describe('Frame', () => {
  describe('#mark', () => {
    it('should paint once for all marks of a frame', async () => {
      let painted = 0;
      const frame = createFrame(window, () => painted++, new AbortController().signal);
      frame.mark();
      frame.mark();
      expect(painted).toBe(0);
      await frames();
      expect(painted).toBe(1);
      frame.mark();
      await frames();
      expect(painted).toBe(2);
    });

    it('should paint nothing after the end', async () => {
      let painted = 0;
      const life = new AbortController();
      const frame = createFrame(window, () => painted++, life.signal);
      frame.mark();
      life.abort();
      frame.mark();
      await frames();
      expect(painted).toBe(0);
    });
  });
});

describe('createPacer', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('should act at once, then at most once per period for what may wait', () => {
    let acts = 0;
    const pace = createPacer(window, () => acts++, 500, new AbortController().signal);
    pace(true);
    expect(acts).toBe(1);
    for (let i = 0; i < 9; i++) {
      jest.advanceTimersByTime(50);
      pace(true);
    }
    expect(acts).toBe(1);
    jest.advanceTimersByTime(50);
    expect(acts).toBe(2);
  });

  it('should not let what is urgent wait, and act once for both', () => {
    let acts = 0;
    const pace = createPacer(window, () => acts++, 500, new AbortController().signal);
    pace(true);
    pace(true);
    pace(false);
    expect(acts).toBe(2);
    jest.advanceTimersByTime(1000);
    expect(acts).toBe(2);
  });

  it('should not act after the end', () => {
    let acts = 0;
    const life = new AbortController();
    const pace = createPacer(window, () => acts++, 500, life.signal);
    pace(true);
    pace(true);
    life.abort();
    jest.advanceTimersByTime(1000);
    expect(acts).toBe(1);
  });
});
