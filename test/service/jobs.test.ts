import { JobQueue } from '../../src/service/jobs';

/** A job that runs until it is told to end, and what became of it. */
function job(queue: JobQueue, id: number, slot: string | null = null) {
  let end = (): void => undefined;
  const running = new Promise<void>(resolve => (end = resolve));
  queue.admit(slot);
  const outcome = queue
    .run(id, slot, async signal => {
      signal.addEventListener('abort', end);
      await running;
      return 'done';
    })
    .catch((error: { code: string }) => error.code);
  return { outcome, end };
}

describe('JobQueue', () => {
  it('should run one job at a time, in order', async () => {
    const queue = new JobQueue();
    const [first, second, third] = [job(queue, 1), job(queue, 2), job(queue, 3)];
    expect([queue.running, queue.queued]).toEqual([1, [2, 3]]);
    first.end();
    expect(await first.outcome).toBe('done');
    expect([queue.running, queue.queued]).toEqual([2, [3]]);
    second.end();
    third.end();
    expect(await Promise.all([second.outcome, third.outcome])).toEqual(['done', 'done']);
    expect([queue.running, queue.queued]).toEqual([null, []]);
  });

  it('should go on after a job that failed', async () => {
    const queue = new JobQueue();
    const failed = queue.run(1, null, () => Promise.reject(new Error('broken')));
    const next = job(queue, 2);
    await expect(failed).rejects.toThrow('broken');
    next.end();
    expect(await next.outcome).toBe('done');
  });

  describe('#cancel', () => {
    it('should end a waiting job at once and a running one when it notices', async () => {
      const queue = new JobQueue();
      const [first, second, third] = [job(queue, 1), job(queue, 2), job(queue, 3)];
      expect(queue.cancel(2)).toBe(true);
      expect(await second.outcome).toBe('cancelled');
      expect(queue.running).toBe(1);
      expect(queue.cancel(1)).toBe(true);
      expect(await first.outcome).toBe('cancelled');
      expect(queue.running).toBe(3);
      third.end();
      expect(await third.outcome).toBe('done');
    });

    it('should know of no job that has ended', async () => {
      const queue = new JobQueue();
      const only = job(queue, 1);
      only.end();
      await only.outcome;
      expect([queue.cancel(1), queue.cancel(7)]).toEqual([false, false]);
    });
  });

  describe('#admit', () => {
    it('should drive out what the slot has, running or waiting, and nothing else', async () => {
      const queue = new JobQueue();
      const [other, older] = [job(queue, 1, 'b'), job(queue, 2, 'a')];
      const newest = job(queue, 3, 'a');
      expect(await older.outcome).toBe('cancelled');
      expect([queue.running, queue.queued]).toEqual([1, [3]]);
      const again = job(queue, 4, 'b');
      expect(await other.outcome).toBe('cancelled');
      newest.end();
      again.end();
      expect(await Promise.all([newest.outcome, again.outcome])).toEqual(['done', 'done']);
    });

    it('should refuse when the queue is full, saying how full', () => {
      const queue = new JobQueue(1);
      const [running, waiting] = [job(queue, 1), job(queue, 2, 'a')];
      expect(() => queue.admit(null)).toThrow(
        expect.objectContaining({ code: 'busy', values: { waiting: 1, limit: 1 } })
      );
      expect(() => queue.admit('a')).not.toThrow();
      running.end();
      waiting.end();
    });
  });
});
