/** How much more fits, and how much more is needed: questions answered by scheduling, not by adding up. */
import type { Node, Pod } from '../api/objects.ts';
import type { AnyObject } from '../cluster/memory-cluster.ts';
import type { SchedulingSession } from './session.ts';

export interface FitAnswer {
  /** How many more of the pod fit. */
  readonly count: number;
  /** Why the next one does not; absent when the limit ended the count. */
  readonly message?: string;
}

/** Pods of one batch are told apart by one look each; more would only be taken back when the cluster is full. */
const batchSize = 64;

/**
 * Adds copies of the pod until one does not fit. They preempt nobody: the question is what is free.
 * @param limit at most so many are tried
 */
export function howManyMoreFit(session: SchedulingSession, pod: Pod, limit: number): FitAnswer {
  const { api } = session;
  let count = 0;
  let made = 0;
  while (made < limit) {
    const before = api.boundCount;
    const size = Math.min(batchSize, limit - made);
    for (let place = 0; place < size; place += 1) api.put(copyOf(pod, made + place));
    made += size;
    let message: string | undefined;
    session.drain((attempt) => {
      if (attempt.kind === 'unschedulable') message ??= attempt.message;
      if (attempt.kind === 'error') message ??= attempt.error.message;
    });
    count += api.boundCount - before;
    if (message !== undefined) return { count, message };
  }
  return { count };
}

export interface NodesAnswer {
  /** How many copies of the node it takes until no pod waits; undefined when even `tried` of them do not help. */
  readonly count: number | undefined;
  readonly tried: number;
  /** Pods that still wait with `tried` copies. */
  readonly stillPending: number;
}

/**
 * The fewest copies of a node with which every pod finds a place: doubled until they do, then halved between.
 * @param settleWith schedules the whole cluster anew with these objects added, and says how many pods wait
 */
export function howManyNodesAreNeeded(
  node: Node,
  limit: number,
  settleWith: (extra: AnyObject[]) => number,
): NodesAnswer {
  const pendingWith = (count: number): number =>
    settleWith(Array.from({ length: count }, (_, place) => nodeCopy(node, place)));
  let enough = 0;
  let pending = pendingWith(0);
  let tooFew = -1;
  while (pending > 0) {
    if (enough >= limit) return { count: undefined, tried: enough, stillPending: pending };
    tooFew = enough;
    enough = Math.min(limit, Math.max(1, 2 * enough));
    pending = pendingWith(enough);
  }
  while (enough - tooFew > 1) {
    const middle = Math.floor((tooFew + enough) / 2);
    if (pendingWith(middle) === 0) enough = middle;
    else tooFew = middle;
  }
  return { count: enough, tried: enough, stillPending: 0 };
}

function copyOf(pod: Pod, place: number): Pod {
  const { uid: _, deletionTimestamp: __, ...metadata } = pod.metadata;
  const name = `${metadata.name}-copy-${place}`;
  return {
    ...pod,
    metadata: { ...metadata, name, uid: `${metadata.namespace ?? 'default'}/${name}` },
    spec: unassigned(pod),
    status: { phase: 'Pending', conditions: [], nominatedNodeName: '' },
  };
}

/** One spec object for all copies: the scheduler then sees at once that they are alike. */
const specs = new WeakMap<Pod, Pod['spec']>();

function unassigned(pod: Pod): Pod['spec'] {
  const known = specs.get(pod);
  if (known !== undefined) return known;
  const spec: Pod['spec'] = { ...pod.spec, nodeName: '', preemptionPolicy: 'Never', schedulingGates: [] };
  specs.set(pod, spec);
  return spec;
}

function nodeCopy(node: Node, place: number): Node {
  const name = `${node.metadata.name}-copy-${place}`;
  const { uid: _, ...metadata } = node.metadata;
  const labels = { ...metadata.labels, 'kubernetes.io/hostname': name };
  return { ...node, metadata: { ...metadata, name, labels } };
}
