import assert from 'node:assert/strict';
import { backoffMs } from '../../../src/scheduler/queue/backoff.ts';
import { nodeAdded, TestQueue } from './profile.ts';

describe('the backoff of a pod', () => {
  it('doubles from one second up to ten', () => {
    const options = { initialMs: 1000, maxMs: 10_000, inWindows: true };
    const durations = [1, 2, 3, 4, 5, 6, 100].map((failures) => backoffMs(failures, options));
    assert.deepEqual(durations, [1000, 2000, 4000, 8000, 10_000, 10_000, 10_000]);
  });

  it('ends with the second in which it expires', () => {
    const test = new TestQueue({ startMs: 5300 });
    test.add({ name: 'a' });
    test.fail();
    // Refused at 5.3 s, so until 6.3 s: flushed with all others of that second.
    assert.equal(test.queue.nextWakeMs(), 7000);
    test.flushAt(6999);
    assert.equal(test.placeOf('a'), 'error-backoff');
    test.flushAt(7000);
    assert.equal(test.placeOf('a'), 'active');
  });

  it('counts faults in a row apart from refusals', () => {
    const test = new TestQueue();
    test.add({ name: 'a' });
    const wakes: number[] = [];
    const failWith = (plugins: readonly string[]): void => {
      test.fail(plugins);
      test.queue.notify(nodeAdded);
      wakes.push(test.queue.nextBackoffMs() - test.nowMs);
      test.flushAt(test.queue.nextBackoffMs());
    };
    for (const plugins of [['OnNode'], ['OnNode'], [], [], ['OnNode'], []]) failWith(plugins);
    assert.deepEqual(wakes, [2000, 3000, 2000, 3000, 5000, 2000]);
  });

  it('is cut short for a refused pod while no other is ready', () => {
    const test = new TestQueue();
    test.add({ name: 'refused' });
    test.fail(['OnNode']);
    test.queue.notify(nodeAdded);
    test.add({ name: 'ready' });
    assert.equal(test.placeOf('refused'), 'backoff');
    assert.equal(test.pop(), 'ready');
    assert.equal(test.pop(), 'refused');
  });

  it('is not cut short after a fault', () => {
    const test = new TestQueue();
    test.add();
    test.fail();
    assert.equal(test.pop(), undefined);
  });

  it('is not cut short where the feature is off', () => {
    const test = new TestQueue({ popsFromBackoff: false });
    test.add();
    test.fail(['OnNode']);
    test.queue.notify(nodeAdded);
    assert.equal(test.pop(), undefined);
    test.flushAt(1000);
    assert.equal(test.placeOf('pod'), 'backoff');
    test.flushAt(2000);
    assert.equal(test.pop(), 'pod');
  });

  it('is none at all when its maximum is 0', () => {
    const test = new TestQueue({ maxBackoffMs: 0 });
    test.add();
    test.fail();
    assert.equal(test.placeOf('pod'), 'active');
  });

  it('orders pods of one second by priority, and seconds by time', () => {
    const test = new TestQueue();
    test.add({ name: 'first' });
    test.fail(['OnNode']);
    test.nowMs = 1200;
    for (const [name, priority] of [
      ['low', 1],
      ['high', 2],
    ] as const) {
      test.add({ name, priority });
      test.fail(['OnNode']);
      test.nowMs = 1900;
    }
    test.queue.notify(nodeAdded);
    assert.deepEqual([test.pop(), test.pop(), test.pop()], ['first', 'high', 'low']);
  });
});
