import { DEFAULT_STATE } from '../../src/views/spec/state';
import { createViewStore, sameState } from '../../src/views/store';

describe('ViewStore', () => {
  describe('#set', () => {
    it('should tell every listener of a new state', () => {
      const store = createViewStore(DEFAULT_STATE);
      const { signal } = new AbortController();
      const seen: unknown[] = [];
      store.onChange(state => seen.push(state.pin), signal);
      store.onChange(state => seen.push(state.measure), signal);
      store.set({ ...DEFAULT_STATE, pin: 3 });
      expect(seen).toEqual([3, 'pearson']);
      expect(store.get().pin).toBe(3);
    });

    it('should come to rest when two stores feed each other', () => {
      const { signal } = new AbortController();
      const stores = [createViewStore(DEFAULT_STATE), createViewStore(DEFAULT_STATE)] as const;
      let calls = 0;
      const copy = (state: typeof DEFAULT_STATE) => JSON.parse(JSON.stringify(state)) as typeof DEFAULT_STATE;
      stores[0].onChange(state => (calls++, stores[1].set(copy(state))), signal);
      stores[1].onChange(state => (calls++, stores[0].set(copy(state))), signal);
      stores[0].set({ ...DEFAULT_STATE, heads: [[1, 2]] });
      expect(calls).toBe(2);
      expect(stores[1].get().heads).toEqual([[1, 2]]);
    });

    it('should reach the others when one listener throws', () => {
      const store = createViewStore(DEFAULT_STATE);
      const { signal } = new AbortController();
      const warn = jest.spyOn(console, 'warn').mockImplementation(() => undefined);
      let reached = false;
      store.onChange(() => {
        throw new Error('mine alone');
      }, signal);
      store.onChange(() => (reached = true), signal);
      store.set({ ...DEFAULT_STATE, pin: 1 });
      expect(reached).toBe(true);
      expect(warn).toHaveBeenCalledTimes(1);
      warn.mockRestore();
    });
  });

  describe('#onChange', () => {
    it('should end with its signal', () => {
      const store = createViewStore(DEFAULT_STATE);
      const life = new AbortController();
      let calls = 0;
      store.onChange(() => calls++, life.signal);
      life.abort();
      store.set({ ...DEFAULT_STATE, pin: 1 });
      expect(calls).toBe(0);
      store.onChange(() => calls++, life.signal);
      store.set({ ...DEFAULT_STATE, pin: 2 });
      expect(calls).toBe(0);
    });
  });
});

describe('sameState', () => {
  it('should not mind the order of keys, but that of heads', () => {
    const { version, ...rest } = DEFAULT_STATE;
    expect(sameState(DEFAULT_STATE, { ...rest, version })).toBe(true);
    const heads = [
      [0, 1],
      [2, 3]
    ] as const;
    expect(sameState({ ...DEFAULT_STATE, heads }, { ...DEFAULT_STATE, heads: [heads[1], heads[0]] })).toBe(
      false
    );
  });
});
