import assert from 'node:assert/strict';
import { TestQueue } from './profile.ts';

const nominatedTo = (nominatedNodeName: string) => ({ status: { nominatedNodeName } });

describe('nominations', () => {
  const names = (test: TestQueue, slot: number): string[] =>
    test.queue.nominated.on(slot).map(({ pod }) => pod.metadata.name);

  it('are made by the objects of pods that enter the queue', () => {
    const test = new TestQueue();
    test.add({ name: 'a', ...nominatedTo('node-1') });
    const slot = test.node('node-1');
    assert.deepEqual(names(test, slot), ['a']);
    test.queue.delete('default/a');
    assert.equal(test.queue.nominated.isEmpty, true);
    assert.deepEqual(names(test, slot), []);
  });

  it('move with the object, and keep the order in which they were made', () => {
    const test = new TestQueue();
    const [one, two] = [test.node('node-1'), test.node('node-2')];
    const { pod } = test.add({ name: 'a', ...nominatedTo('node-1') });
    test.add({ name: 'b', ...nominatedTo('node-2') });
    test.update(pod, { name: 'a', ...nominatedTo('node-2') });
    assert.deepEqual([names(test, one), names(test, two)], [[], ['b', 'a']]);
  });

  it('are those of the node that a slot has now', () => {
    const test = new TestQueue();
    const slot = test.node('node-1');
    test.add({ name: 'a', ...nominatedTo('node-1') });
    test.add({ name: 'b', ...nominatedTo('node-2') });
    assert.deepEqual(names(test, slot), ['a']);
    test.removeNode('node-1');
    assert.equal(test.node('node-2'), slot);
    assert.deepEqual(names(test, slot), ['b']);
    test.queue.delete('default/b');
    test.removeNode('node-2');
    assert.equal(test.node('node-1'), slot);
    assert.deepEqual(names(test, slot), ['a']);
  });

  it('are part of what a node is: each change of them makes it another version', () => {
    const test = new TestQueue();
    const [one, two] = [test.node('node-1'), test.node('node-2')];
    const versions = () => [test.version(one), test.version(two)];
    const changed = (change: () => unknown): boolean[] => {
      const before = versions();
      change();
      return versions().map((version, place) => version !== before[place]);
    };
    const info = test.info({ name: 'a' });
    const { nominated } = test.queue;
    assert.deepEqual(
      changed(() => nominated.set(info, 'node-1')),
      [true, false],
    );
    assert.deepEqual(
      changed(() => nominated.set(info, 'node-2')),
      [true, true],
    );
    assert.deepEqual(
      changed(() => nominated.delete(info.key)),
      [false, true],
    );
    assert.deepEqual(
      changed(() => nominated.delete(info.key)),
      [false, false],
    );
  });

  it('made in memory stay while the object does not speak of any', () => {
    const test = new TestQueue();
    const slot = test.node('node-1');
    const info = test.add({ name: 'a' });
    test.queue.nominated.set(info, 'node-1');
    const relabelled = test.update(info.pod, { name: 'a', labels: { app: 'web' } });
    assert.deepEqual(test.queue.nominated.on(slot), [relabelled]);
    const confirmed = test.update(relabelled.pod, { name: 'a', ...nominatedTo('node-1') });
    test.update(confirmed.pod, { name: 'a' });
    assert.equal(test.queue.nominated.isEmpty, true);
  });

  it('that end are as good as the deletion of a pod, for pods that are no more important', () => {
    for (const end of ['deletion', 'change'] as const) {
      const test = new TestQueue();
      for (const priority of [1, 2, 3]) {
        test.add({ name: `waiting-${priority}`, priority });
        test.fail(['OnPodDelete']);
      }
      const { pod } = test.add({ name: 'nominated', priority: 2, ...nominatedTo('node-1') });
      if (end === 'deletion') test.queue.delete('default/nominated');
      else test.update(pod, { name: 'nominated', priority: 2, ...nominatedTo('node-2') });
      const places = [1, 2, 3].map((priority) => test.placeOf(`waiting-${priority}`));
      assert.deepEqual(places, ['backoff', 'backoff', 'unschedulable'], end);
    }
  });

  it('of a pod that was bound free nothing', () => {
    const test = new TestQueue();
    test.add({ name: 'waiting' });
    test.fail(['OnPodDelete']);
    test.add({ name: 'nominated', ...nominatedTo('node-1') });
    test.queue.delete('default/nominated', 'bound');
    assert.equal(test.placeOf('waiting'), 'unschedulable');
  });

  it('can be taken back', () => {
    const test = new TestQueue();
    const info = test.info({ name: 'a' });
    test.queue.nominated.set(info, 'node-1');
    assert.equal(test.queue.nominated.nodeOf(info.key), 'node-1');
    test.queue.nominated.set(info, '');
    assert.equal(test.queue.nominated.nodeOf(info.key), undefined);
  });
});
