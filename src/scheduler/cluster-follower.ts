/** Follows the cluster's objects: nodes and pods into the cluster state, waiting pods into the queue, events to both. */

import type { Node, Pod } from '../api/objects.ts';
import type { AnyObject, ObjectChange } from '../cluster/memory-cluster.ts';
import type { ClusterState } from './cluster/cluster-state.ts';
import { type PodInfo, podKey } from './cluster/pod-info.ts';
import type { ClusterEvent } from './framework/events.ts';
import { nodeUpdateActions, podUpdateActions, type SchedulingQueue } from './queue/index.ts';

export interface FollowerHooks {
  /** Whether one of our profiles schedules the pod. */
  readonly isOurs: (pod: Pod) => boolean;
  /** A pod that is reserved on a node, but not bound yet, has been deleted. */
  readonly reservedPodDeleted: (key: string) => void;
}

/** Pods that have ended hold nothing of a node any more. */
function isActive(pod: Pod | undefined): pod is Pod {
  return pod !== undefined && pod.status.phase !== 'Succeeded' && pod.status.phase !== 'Failed';
}

/** Kinds whose changes make kube-scheduler try no pod again: controllers may write on them as often as pods are bound. */
const unheard: ReadonlySet<AnyObject['kind']> = new Set<AnyObject['kind']>(['PodDisruptionBudget', 'Deployment']);

export class ClusterFollower {
  readonly #cluster: ClusterState;
  readonly #queue: SchedulingQueue;
  readonly #hooks: FollowerHooks;
  /** Pods on nodes, assumed ones included, by key. */
  readonly #assigned = new Map<string, PodInfo>();

  constructor(cluster: ClusterState, queue: SchedulingQueue, hooks: FollowerHooks) {
    this.#cluster = cluster;
    this.#queue = queue;
    this.#hooks = hooks;
  }

  isAssigned(key: string): boolean {
    return this.#assigned.has(key);
  }

  /** Takes a decision for done before the cluster has confirmed it. */
  assume(info: PodInfo, slot: number): void {
    this.#cluster.assign(info, slot);
    this.#assigned.set(info.key, info);
  }

  /** Takes an assumption back. */
  forget(info: PodInfo): void {
    if (this.#assigned.get(info.key) !== info) return;
    this.#assigned.delete(info.key);
    this.#cluster.unassign(info);
  }

  /** Who waited for room may have what a forgotten pod held while others were tried; not that pod itself. */
  freed({ key, pod }: PodInfo, nodeName: string): void {
    const before = { ...pod, spec: { ...pod.spec, nodeName } };
    this.#queue.notify({ resource: 'AssignedPod', actions: ['delete'], before }, ({ info }) => info.key !== key);
  }

  change({ before, after }: ObjectChange): void {
    const object = after ?? before;
    if (object === undefined) return;
    if (object.kind === 'Pod') this.#podChanged(before as Pod | undefined, after as Pod | undefined);
    else if (object.kind === 'Node') this.#nodeChanged(before as Node | undefined, after as Node | undefined);
    else this.#objectChanged(object, before, after);
  }

  #objectChanged(object: AnyObject, before: AnyObject | undefined, after: AnyObject | undefined): void {
    const { kind } = object;
    if (kind === 'Pod' || kind === 'Node') return;
    // One kind at a time; the union of all kinds is more than the table's types can follow.
    if (after !== undefined) this.#cluster.objects.set(kind, after as never);
    else this.#cluster.objects.delete(kind, object as never);
    if (!unheard.has(kind)) this.#queue.notify(eventOf(kind, before, after));
  }

