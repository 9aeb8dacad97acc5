/** What a scheduler has made of a cluster: who runs where, who waits and why, and how full the nodes are. Pure. */

import type { Pod } from '../api/objects.ts';
import type { MemoryCluster } from '../cluster/memory-cluster.ts';
import type { ClusterState } from './cluster/cluster-state.ts';

export interface Binding {
  readonly namespace: string;
  readonly name: string;
  readonly nodeName: string;
}

export interface WaitingReport {
  readonly namespace: string;
  readonly name: string;
  /** kube-scheduler's message; for a pod that was never tried what keeps it back. */
  readonly message: string;
  readonly nominatedNodeName?: string;
}

export interface ResourceUse {
  readonly resource: string;
  /** cpu in millicores, others in units. */
  readonly requested: number;
  readonly allocatable: number;
}

export interface NodeUse {
  readonly name: string;
  readonly pods: number;
  readonly allowedPods: number;
  /** Of what the node has or its pods ask for. */
  readonly resources: readonly ResourceUse[];
}

export interface PlacementReport {
  readonly bindings: readonly Binding[];
  readonly pending: readonly WaitingReport[];
  readonly nodes: readonly NodeUse[];
}

/**
 * @param isOurs leaves out pods that were on their nodes before
 * @param heldBack what keeps a pod from being tried, where something does
 */
export function placementReport(
  api: MemoryCluster,
  cluster: ClusterState,
  isOurs: (key: string) => boolean = () => true,
  heldBack: (pod: Pod) => string | undefined = () => undefined,
): PlacementReport {
  const bindings: Binding[] = [];
  const pending: WaitingReport[] = [];
  for (const pod of api.list('Pod')) {
    const { namespace = 'default', name } = pod.metadata;
    if (!isOurs(`${namespace}/${name}`)) continue;
    if (pod.spec.nodeName !== '') {
      bindings.push({ namespace, name, nodeName: pod.spec.nodeName });
      continue;
    }
    const { nominatedNodeName, conditions } = pod.status;
    const said = conditions.find(({ type }) => type === 'PodScheduled')?.message;
    const gates = pod.spec.schedulingGates;
    const gated = gates.length > 0 ? `waiting for scheduling gates: [${gates.join(' ')}]` : heldBack(pod);
    const message = said ?? gated ?? 'not tried';
    pending.push({ namespace, name, message, ...(nominatedNodeName === '' ? {} : { nominatedNodeName }) });
  }
  return { bindings, pending, nodes: Array.from(cluster.order, (slot) => nodeUse(cluster, slot)) };
}

function nodeUse(cluster: ClusterState, slot: number): NodeUse {
  const { resources } = cluster;
  return {
    name: cluster.nodeName(slot),
    pods: cluster.podCounts[slot] ?? 0,
    allowedPods: resources.allowedPods[slot] ?? 0,
    resources: resources.columns
      .map(({ name, requested, allocatable }) => ({
        resource: name,
        requested: requested[slot] ?? 0,
        allocatable: allocatable[slot] ?? 0,
      }))
      .filter(({ requested, allocatable }) => requested > 0 || allocatable > 0),
  };
}
