import assert from 'node:assert/strict';
import { ClusterState } from '../../../src/scheduler/cluster/cluster-state.ts';
import { nodeDomainsTable } from '../../../src/scheduler/indexes/node-domains-table.ts';
import { testNode } from '../support/objects.ts';

const inZone = (zone: string | undefined, taints: readonly string[] = []) =>
  testNode({ name: 'n0', labels: zone === undefined ? {} : { zone }, taints });

describe('the domains of nodes', () => {
  it('tell where a change has moved a node, and nothing when it has not', () => {
    const cluster = new ClusterState();
    const table = cluster.part(nodeDomainsTable);
    const byZone = table.byLabel('zone');
    const untainted = table.eligible('zone', { key: 'untainted', isEligible: ({ spec }) => spec.taints.length === 0 });
    const moves = (): unknown[] => [byZone, untainted].map((domains) => table.moves.get(domains));
    cluster.setNode(inZone('a'));
    assert.deepEqual(moves(), [
      { from: -1, to: 0 },
      { from: -1, to: 0 },
    ]);
    cluster.setNode(inZone('a'));
    assert.deepEqual(moves(), [undefined, undefined]);
    cluster.setNode(inZone('b', ['t:NoSchedule']));
    assert.deepEqual(moves(), [
      { from: 0, to: 1 },
      { from: 0, to: -1 },
    ]);
    cluster.removeNode('n0');
    assert.deepEqual(moves(), [{ from: 1, to: -1 }, undefined]);
    assert.deepEqual([byZone.domainCount, untainted.domainCount], [0, 0]);
  });

  it('see new taints on a node with the same labels', () => {
    const cluster = new ClusterState();
    const untainted = cluster
      .part(nodeDomainsTable)
      .eligible('zone', { key: 'untainted', isEligible: ({ spec }) => spec.taints.length === 0 });
    const node = inZone('a');
    cluster.setNode(node);
    assert.equal(untainted.domainCount, 1);
    cluster.setNode({ ...node, spec: inZone('a', ['t:NoSchedule']).spec });
    assert.equal(untainted.domainCount, 0);
  });

  it('are the same for the same question', () => {
    const table = new ClusterState().part(nodeDomainsTable);
    assert.equal(table.byLabel('zone'), table.byLabel('zone'));
    assert.equal(table.bySlot(), table.bySlot());
    const all = { key: 'all', isEligible: () => true };
    assert.equal(table.eligible('zone', all), table.eligible('zone', { ...all }));
    assert.notEqual(table.eligible('zone', all), table.eligible('rack', all));
  });

  it('by slot include slots that no node has', () => {
    const cluster = new ClusterState();
    const bySlot = cluster.part(nodeDomainsTable).bySlot();
    for (let place = 0; place < 100; place += 1) cluster.setNode(testNode({ name: `n${place}` }));
    assert.deepEqual([...bySlot.of], [...Array(cluster.capacity).keys()]);
  });
});
