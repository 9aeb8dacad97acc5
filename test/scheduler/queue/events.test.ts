import assert from 'node:assert/strict';
import { testPod } from '../support/objects.ts';
import { nodeAdded, podDeleted, TestQueue } from './profile.ts';

describe('a pod that plugins refused', () => {
  it('stays until an event that one of them registered', () => {
    const test = new TestQueue();
    test.add();
    test.fail(['OnNode']);
    test.queue.notify(podDeleted());
    test.queue.notify({ resource: 'Node', actions: ['update-taints'] });
    assert.equal(test.placeOf('pod'), 'unschedulable');
    test.queue.notify({ resource: 'Node', actions: ['update-allocatable', 'update-labels'] });
    assert.equal(test.placeOf('pod'), 'backoff');
  });

  it('comes back with any update of the resource for a plugin that registered updates as such', () => {
    const test = new TestQueue();
    test.add();
    test.fail(['OnNodeUpdate']);
    test.queue.notify(nodeAdded);
    assert.equal(test.placeOf('pod'), 'unschedulable');
    test.queue.notify({ resource: 'Node', actions: ['update-taints'] });
    assert.equal(test.placeOf('pod'), 'backoff');
  });

  it('stays when the hint says so, and comes back when the hint fails', () => {
    const test = new TestQueue();
    test.add({ namespace: 'blue' });
    test.fail(['OnPodDelete']);
    test.queue.notify(podDeleted({ namespace: 'green' }));
    assert.equal(test.placeOf('pod', 'blue'), 'unschedulable');
    test.queue.notify(podDeleted({ name: 'unreadable' }));
    assert.equal(test.placeOf('pod', 'blue'), 'backoff');
  });

  it('need not wait for its backoff when a plugin was only waiting for the event', () => {
    const test = new TestQueue();
    test.add();
    test.fail(['OnPodDelete'], ['OnNode']);
    test.queue.notify(podDeleted({ namespace: 'green' }));
    assert.equal(test.placeOf('pod'), 'unschedulable');
    test.queue.notify(nodeAdded);
    assert.equal(test.placeOf('pod'), 'active');
  });

  it('goes to the active queue when its backoff is over already', () => {
    const test = new TestQueue();
    test.add();
    test.fail(['OnNode']);
    test.nowMs = 2000;
    test.queue.notify(nodeAdded);
    assert.equal(test.placeOf('pod'), 'active');
  });

  it('comes back after five minutes, looked for every thirty seconds', () => {
    const test = new TestQueue({ startMs: 10_000 });
    test.nowMs = 25_000;
    test.add();
    test.fail(['OnNothing']);
    assert.equal(test.queue.nextBackoffMs(), Number.POSITIVE_INFINITY);
    // 25 s + 300 s is over at the mark of 10 s + 11 × 30 s.
    assert.equal(test.queue.nextWakeMs(), 340_000);
    test.flushAt(339_999);
    assert.equal(test.placeOf('pod'), 'unschedulable');
    test.flushAt(340_000);
    assert.equal(test.placeOf('pod'), 'active');
  });

  it('comes back for an event that came while it was tried', () => {
    const test = new TestQueue();
    test.add();
    const queued = test.queue.pop();
    assert.ok(queued !== undefined);
    test.queue.notify(nodeAdded);
    test.queue.requeue(queued, { kind: 'unschedulable', plugins: new Set(['OnNode']), pendingPlugins: new Set() });
    assert.equal(test.placeOf('pod'), 'backoff');
  });

  it('does not come back for an event from before it was tried', () => {
    const test = new TestQueue();
    test.add({ name: 'held' });
    test.pop();
    test.queue.notify(nodeAdded);
    test.add();
    test.fail(['OnNode']);
    assert.equal(test.placeOf('pod'), 'unschedulable');
  });

  it('wakes on everything when it was refused by something that is no plugin of the profile', () => {
    const test = new TestQueue();
    test.add();
    test.fail(['an-extender']);
    test.queue.notify({ resource: 'StorageClass', actions: ['add'] });
    assert.equal(test.placeOf('pod'), 'backoff');
  });

  it('is tried again as soon as a plugin activates it', () => {
    const test = new TestQueue();
    test.add();
    test.fail(['OnNothing']);
    test.queue.activate('default/pod');
    assert.equal(test.placeOf('pod'), 'active');
    const queued = test.queue.pop();
    assert.ok(queued !== undefined);
    test.queue.activate('default/pod');
    test.queue.requeue(queued, { kind: 'unschedulable', plugins: new Set(['OnNothing']), pendingPlugins: new Set() });
    assert.equal(test.placeOf('pod'), 'backoff');
    test.queue.activate('default/nobody');
  });
});

describe('a pod that changes', () => {
  it('while it waits unschedulable comes back for what its refusers registered', () => {
    const test = new TestQueue();
    const { pod } = test.add();
    test.fail(['OnOwnUpdate']);
    const labelled = test.update(pod, { nodeSelector: { disk: 'ssd' } });
    assert.equal(test.placeOf('pod'), 'unschedulable');
    test.update(labelled.pod, { tolerations: [{ key: 'a' }] });
    assert.equal(test.placeOf('pod'), 'backoff');
  });

  it('while it is tried is judged and kept as it is afterwards', () => {
    const test = new TestQueue();
    const { pod } = test.add();
    const queued = test.queue.pop();
    assert.ok(queued !== undefined);
    const info = test.update(pod, { labels: { app: 'web' } });
    test.queue.requeue(queued, { kind: 'unschedulable', plugins: new Set(['OnOwnUpdate']), pendingPlugins: new Set() });
    assert.equal(test.placeOf('pod'), 'backoff');
    assert.equal(test.queue.get('default/pod')?.info, info);
  });

  it('in the active queue takes its new turn', () => {
    const test = new TestQueue();
    test.add({ name: 'a', priority: 1 });
    const { pod } = test.add({ name: 'b' });
    test.update(pod, { name: 'b', priority: 2 });
    assert.deepEqual([test.pop(), test.pop()], ['b', 'a']);
  });

  it('without having been in the queue enters it', () => {
    const test = new TestQueue();
    test.update(testPod(), {});
    assert.equal(test.pop(), 'pod');
  });
});
