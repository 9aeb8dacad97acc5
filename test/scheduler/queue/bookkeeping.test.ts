import assert from 'node:assert/strict';
import { nodeAdded, TestQueue } from './profile.ts';

describe('the scheduling queue', () => {
  it('pops by priority, then by time, then in order of arrival', () => {
    const test = new TestQueue();
    test.add({ name: 'early' });
    test.nowMs = 10;
    for (const [name, priority] of [
      ['late-1', 0],
      ['late-2', 0],
      ['important', 5],
    ] as const) {
      test.add({ name, priority });
    }
    assert.deepEqual(
      [test.pop(), test.pop(), test.pop(), test.pop(), test.pop()],
      ['important', 'early', 'late-1', 'late-2', undefined],
    );
  });

  it('puts a failed pod behind those that came before it failed', () => {
    const test = new TestQueue();
    test.add({ name: 'a' });
    test.nowMs = 5;
    test.add({ name: 'b' });
    test.nowMs = 2000;
    test.fail(['OnNode']);
    test.nowMs = 9000;
    test.queue.notify(nodeAdded);
    assert.deepEqual([test.pop(), test.pop()], ['b', 'a']);
  });

  it('counts attempts and cycles, and when a pod could first be tried', () => {
    const test = new TestQueue();
    test.world.closed.add('default');
    test.add();
    test.nowMs = 700;
    test.world.closed.clear();
    test.queue.notify({ resource: 'PersistentVolume', actions: ['add'] });
    test.nowMs = 900;
    test.fail();
    test.flushAt(3000);
    const queued = test.queue.pop();
    assert.equal(queued?.attempts, 2);
    assert.equal(queued?.firstReadyMs, 700);
    assert.equal(test.queue.schedulingCycle, 2);
  });

  it('keeps a gated pod apart, with the reason', () => {
    const test = new TestQueue();
    const { pod } = test.add({ spec: { schedulingGates: ['a', 'b'] } });
    assert.equal(test.placeOf('pod'), 'gated');
    assert.deepEqual(test.queue.get('default/pod')?.gate?.reasons, ['waiting for scheduling gates']);
    assert.deepEqual(test.queue.counts, { active: 0, backoff: 0, unschedulable: 0, gated: 1, inFlight: 0 });
    const fewer = test.update(pod, { spec: { schedulingGates: ['a'] } });
    assert.equal(test.placeOf('pod'), 'gated');
    test.update(fewer.pod, {});
    assert.equal(test.placeOf('pod'), 'active');
  });

  it('lets no timeout open a gate', () => {
    const test = new TestQueue();
    test.add({ spec: { schedulingGates: ['a'] } });
    assert.equal(test.queue.nextWakeMs(), Number.POSITIVE_INFINITY);
    test.flushAt(3_600_000);
    assert.equal(test.placeOf('pod'), 'gated');
  });

  it('gates a pod on its way from the unschedulable ones to the backoff queue', () => {
    const test = new TestQueue();
    test.add();
    test.fail(['OnNode']);
    test.world.closed.add('default');
    test.queue.notify(nodeAdded);
    assert.equal(test.placeOf('pod'), 'gated');
    test.world.closed.clear();
    test.queue.notify(nodeAdded);
    assert.equal(test.placeOf('pod'), 'gated');
  });

  it('takes a gate that fails for closed', () => {
    const test = new TestQueue();
    test.world.closed.has = () => {
      throw new Error('no such door');
    };
    test.add();
    assert.equal(test.placeOf('pod'), 'gated');
    assert.match(test.queue.get('default/pod')?.gate?.reasons.join() ?? '', /Opening.*no such door/);
  });

  it('drops a pod that is deleted, wherever it is', () => {
    const test = new TestQueue();
    test.add({ name: 'active' });
    test.queue.delete('default/active');
    assert.equal(test.pop(), undefined);
    test.add({ name: 'tried' });
    const queued = test.queue.pop();
    assert.ok(queued !== undefined);
    test.queue.delete('default/tried');
    test.queue.requeue(queued, { kind: 'error' });
    assert.deepEqual(test.queue.counts, { active: 0, backoff: 0, unschedulable: 0, gated: 0, inFlight: 0 });
    test.queue.delete('default/nobody');
  });

  it('takes a pod of the same name that comes while the former one is tried for another', () => {
    const test = new TestQueue();
    test.add();
    const former = test.queue.pop();
    assert.ok(former !== undefined);
    test.queue.delete('default/pod');
    test.add({ priority: 3 });
    assert.equal(test.pop(), undefined);
    test.queue.requeue(former, { kind: 'error' });
    assert.equal(test.queue.pop()?.attempts, 1);
  });

  it('hears of a pod only once that it gives back', () => {
    const test = new TestQueue();
    test.add();
    const queued = test.queue.pop();
    assert.ok(queued !== undefined);
    test.queue.done('default/pod');
    test.queue.requeue(queued, { kind: 'error' });
    assert.equal(test.placeOf('pod'), undefined);
  });

  it('refuses pods of another scheduler', () => {
    const test = new TestQueue();
    assert.throws(() => test.add({ spec: { schedulerName: 'other' } }), /no profile is called other/);
  });
});
