import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ClusterState } from '../../../src/scheduler/cluster/cluster-state.ts';
import type { PodInfo } from '../../../src/scheduler/cluster/pod-info.ts';
import { testCluster, testNode, testPod } from '../support/cluster.ts';

const zoneKey = 'topology.kubernetes.io/zone';

type Step =
  | { readonly type: 'node'; readonly node: number; readonly zone: string; readonly cpu: number }
  | { readonly type: 'node gone'; readonly node: number }
  | { readonly type: 'pod'; readonly node: number; readonly cpu: number }
  | { readonly type: 'pod gone'; readonly pick: number };

/** Enough of them that arrays by slot must grow. */
const node = fc.nat(90);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    type: fc.constant('node' as const),
    node,
    zone: fc.constantFrom('a', 'b'),
    cpu: fc.integer({ min: 1, max: 4 }),
  }),
  fc.record({ type: fc.constant('node gone' as const), node }),
  fc.record({ type: fc.constant('pod' as const), node, cpu: fc.integer({ min: 0, max: 900 }) }),
  fc.record({ type: fc.constant('pod gone' as const), pick: fc.nat(1000) }),
);

/** What should be there. */
class Model {
  readonly nodes = new Map<string, { readonly zone: string; readonly milliCpu: number }>();
  readonly pods: { readonly info: PodInfo; readonly nodeName: string; readonly milliCpu: number }[] = [];

  apply(cluster: ClusterState, step: Step, serial: number): void {
    if (step.type === 'pod gone') {
      const [gone] = this.pods.splice(step.pick % Math.max(1, this.pods.length), 1);
      if (gone !== undefined) cluster.unassign(gone.info);
      return;
    }
    const name = `n${step.node}`;
    if (step.type === 'node') {
      this.nodes.set(name, { zone: step.zone, milliCpu: step.cpu * 1000 });
      cluster.setNode(testNode({ name, cpu: `${step.cpu}`, labels: { [zoneKey]: step.zone } }));
    } else if (step.type === 'node gone') {
      this.nodes.delete(name);
      cluster.removeNode(name);
    } else {
      const pod = testPod({ name: `p${serial}`, requests: { cpu: `${step.cpu}m` } });
      const info = cluster.info(pod);
      cluster.assignByName(info, name);
      this.pods.push({ info, nodeName: name, milliCpu: step.cpu });
    }
  }

  assertSame(cluster: ClusterState): void {
    const slots = [...cluster.order];
    assert.deepEqual(slots.map((slot) => cluster.nodeName(slot)).sort(), [...this.nodes.keys()].sort());
    assert.equal(cluster.assignedPodCount, this.pods.length);
    const { allocatable, requested } = cluster.resources.column(cluster.resources.index('cpu'));
    const zones = cluster.topology(zoneKey);
    for (const [name, { zone, milliCpu }] of this.nodes) {
      const slot = cluster.slotOf(name) as number;
      const own = this.pods.filter(({ nodeName }) => nodeName === name);
      assert.equal(allocatable[slot], milliCpu);
      assert.equal(
        requested[slot],
        own.reduce((sum, pod) => sum + pod.milliCpu, 0),
        `requests on ${name}`,
      );
      assert.equal(cluster.podCounts[slot], own.length);
      assert.deepEqual(new Set(cluster.podsOn(slot)), new Set(own.map(({ info }) => info)));
      assert.equal(zones.value(zones.domains[slot] as number), zone);
    }
    for (const zone of ['a', 'b']) {
      const count = [...this.nodes.values()].filter((node) => node.zone === zone).length;
      assert.equal(zones.nodeCount(zones.domainOf(zone)), count, `nodes of zone ${zone}`);
    }
    for (const { info, nodeName } of this.pods) {
      assert.equal(cluster.nodeName(info.slot), nodeName);
      assert.equal(cluster.podsOn(info.slot)[info.place], info);
    }
  }
}

