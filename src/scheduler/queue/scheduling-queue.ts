/**
 * Pods that wait to be scheduled: kube-scheduler's PriorityQueue without its locks and goroutines. Whoever owns it
 * pops pods, says what came of each, tells it what happens in the cluster, and lets it flush when time has passed.
 * Source: kube-scheduler backend/queue/scheduling_queue.go, with queueing hints.
 */
import type { Pod } from '../../api/objects.ts';
import type { PodInfo } from '../cluster/pod-info.ts';
import { pluginErrors } from '../framework/errors.ts';
import type { ClusterEvent } from '../framework/events.ts';
import type { PluginFor } from '../framework/profile.ts';
import { BackoffQueue } from './backoff.ts';
import { podUpdateActions } from './cluster-events.ts';
import { InFlightPods } from './in-flight.ts';
import { IndexedHeap } from './indexed-heap.ts';
import type { Nominator } from './nominator.ts';
import { WaitingGroups } from './pod-groups.ts';
import { preEnqueue } from './pre-enqueue.ts';
import { EventWatches } from './profile-watch.ts';
import { createQueuedPod, noPlugins, type QueuedPodInfo } from './queued-pod.ts';
import { type Requeue, worthOf } from './requeue.ts';
import type { AttemptFailure, QueueCounts, QueueOptions } from './types.ts';
import { UnschedulablePods } from './unschedulable-pods.ts';

export class SchedulingQueue {
  readonly nominated: Nominator;
  readonly #groups = new WaitingGroups();
  readonly #nowMs: () => number;
  readonly #popsFromBackoff: boolean;
  readonly #watches: EventWatches;
  readonly #active: IndexedHeap<QueuedPodInfo>;
  readonly #backoff: BackoffQueue;
  readonly #unschedulable: UnschedulablePods;
  readonly #inFlight = new InFlightPods();
  /** All but those in flight, by key. */
  readonly #pods = new Map<string, QueuedPodInfo>();
  #cycle = 0;

