import assert from 'node:assert/strict';
import type { Pod } from '../../../src/api/objects.ts';
import { ClusterState } from '../../../src/scheduler/cluster/cluster-state.ts';
import { ClusterFollower } from '../../../src/scheduler/cluster-follower.ts';
import { prioritySort } from '../../../src/scheduler/plugins/priority-sort.ts';
import { Nominator, SchedulingQueue } from '../../../src/scheduler/queue/index.ts';
import { testContext, testNode, testPod } from '../support/cluster.ts';
import type { PodWords } from '../support/objects.ts';

/** A follower of one profile, with nothing but the queue and the cluster state behind it. */
class Scene {
  readonly cluster = new ClusterState();
  readonly deleted: string[] = [];
  readonly queue: SchedulingQueue;
  readonly follower: ClusterFollower;

  constructor() {
    const queueSort = prioritySort.create(undefined, testContext(this.cluster));
    const none = { preEnqueue: [], preFilter: [], filter: [], postFilter: [], preScore: [], score: [] };
    const later = {
      reserve: [],
      permit: [],
      preBind: [],
      bind: [],
      postBind: [],
      placementGenerate: [],
      placementScore: [],
    };
    this.queue = new SchedulingQueue({
      profiles: [
        { schedulerName: 'ours', percentageOfNodesToScore: 0, queueSort: queueSort as never, ...none, ...later },
      ],
      nowMs: () => 0,
      nominated: new Nominator(this.cluster),
      podInitialBackoffMs: 1000,
      podMaxBackoffMs: 10_000,
    });
    this.follower = new ClusterFollower(this.cluster, this.queue, {
      isOurs: ({ spec }) => spec.schedulerName === 'ours',
      reservedPodDeleted: (key) => this.deleted.push(key),
    });
    for (const name of ['a', 'b']) this.follower.change({ after: testNode({ name }) });
  }

  /** Keys of the pods on a node, and of those that wait. */
  get view() {
    const on = (name: string): string[] => {
      const slot = this.cluster.slotOf(name);
      return slot === undefined ? [] : this.cluster.podsOn(slot).map(({ key }) => key);
    };
    return { a: on('a'), b: on('b'), waiting: [...this.queue.pods()].map(({ info }) => info.key) };
  }

  get requestedOnA(): number {
    const { resources } = this.cluster;
    const slot = this.cluster.slotOf('a') ?? -1;
    return resources.column(resources.index('cpu')).requested[slot] ?? 0;
  }
}

const ours = (words: PodWords = {}): Pod =>
  testPod({ name: 'p', requests: { cpu: '1' }, ...words, spec: { schedulerName: 'ours', ...words.spec } });
const key = 'default/p';