describe('the cluster as the scheduler keeps it', () => {
  it('is what has happened, in whatever order nodes and pods come and go', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 150, size: 'max' }), (steps) => {
        const cluster = new ClusterState();
        const model = new Model();
        for (const [serial, each] of steps.entries()) model.apply(cluster, each, serial);
        model.assertSame(cluster);
      }),
      { numRuns: 200 },
    );
  });

  it('keeps the pods of a node that is gone, for when it comes back', () => {
    const cluster = testCluster(
      [testNode({ name: 'a' })],
      [testPod({ name: 'p', nodeName: 'a', requests: { cpu: '1' } })],
    );
    cluster.removeNode('a');
    assert.equal(cluster.nodeCount, 0);
    assert.equal(cluster.assignedPodCount, 1);
    const slot = cluster.setNode(testNode({ name: 'a' }));
    assert.deepEqual(
      cluster.podsOn(slot).map(({ key }) => key),
      ['default/p'],
    );
    assert.equal(cluster.resources.column(cluster.resources.index('cpu')).requested[slot], 1000);
  });

  it('gives the slot of a node to another only when its last pod is gone, too', () => {
    const cluster = testCluster([testNode({ name: 'a' })]);
    const slot = cluster.slotOf('a') as number;
    const info = cluster.info(testPod({ name: 'p' }));
    cluster.assign(info, slot);
    cluster.removeNode('a');
    assert.notEqual(cluster.setNode(testNode({ name: 'b' })), slot);
    cluster.unassign(info);
    assert.equal(cluster.slotOf('a'), undefined);
    assert.equal(cluster.setNode(testNode({ name: 'c' })), slot);
  });

  it('gives a node another version with each change, and the same to what has not changed', () => {
    const cluster = testCluster([testNode({ name: 'a' }), testNode({ name: 'b' })]);
    const [a = 0, b = 0] = [cluster.slotOf('a'), cluster.slotOf('b')];
    const seen = new Set<number>();
    const other = cluster.versions[b];
    const note = (): void => void seen.add(cluster.versions[a] as number);
    note();
    const info = cluster.info(testPod({ name: 'p' }));
    cluster.assign(info, a);
    note();
    cluster.unassign(info);
    note();
    cluster.setNode(testNode({ name: 'a' }));
    note();
    cluster.removeNode('a');
    note();
    assert.equal(seen.size, 5);
    assert.equal(cluster.versions[b], other);
  });

  it('refuses to put a pod on two nodes, or to take one off that is on none', () => {
    const cluster = testCluster([testNode({ name: 'a' }), testNode({ name: 'b' })]);
    const info = cluster.info(testPod({ name: 'p' }));
    assert.throws(() => cluster.unassign(info), /default\/p is not on a node/);
    cluster.assignByName(info, 'a');
    assert.throws(() => cluster.assignByName(info, 'b'), /default\/p cannot be put on slot/);
    assert.throws(() => cluster.nodeName(77), /no node has the slot 77/);
  });

  it('tells which nodes have changed since, unless it is too long ago', () => {
    const cluster = testCluster(['a', 'b'].map((name) => testNode({ name })));
    const { changes } = cluster;
    const namesSince = (since: number) => {
      const slots = cluster.changedSince(since);
      return slots === undefined ? undefined : [...slots].map((slot) => cluster.nodeName(slot));
    };
    assert.deepEqual(namesSince(changes), []);
    const info = cluster.info(testPod({ name: 'p' }));
    cluster.assignByName(info, 'b');
    cluster.unassign(info);
    cluster.touch('a');
    cluster.touch('nobody');
    cluster.setNode(testNode({ name: 'b', cpu: '1' }));
    assert.deepEqual(namesSince(changes), ['b', 'b', 'a', 'b']);
    assert.deepEqual(namesSince(cluster.changes - 1), ['b']);
    for (let change = 0; change < 4095; change += 1) cluster.touch('a');
    assert.equal(namesSince(changes), undefined);
    assert.deepEqual(namesSince(cluster.changes - 4096)?.slice(0, 2), ['b', 'a']);
  });

  it('tells listeners after the change, and shares one part among all that ask for it', () => {
    const cluster = new ClusterState();
    const told: string[] = [];
    cluster.listen({
      podAssigned: ({ key }, slot) => told.push(`${key} on ${cluster.nodeName(slot)}: ${cluster.podCounts[slot]}`),
      podUnassigned: ({ key }, slot) => told.push(`${key} off: ${cluster.podCounts[slot]}`),
      nodeChanged: (_slot, before, after) => told.push(`${before?.metadata.name} ${after?.metadata.name}`),
    });
    cluster.setNode(testNode({ name: 'a' }));
    const info = cluster.info(testPod({ name: 'p' }));
    cluster.assignByName(info, 'a');
    cluster.unassign(info);
    cluster.setNode(testNode({ name: 'a', cpu: '1' }));
    cluster.removeNode('a');
    cluster.removeNode('a');
    assert.deepEqual(told, ['undefined a', 'default/p on a: 1', 'default/p off: 0', 'a a', 'a undefined']);
    let made = 0;
    const make = (): object => {
      made += 1;
      return {};
    };
    assert.equal(cluster.part(make), cluster.part(make));
    assert.equal(made, 1);
  });
});