  #nodeChanged(before: Node | undefined, after: Node | undefined): void {
    if (after === undefined) {
      if (before === undefined) return;
      this.#cluster.removeNode(before.metadata.name);
      this.#queue.notify({ resource: 'Node', actions: ['delete'], before });
      return;
    }
    this.#cluster.setNode(after);
    const actions = before === undefined ? (['add'] as const) : nodeUpdateActions(before, after);
    if (actions.length > 0) {
      this.#queue.notify({ resource: 'Node', actions, ...(before === undefined ? {} : { before }), after });
    }
  }

  #podChanged(before: Pod | undefined, after: Pod | undefined): void {
    if (before !== undefined && after !== undefined && podKey(before) !== podKey(after)) {
      this.#podChanged(before, undefined);
      this.#podChanged(undefined, after);
      return;
    }
    const wasAssigned = isActive(before) && before.spec.nodeName !== '';
    const isAssigned = isActive(after) && after.spec.nodeName !== '';
    if (isAssigned) {
      if (wasAssigned) this.#assignedPodUpdated(before, after);
      else this.#podAssigned(after);
    } else if (wasAssigned) {
      this.#assignedPodGone(before);
    }
    if (isAssigned) return;
    const wasWaiting = isActive(before) && !wasAssigned;
    const isWaiting = isActive(after) && this.#hooks.isOurs(after);
    if (isWaiting && wasWaiting) this.#waitingPodUpdated(before, after);
    else if (isWaiting) this.#queue.add(this.#cluster.info(after));
    else if (wasWaiting) this.#waitingPodGone(before);
  }

  #podAssigned(pod: Pod): void {
    const key = podKey(pod);
    const assumed = this.#assigned.get(key);
    if (assumed !== undefined && this.#cluster.nodeName(assumed.slot) === pod.spec.nodeName) {
      // Our own decision, confirmed: nothing has changed but the object.
      assumed.pod = pod;
    } else {
      if (assumed !== undefined) this.#drop(assumed);
      this.#queue.delete(key, 'bound');
      this.#put(pod);
    }
    this.#queue.assignedPodAdded(this.#assigned.get(key) as PodInfo);
  }

  #assignedPodUpdated(before: Pod, after: Pod): void {
    const info = this.#assigned.get(podKey(after));
    if (info === undefined) {
      this.#podAssigned(after);
      return;
    }
    const next = this.#cluster.info(after);
    const isSame =
      next.shape.labelSet === info.shape.labelSet &&
      next.shape.requests === info.shape.requests &&
      next.isDeleting === info.isDeleting &&
      next.startTimeMs === info.startTimeMs &&
      before.spec.nodeName === after.spec.nodeName;
    if (isSame) info.pod = after;
    else {
      this.#drop(info);
      this.#put(after);
    }
    this.#queue.assignedPodUpdated(this.#assigned.get(podKey(after)) as PodInfo, {
      resource: 'AssignedPod',
      actions: podUpdateActions(before, after),
      before,
      after,
    });
  }

  #assignedPodGone(before: Pod): void {
    const info = this.#assigned.get(podKey(before));
    if (info !== undefined) this.#drop(info);
    this.#queue.notify({ resource: 'AssignedPod', actions: ['delete'], before });
  }

  #waitingPodUpdated(before: Pod, after: Pod): void {
    // A reserved pod is decided on; what its binding does to the object is no news to the queue.
    if (this.#assigned.has(podKey(after))) return;
    this.#queue.update(before, this.#cluster.info(after));
  }

  #waitingPodGone(before: Pod): void {
    const key = podKey(before);
    this.#queue.delete(key);
    if (this.#assigned.has(key)) this.#hooks.reservedPodDeleted(key);
  }

  #put(pod: Pod): void {
    const info = this.#cluster.info(pod);
    this.#cluster.assignByName(info, pod.spec.nodeName);
    this.#assigned.set(info.key, info);
  }

  #drop(info: PodInfo): void {
    this.#assigned.delete(info.key);
    this.#cluster.unassign(info);
  }
}

function eventOf(
  resource: Exclude<AnyObject['kind'], 'Pod'>,
  before: AnyObject | undefined,
  after: AnyObject | undefined,
): ClusterEvent {
  const action = before === undefined ? 'add' : after === undefined ? 'delete' : 'update';
  return {
    resource,
    actions: [action],
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
  };
}