  constructor(options: QueueOptions) {
    const [first] = options.profiles;
    if (first === undefined) throw new Error('a scheduling queue needs a profile');
    const { queueSort } = first;
    const compare = guardedCompare(queueSort);
    const popsFromBackoff = options.popsFromBackoff ?? true;
    this.nominated = options.nominated;
    this.#nowMs = options.nowMs;
    this.#popsFromBackoff = popsFromBackoff;
    this.#watches = new EventWatches(options.profiles);
    this.#active = new IndexedHeap(compare);
    this.#backoff = new BackoffQueue(
      { initialMs: options.podInitialBackoffMs, maxMs: options.podMaxBackoffMs, inWindows: popsFromBackoff },
      compare,
    );
    this.#unschedulable = new UnschedulablePods(options.nowMs());
  }

  get counts(): QueueCounts {
    const { gatedCount } = this.#unschedulable;
    return {
      active: this.#active.size,
      backoff: this.#backoff.size,
      unschedulable: this.#pods.size - this.#active.size - this.#backoff.size - gatedCount,
      gated: gatedCount,
      inFlight: this.#inFlight.size,
    };
  }

  /** How many pods have been popped so far. */
  get schedulingCycle(): number {
    return this.#cycle;
  }

  /** All pods that wait, in no particular order; those in flight are not among them. */
  pods(): Iterable<QueuedPodInfo> {
    return this.#pods.values();
  }

  get(key: string): QueuedPodInfo | undefined {
    return this.#pods.get(key);
  }

  /** Pods of a PodGroup that are not bound, those in flight included, by key. */
  groupMembers(namespace: string, groupName: string): ReadonlyMap<string, PodInfo> {
    return this.#groups.members(namespace, groupName);
  }

  /** A pod that is new to the queue. */
  add(info: PodInfo): void {
    this.#groups.set(info);
    const inFlight = this.#inFlight.get(info.key);
    if (inFlight !== undefined) {
      if (inFlight.latest === undefined) inFlight.successor = info;
      else inFlight.latest = info;
      return;
    }
    const known = this.#pods.get(info.key);
    if (known !== undefined) this.#take(known);
    const queued = createQueuedPod(info, this.#watches.profile(info.pod.spec.schedulerName), this.#nowMs());
    this.#toActive(queued, false);
    if (queued.place === 'active') this.nominated.set(info, info.pod.status.nominatedNodeName);
    this.notify({ resource: 'UnscheduledPod', actions: ['add'], after: info.pod });
  }

  /** The pod to try next; nothing when none is ready. It is in flight until `requeue` or `done`. */
  pop(): QueuedPodInfo | undefined {
    const queued = this.#active.pop() ?? (this.#popsFromBackoff ? this.#backoff.popRefused() : undefined);
    if (queued === undefined) return undefined;
    this.#pods.delete(queued.info.key);
    return this.#popped(queued);
  }

  /** This pod, wherever it waits, as if it were the next one; nothing when it is gated or in flight. */
  popThis(key: string): QueuedPodInfo | undefined {
    const queued = this.#pods.get(key);
    if (queued === undefined || queued.gate !== undefined) return undefined;
    this.#take(queued);
    return this.#popped(queued);
  }

  #popped(queued: QueuedPodInfo): QueuedPodInfo {
    queued.place = 'in-flight';
    queued.attempts += 1;
    queued.unschedulablePlugins = noPlugins;
    queued.pendingPlugins = noPlugins;
    this.#cycle += 1;
    this.#inFlight.add(queued);
    return queued;
  }

  /** Gives a popped pod back after it could not be scheduled. One that was deleted meanwhile is dropped. */
  requeue(queued: QueuedPodInfo, failure: AttemptFailure): void {
    const inFlight = this.#inFlight.get(queued.info.key);
    if (inFlight === undefined || inFlight.queued !== queued) return;
    if (inFlight.latest === undefined) {
      this.done(queued.info.key);
      return;
    }
    queued.info = inFlight.latest;
    queued.unschedulablePlugins = failure.kind === 'error' ? noPlugins : failure.plugins;
    queued.pendingPlugins = failure.kind === 'error' ? noPlugins : failure.pendingPlugins;
    const isRefused = queued.unschedulablePlugins.size > 0 || queued.pendingPlugins.size > 0;
    if (isRefused) queued.unschedulableCount += 1;
    queued.consecutiveErrors = isRefused ? 0 : queued.consecutiveErrors + 1;
    queued.timestampMs = this.#nowMs();
    queued.backoffExpiryMs = undefined;
    let requeue: Requeue = isRefused && !inFlight.isActivated ? 'never' : 'after-backoff';
    if (isRefused) {
      for (const event of this.#inFlight.eventsSince(inFlight)) {
        if (requeue === 'at-once') break;
        const worth = worthOf(queued, event);
        if (worth !== 'never') requeue = worth;
      }
    }
    this.#inFlight.delete(queued.info.key);
    this.#put(queued, requeue);
  }

  /** The pod of this key needs the queue no more: it was bound, or is not to be scheduled. */
  done(key: string): void {
    const inFlight = this.#inFlight.get(key);
    if (inFlight === undefined) return;
    const { successor } = inFlight;
    if (inFlight.latest !== undefined) this.#groups.delete(inFlight.latest);
    this.#inFlight.delete(key);
    if (successor !== undefined) this.add(successor);
  }

  /** A pod without a node has changed. */
  update(before: Pod, info: PodInfo): void {
    const { pod } = info;
    this.#update(before, info);
    const formerNode = before.status.nominatedNodeName;
    if (formerNode !== '' && formerNode !== pod.status.nominatedNodeName) this.#nominationEnded(before);
  }

  #update(before: Pod, info: PodInfo): void {
    this.#groups.set(info);
    const event = (): ClusterEvent => ({
      resource: 'UnscheduledPod',
      actions: podUpdateActions(before, info.pod),
      before,
      after: info.pod,
    });
    const inFlight = this.#inFlight.get(info.key);
    if (inFlight !== undefined) {
      if (inFlight.latest === undefined) inFlight.successor = info;
      else {
        inFlight.latest = info;
        inFlight.own.push(event());
      }
      return;
    }
    const queued = this.#pods.get(info.key);
    if (queued === undefined) {
      this.add(info);
      return;
    }
    queued.info = info;
    this.nominated.update(before, info);
    if (queued.place === 'active') this.#active.update(queued);
    else if (queued.place !== 'unschedulable') this.#backoff.update(queued);
    else {
      const worth = worthOf(queued, event());
      if (worth !== 'never') this.#move(queued, worth);
    }
  }

  /**
   * A pod is gone.
   * @param reason `bound` for one that another scheduler has bound: room that was kept for it is not free again
   */
  delete(key: string, reason: 'deleted' | 'bound' = 'deleted'): void {
    this.nominated.delete(key);
    const inFlight = this.#inFlight.get(key);
    if (inFlight !== undefined) {
      this.#groups.delete(inFlight.queued.info);
      inFlight.latest = undefined;
      inFlight.successor = undefined;
      return;
    }
    const queued = this.#pods.get(key);
    if (queued === undefined) return;
    this.#take(queued);
    this.#groups.delete(queued.info);
    const { pod } = queued.info;
    if (reason === 'deleted' && pod.status.nominatedNodeName !== '') this.#nominationEnded(pod);
  }

  /**
   * Something happened in the cluster: unschedulable pods whose refusal it may have ended come back, those in flight
   * will when they are given back.
   * @param mayReturn leaves pods out, whatever the plugins say
   */
  notify(event: ClusterEvent, mayReturn: (pod: QueuedPodInfo) => boolean = everyPod): void {
    const woken = this.#unschedulable.wokenBy(event, this.#watches, mayReturn);
    if (woken === undefined) return;
    for (const [queued, worth] of woken) this.#move(queued, worth);
    this.#inFlight.record(event);
  }

  /**
   * A pod has a node. Only pods that InterPodAffinity or PodTopologySpread refused can hope for something from that,
   * and it is the hints of these plugins that say so.
   */
  assignedPodAdded(info: PodInfo): void {
    this.notify({ resource: 'AssignedPod', actions: ['add'], after: info.pod });
  }

  assignedPodUpdated(_info: PodInfo, event: ClusterEvent): void {
    this.notify(event);
  }

  /** Has a pod tried again without waiting for an event; for plugins that know better. */
  activate(key: string): void {
    const queued = this.#pods.get(key);
    const inFlight = this.#inFlight.get(key);
    if (inFlight !== undefined) inFlight.isActivated = true;
    if (queued === undefined || queued.place === 'active') return;
    const backedOff = queued.place !== 'unschedulable';
    this.#take(queued);
    this.#toActive(queued, backedOff);
  }

  /** Lets backoffs end, and brings back pods that have been unschedulable for long. */
  flush(nowMs: number): void {
    for (let queued = this.#backoff.popCompleted(nowMs); queued !== undefined; ) {
      this.#toActive(queued, true);
      queued = this.#backoff.popCompleted(nowMs);
    }
    const leftover = this.#unschedulable.leftover(nowMs);
    if (leftover.length === 0) return;
    for (const queued of leftover) this.#move(queued, 'after-backoff');
    for (const inFlight of this.#inFlight.values()) inFlight.isActivated = true;
  }

  /** When `flush` will next have something to do, as far as is known now; Infinity for never. */
  nextWakeMs(): number {
    return Math.min(this.#backoff.nextCompletionMs(), this.#unschedulable.nextLeftoverMs());
  }

  /** The same without the periodic retry of unschedulable pods: Infinity when only events can help. */
  nextBackoffMs(): number {
    return this.#backoff.nextCompletionMs();
  }

  /** Others of no higher priority took the pod for assigned to the node that it was nominated to. */
  #nominationEnded(pod: Pod): void {
    const { priority } = pod.spec;
    this.notify({ resource: 'AssignedPod', actions: ['delete'], before: pod }, ({ info }) => info.priority <= priority);
  }

  #move(queued: QueuedPodInfo, requeue: Requeue): void {
    this.#unschedulable.delete(queued);
    this.#put(queued, requeue);
  }

  #put(queued: QueuedPodInfo, requeue: Requeue): void {
    if (requeue === 'never') this.#toUnschedulable(queued);
    else if (requeue === 'after-backoff' && this.#backoff.isBackingOff(queued, this.#nowMs())) this.#toBackoff(queued);
    else this.#toActive(queued, false);
  }

  #toActive(queued: QueuedPodInfo, fromBackoff: boolean): void {
    // What may be popped from the backoff queue has passed PreEnqueue on its way there.
    if (!(fromBackoff && this.#popsFromBackoff)) preEnqueue(queued);
    if (queued.gate !== undefined) {
      this.#toUnschedulable(queued);
      return;
    }
    queued.firstReadyMs ??= this.#nowMs();
    queued.place = 'active';
    this.#pods.set(queued.info.key, queued);
    this.#active.push(queued);
  }

  #toBackoff(queued: QueuedPodInfo): void {
    if (this.#popsFromBackoff) preEnqueue(queued);
    if (queued.gate !== undefined) {
      this.#toUnschedulable(queued);
      return;
    }
    this.#pods.set(queued.info.key, queued);
    this.#backoff.add(queued);
  }

  #toUnschedulable(queued: QueuedPodInfo): void {
    this.#pods.set(queued.info.key, queued);
    this.#unschedulable.add(queued);
  }

  /** Out of wherever it waits. */
  #take(queued: QueuedPodInfo): void {
    this.#pods.delete(queued.info.key);
    if (queued.place === 'active') this.#active.delete(queued);
    else if (queued.place === 'unschedulable') this.#unschedulable.delete(queued);
    else this.#backoff.delete(queued);
    queued.place = 'none';
  }
}

function everyPod(): boolean {
  return true;
}

/** Without an order there is no next pod: what the plugin throws ends the work, where kube-scheduler would end itself. */
function guardedCompare(queueSort: PluginFor<'queueSort'>): (a: QueuedPodInfo, b: QueuedPodInfo) => number {
  return (a, b) => {
    let order: number;
    try {
      order = queueSort.compare(a, b);
    } catch (error) {
      throw pluginErrors.threw(queueSort.name, 'compare', error);
    }
    if (typeof order === 'number' && !Number.isNaN(order)) return order;
    throw pluginErrors.noOrder(queueSort.name, order);
  };
}
