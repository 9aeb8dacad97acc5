/** Clusters for tests of plugins, and what one plugin alone says of them. */
import type { Node, Pod, SchedulingObjects } from '../../../src/api/objects.ts';
import { ClusterState } from '../../../src/scheduler/cluster/cluster-state.ts';
import type { StoredKind } from '../../../src/scheduler/cluster/object-table.ts';
import type { PodInfo } from '../../../src/scheduler/cluster/pod-info.ts';
import { Cycle } from '../../../src/scheduler/framework/cycle.ts';
import { blockOf } from '../../../src/scheduler/framework/node-block.ts';
import type { Plugin, SchedulerClient } from '../../../src/scheduler/framework/plugin.ts';
import type { PluginContext, PluginFactory } from '../../../src/scheduler/framework/plugin-factory.ts';
import { type Status, StatusTable } from '../../../src/scheduler/framework/status.ts';
import { createRandom } from '../../../src/stats/random.ts';

export { testContainer, testNode, testPod, testTaint, testToleration } from './objects.ts';

/** Pods with a nodeName are put on that node; the others are left out. */
export function testCluster(
  nodes: readonly Node[],
  pods: readonly Pod[] = [],
  objects: readonly SchedulingObjects[StoredKind][] = [],
): ClusterState {
  const cluster = new ClusterState();
  for (const object of objects) cluster.objects.set(object.kind, object);
  for (const node of nodes) cluster.setNode(node);
  for (const pod of pods) assignPod(cluster, pod);
  return cluster;
}

/** Puts a pod on the node of its nodeName. */
export function assignPod(cluster: ClusterState, pod: Pod): PodInfo {
  const info = cluster.info(pod);
  if (pod.spec.nodeName !== '') cluster.assignByName(info, pod.spec.nodeName);
  return info;
}

const newStatuses = (): StatusTable => new StatusTable();

/** One attempt at one pod. Plugins of `createPlugin` on the same cluster number their statuses in the same table. */
export function cycleFor(cluster: ClusterState, pod: Pod): Cycle {
  return new Cycle(cluster, cluster.part(newStatuses), cluster.info(pod), new Int32Array(cluster.capacity));
}

const idleClient: SchedulerClient = {
  bind: () => undefined,
  evict: () => undefined,
  nominate: () => undefined,
};

/** What a plugin is given when it is made; everything that a test does not name does nothing. */
export function testContext(cluster: ClusterState, words: Partial<PluginContext> = {}): PluginContext {
  return {
    cluster,
    statuses: cluster.part(newStatuses),
    compat: '1.36',
    featureEnabled: () => false,
    client: idleClient,
    nowMs: () => 0,
    random: createRandom(1),
    nominatedPods: { isEmpty: true, on: () => [], nodeOf: () => undefined },
    waitingPods: () => [],
    whatIf: {
      remove: (_cycle, info) => cluster.unassign(info),
      add: (_cycle, info, slot) => cluster.assign(info, slot),
      passes: () => false,
      isNodeLocal: () => true,
    },
    ...words,
  };
}

/** @param args as in `pluginConfig[].args`, before defaults */
export function createPlugin(
  factory: PluginFactory,
  cluster: ClusterState,
  args: unknown = {},
  words: Partial<PluginContext> = {},
): Plugin {
  return factory.create(factory.args?.parse(args), testContext(cluster, words));
}

/**
 * What PreFilter and Filter say of each node, by name: `undefined` where the pod may go. A pod that PreFilter refuses
 * has that status on every node.
 */
export function verdictsOf(plugin: Plugin, cycle: Cycle): Map<string, Status | undefined> {
  const { cluster } = cycle;
  const verdicts = new Map<string, Status | undefined>();
  const all = [...cluster.order];
  for (const slot of all) verdicts.set(cluster.nodeName(slot), undefined);
  const early = plugin.preFilter?.(cycle);
  if (early === 'skip') return verdicts;
  if (early !== undefined && 'code' in early) {
    for (const name of verdicts.keys()) verdicts.set(name, early);
    return verdicts;
  }
  const allowed = early?.nodeNames;
  const block = blockOf(all.filter((slot) => allowed?.has(cluster.nodeName(slot)) !== false));
  const looked = block.slots.slice();
  plugin.filter?.(cycle, block);
  const kept = new Set(block.slots.subarray(0, block.count));
  for (const slot of looked) {
    if (!kept.has(slot)) verdicts.set(cluster.nodeName(slot), cycle.statuses.get(cycle.verdicts[slot] as number));
  }
  return verdicts;
}

/** The reasons of `verdictsOf`, joined; nodes that pass are left out. */
export function reasonsOf(plugin: Plugin, cycle: Cycle): Record<string, string> {
  const reasons: Record<string, string> = {};
  for (const [name, status] of verdictsOf(plugin, cycle)) {
    if (status !== undefined) reasons[name] = `${status.code}: ${status.reasons.join(', ')}`;
  }
  return reasons;
}

export interface TestScores {
  readonly raw: Record<string, number>;
  readonly normalized: Record<string, number>;
}

/** Scores of all nodes, or of those named; `skip` when PreScore says so. */
export function scoresOf(plugin: Plugin, cycle: Cycle, names?: readonly string[]): TestScores | 'skip' {
  const { cluster } = cycle;
  const wanted = [...cluster.order].filter((slot) => names?.includes(cluster.nodeName(slot)) !== false);
  const block = blockOf(wanted);
  if (plugin.preScore?.(cycle, block) === 'skip') return 'skip';
  const scores = new Float64Array(wanted.length);
  plugin.score?.(cycle, block, scores);
  const byName = (): Record<string, number> =>
    Object.fromEntries(wanted.map((slot, place) => [cluster.nodeName(slot), scores[place] as number]));
  const raw = byName();
  plugin.normalize?.(cycle, block, scores);
  return { raw, normalized: byName() };
}
