import assert from 'node:assert/strict';
import type { Node, Pod } from '../../../src/api/objects.ts';
import type { ClusterState } from '../../../src/scheduler/cluster/cluster-state.ts';
import type { ClusterEvent } from '../../../src/scheduler/framework/events.ts';
import type { GroupInPlacement, ProposedPlacement } from '../../../src/scheduler/framework/placements.ts';
import type { Plugin } from '../../../src/scheduler/framework/plugin.ts';
import { nodeResourcesFit } from '../../../src/scheduler/plugins/node-resources-fit.ts';
import { podGroupPodsCount } from '../../../src/scheduler/plugins/pod-group-pods-count.ts';
import { topologyPlacementGenerator } from '../../../src/scheduler/plugins/topology-placement-generator.ts';
import { member, podGroup, rackKey, rackNode } from '../groups/group-session.ts';
import { assignPod, createPlugin, testCluster } from '../support/cluster.ts';
import { type PodWords, testNode, testPod } from '../support/objects.ts';

const gang = podGroup('train', 2);

/** A group of which pods run on these nodes. */
function groupIn(
  cluster: ClusterState,
  running: readonly string[] = [],
  object: typeof gang | undefined = gang,
): GroupInPlacement {
  const placed = running.map((nodeName, place) =>
    assignPod(cluster, member('train', { name: `old-${place}`, nodeName })),
  );
  return { namespace: 'default', name: 'train', object, pods: [], placed };
}

/** Names of nodes by placement, or why there is none. */
function placementsOf(cluster: ClusterState, group: GroupInPlacement): Record<string, string[]> | string {
  const plugin = createPlugin(topologyPlacementGenerator, cluster);
  const generated = plugin.placementGenerate?.(group, { name: '', slots: cluster.order }) ?? [];
  if ('code' in generated) return `${generated.code}: ${generated.reasons.join()}`;
  return Object.fromEntries(
    generated.map(({ name, slots }) => [name, Array.from(slots, (slot) => cluster.nodeName(slot))]),
  );
}

const racks = (...names: readonly string[]): ClusterState => testCluster(names.map((name) => rackNode(name, '4')));

describe('TopologyPlacementGenerator', () => {
  it('makes one placement per value of the topology key, in visiting order, and leaves out nodes without it', () => {
    const cluster = racks('r2-a', 'r1-a', 'none', 'r2-b');
    assert.deepEqual(placementsOf(cluster, groupIn(cluster)), { r2: ['r2-a', 'r2-b'], r1: ['r1-a'] });
  });

  it('leaves the nodes together for a group without a topology', () => {
    const cluster = racks('r1-a', 'none');
    assert.deepEqual(placementsOf(cluster, groupIn(cluster, [], podGroup('train', 2, ''))), { '': ['r1-a', 'none'] });
  });

  it('keeps to the domain in which pods of the group run', () => {
    const cluster = racks('r1-a', 'r2-a', 'r2-b');
    assert.deepEqual(placementsOf(cluster, groupIn(cluster, ['r2-b'])), { r2: ['r2-a', 'r2-b'] });
  });

  it('says so when no node has the label', () => {
    const cluster = racks('none', 'other');
    assert.equal(placementsOf(cluster, groupIn(cluster)), `unschedulable: 0/2 nodes have the label ${rackKey}`);
  });

  it('fails where pods of the group run in two domains, or in none, and without a group', () => {
    const two = racks('r1-a', 'r2-a');
    assert.match(
      String(placementsOf(two, groupIn(two, ['r1-a', 'r2-a']))),
      /^error: .*more than one domain.*: r1, r2$/,
    );
    const none = racks('r1-a', 'none');
    assert.match(String(placementsOf(none, groupIn(none, ['none']))), /^error: node none of pod old-0 has no label/);
    const lost = { ...groupIn(none), object: undefined };
    assert.equal(placementsOf(none, lost), 'error: podgroup "default/train" not found');
  });

  it('wants its pods back for other nodes and labels, for a change of their group, and when one of them is gone', () => {
    const cluster = racks('r1-a');
    const { events = [] } = createPlugin(topologyPlacementGenerator, cluster);
    const pod = cluster.info(member('train', { name: 'waits' }));
    const isQueued = (event: ClusterEvent): boolean =>
      events.some(
        ({ resource, actions, hint }) =>
          resource === event.resource &&
          actions.some((action) => event.actions.includes(action)) &&
          (hint === undefined || hint(pod, event) === 'queue'),
      );
    assert.ok(isQueued({ resource: 'Node', actions: ['add'], after: rackNode('r9-a', '1') }));
    assert.ok(!isQueued({ resource: 'Node', actions: ['update-taints'] }));
    assert.ok(isQueued({ resource: 'PodGroup', actions: ['update'], before: gang, after: gang }));
    assert.ok(!isQueued({ resource: 'PodGroup', actions: ['add'], after: podGroup('other', 1) }));
    assert.ok(isQueued({ resource: 'AssignedPod', actions: ['delete'], before: member('train', { name: 'gone' }) }));
    assert.ok(!isQueued({ resource: 'AssignedPod', actions: ['delete'], before: testPod({ name: 'stranger' }) }));
    const elsewhere = member('train', { name: 'gone', namespace: 'else' });
    assert.ok(!isQueued({ resource: 'AssignedPod', actions: ['delete'], before: elsewhere }));
  });
});