describe('what the scheduler makes of changes', () => {
  it('pods that wait for one of its profiles go into the queue, others do not', () => {
    const scene = new Scene();
    scene.follower.change({ after: ours() });
    scene.follower.change({ after: testPod({ name: 'stranger' }) });
    scene.follower.change({ after: ours({ name: 'ended', status: { phase: 'Failed' } }) });
    assert.deepEqual(scene.view, { a: [], b: [], waiting: [key] });
    scene.follower.change({ before: ours() });
    assert.deepEqual(scene.view.waiting, []);
  });

  it('pods on nodes are there whoever has put them there, until they end or are deleted', () => {
    const scene = new Scene();
    const running = testPod({ name: 'stranger', nodeName: 'a', requests: { cpu: '1' } });
    scene.follower.change({ after: running });
    assert.equal(scene.requestedOnA, 1000);
    const ended: Pod = { ...running, status: { ...running.status, phase: 'Succeeded' } };
    scene.follower.change({ before: running, after: ended });
    assert.deepEqual(scene.view.a, []);
    assert.equal(scene.requestedOnA, 0);
    scene.follower.change({ before: ended });
    assert.deepEqual(scene.view.a, []);
  });

  it('a pod that another scheduler has bound leaves the queue', () => {
    const scene = new Scene();
    scene.follower.change({ after: ours() });
    scene.follower.change({ before: ours(), after: ours({ nodeName: 'b' }) });
    assert.deepEqual(scene.view, { a: [], b: [key], waiting: [] });
  });

  it('a decision that the cluster confirms is counted once, one that it contradicts goes where the cluster says', () => {
    for (const [nodeName, view] of [
      ['a', { a: [key], b: [], waiting: [] }],
      ['b', { a: [], b: [key], waiting: [] }],
    ] as const) {
      const scene = new Scene();
      scene.follower.change({ after: ours() });
      const queued = scene.queue.pop();
      assert.ok(queued !== undefined);
      scene.follower.assume(queued.info, scene.cluster.slotOf('a') as number);
      assert.ok(scene.follower.isAssigned(key));
      scene.follower.change({ before: ours(), after: ours({ nodeName }) });
      assert.deepEqual(scene.view, view);
      assert.equal(scene.cluster.assignedPodCount, 1);
      assert.equal(scene.requestedOnA, nodeName === 'a' ? 1000 : 0);
    }
  });

  it('a decision that is taken back leaves nothing, and one that has been confirmed otherwise stays', () => {
    const scene = new Scene();
    const info = scene.cluster.info(ours());
    scene.follower.assume(info, scene.cluster.slotOf('a') as number);
    scene.follower.forget(info);
    assert.equal(scene.follower.isAssigned(key), false);
    assert.equal(scene.cluster.assignedPodCount, 0);
    scene.follower.assume(info, scene.cluster.slotOf('a') as number);
    scene.follower.change({ before: ours(), after: ours({ nodeName: 'b' }) });
    scene.follower.forget(info);
    assert.deepEqual(scene.view.b, [key], 'the API server has it there');
  });

  it('a reserved pod that changes is not queued again, and its deletion is told', () => {
    const scene = new Scene();
    scene.follower.change({ after: ours() });
    const queued = scene.queue.pop();
    assert.ok(queued !== undefined);
    scene.follower.assume(queued.info, scene.cluster.slotOf('a') as number);
    const labelled = ours({ labels: { app: 'web' } });
    scene.follower.change({ before: ours(), after: labelled });
    assert.deepEqual(scene.view.waiting, []);
    scene.follower.change({ before: labelled });
    assert.deepEqual(scene.deleted, [key]);
  });

  it('labels, requests and the deletion of a pod on a node are followed', () => {
    const scene = new Scene();
    const first = ours({ nodeName: 'a' });
    scene.follower.change({ after: first });
    const info = () => scene.cluster.podsOn(scene.cluster.slotOf('a') as number)[0];
    const same = info();
    const noted: Pod = { ...first, metadata: { ...first.metadata, annotations: { a: 'b' } } };
    scene.follower.change({ before: first, after: noted });
    assert.equal(info(), same, 'what does not matter to decisions changes the object only');
    assert.equal(info()?.pod, noted);
    const labelled: Pod = { ...noted, metadata: { ...noted.metadata, labels: { app: 'web' } } };
    scene.follower.change({ before: noted, after: labelled });
    assert.deepEqual(info()?.shape.labelSet.labels, { app: 'web' });
    const leaving: Pod = { ...labelled, metadata: { ...labelled.metadata, deletionTimestamp: '2024-01-01T00:00:00Z' } };
    scene.follower.change({ before: labelled, after: leaving });
    assert.equal(info()?.isDeleting, true);
    assert.equal(scene.requestedOnA, 1000);
  });

  it('a pod of the same name but another uid is another pod', () => {
    const scene = new Scene();
    const old = ours({ nodeName: 'a', metadata: { uid: 'one' } });
    scene.follower.change({ after: old });
    scene.follower.change({ before: old, after: ours({ metadata: { uid: 'two' } }) });
    assert.deepEqual(scene.view, { a: [], b: [], waiting: ['two'] });
  });

  it('pods may come before their node, and outlive it', () => {
    const scene = new Scene();
    scene.follower.change({ after: ours({ nodeName: 'c' }) });
    assert.equal(scene.cluster.nodeCount, 2);
    scene.follower.change({ after: testNode({ name: 'c' }) });
    const slot = scene.cluster.slotOf('c') as number;
    assert.deepEqual(
      scene.cluster.podsOn(slot).map((pod) => pod.key),
      [key],
    );
    scene.follower.change({ before: testNode({ name: 'c' }) });
    assert.equal(scene.cluster.assignedPodCount, 1);
    scene.follower.change({ before: ours({ nodeName: 'c' }) });
    assert.equal(scene.cluster.assignedPodCount, 0);
    assert.equal(scene.cluster.slotOf('c'), undefined);
  });

  it('other objects are kept as they last were', () => {
    const scene = new Scene();
    const space = (team: string) =>
      ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'n', labels: { team }, annotations: {} } }) as const;
    scene.follower.change({ after: space('x') });
    scene.follower.change({ before: space('x'), after: space('y') });
    assert.equal(scene.cluster.objects.get('Namespace', '', 'n')?.metadata.labels.team, 'y');
    scene.follower.change({ before: space('y') });
    assert.equal(scene.cluster.objects.size('Namespace'), 0);
  });
});