function proposal(cluster: ClusterState, nodes: readonly string[], pods: readonly Pod[]): ProposedPlacement {
  const slots = Int32Array.from(nodes, (name) => cluster.slotOf(name) ?? -1);
  return { name: 'p', slots, assignments: pods.map((pod) => ({ pod: cluster.info(pod), slot: slots[0] ?? -1 })) };
}

const some = (...all: readonly PodWords[]): Pod[] =>
  all.map((words, place) => member('train', { name: `p${place}`, ...words }));

describe('PodGroupPodsCount', () => {
  const cluster = racks('r1-a', 'r2-a');
  const plugin = createPlugin(podGroupPodsCount, cluster);
  const normalized = (scores: number[]): number[] => {
    plugin.normalizePlacements?.(groupIn(cluster), scores);
    return scores;
  };

  it('counts pods that run and pods that would', () => {
    const group = groupIn(racks('r1-a'), ['r1-a', 'r1-a']);
    assert.equal(plugin.placementScore?.(group, proposal(cluster, ['r1-a'], some({}, {}, {}))), 5);
  });

  it('gives the most pods 100, and the others their share without fractions', () => {
    assert.deepEqual(normalized([2, 3, 1]), [66, 100, 33]);
    assert.deepEqual(normalized([4, 4]), [100, 100]);
  });

  it('fails where no pod would run anywhere', () => {
    assert.throws(() => normalized([0, 0]), /no pods from pod group are assigned to any of the candidate placements/);
  });
});

describe('the score of a placement by NodeResourcesFit', () => {
  const fitOf = (cluster: ClusterState, args: unknown = {}): Plugin => createPlugin(nodeResourcesFit, cluster, args);
  const node = (name: string, cpu: string, memory: string, resources = {}): Node =>
    testNode({ name, cpu, memory, resources });

  function scoreOf(nodes: readonly Node[], running: readonly Pod[], pods: readonly Pod[], args: unknown = {}): number {
    const cluster = testCluster(nodes, running);
    const names = nodes.map(({ metadata }) => metadata.name);
    return fitOf(cluster, args).placementScore?.(groupIn(cluster), proposal(cluster, names, pods)) ?? Number.NaN;
  }

  it('is the mean share of all that the nodes have together, with what runs there', () => {
    const running = [testPod({ name: 'old', nodeName: 'b', requests: { cpu: '1', memory: '2Gi' } })];
    const pods = some({ requests: { cpu: '1', memory: '1Gi' } }, { requests: { cpu: '1', memory: '1Gi' } });
    // cpu 3 of 8: 37, memory 4 of 16: 25.
    assert.equal(scoreOf([node('a', '4', '8Gi'), node('b', '4', '8Gi')], running, pods), 31);
  });

  it('prefers what is full, whatever the strategy for nodes is, and has its weights', () => {
    const pods = some({ requests: { cpu: '4', memory: '1Gi' } });
    const resources = [
      { name: 'cpu', weight: 3 },
      { name: 'memory', weight: 1 },
    ];
    // cpu 100, memory 12.
    const args = { scoringStrategy: { type: 'LeastAllocated', resources } };
    assert.equal(scoreOf([node('a', '4', '8Gi')], [], pods, args), 78);
  });

  it('takes pods that ask for nothing to use something, and no more than there is for all of it', () => {
    // 100m of 1000m: 10; 200 MiB of 100 MiB: 100.
    assert.equal(scoreOf([node('a', '1', '100Mi')], [], some({})), 55);
  });

  it('counts an extended resource where a pod of the group asks for it, on the nodes that have it', () => {
    const gpu = 'example.com/gpu';
    const nodes = [node('a', '4', '8Gi', { [gpu]: '4' }), node('b', '4', '8Gi')];
    const args = { scoringStrategy: { resources: [{ name: gpu, weight: 1 }] } };
    assert.equal(scoreOf(nodes, [], some({ requests: { [gpu]: '1' } }, {}), args), 25);
    assert.equal(scoreOf(nodes, [], some({}), args), 0);
  });
});
