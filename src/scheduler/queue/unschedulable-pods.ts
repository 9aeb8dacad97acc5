/** Pods that wait for something to happen, found by what may help them. Gated pods are here, too. */
import type { ClusterEvent } from '../framework/events.ts';
import { IndexedHeap } from './indexed-heap.ts';
import { type EventWatches, isRegistered } from './profile-watch.ts';
import type { QueuedPodInfo } from './queued-pod.ts';
import { hintQueues, type Requeue, worthBy } from './requeue.ts';

/** A pod that no event has brought back for so long is tried again all the same. */
const longestWaitMs = 5 * 60_000;
/** How often such pods are looked for. */
const leftoverIntervalMs = 30_000;

export class UnschedulablePods {
  readonly #startMs: number;
  /** Pods that a timeout brings back, the longest waiting first. */
  readonly #byAge = new IndexedHeap<QueuedPodInfo>((a, b) => a.timestampMs - b.timestampMs);
  #gatedCount = 0;
  #added = 0;
  /** The last look for leftovers that was made. */
  #lookedMs: number;

  /** @param startMs from when on leftovers are looked for, every 30 seconds */
  constructor(startMs: number) {
    this.#startMs = startMs;
    this.#lookedMs = startMs;
  }

  get gatedCount(): number {
    return this.#gatedCount;
  }

  add(pod: QueuedPodInfo): void {
    const { unschedulablePlugins, pendingPlugins, watch, gate } = pod;
    pod.place = 'unschedulable';
    pod.unschedulableOrder = this.#added++;
    pod.rejectors = [...new Set([...unschedulablePlugins, ...pendingPlugins])].map((plugin) => watch.of(plugin));
    for (const { rejected } of pod.rejectors) rejected.add(pod);
    if (gate !== undefined) this.#gatedCount += 1;
    // No timeout opens a gate; but a plugin that is told of everything is told of timeouts, too.
    if (gate === undefined || watch.of(gate.plugin).interests === undefined) this.#byAge.push(pod);
  }

  delete(pod: QueuedPodInfo): void {
    for (const { rejected } of pod.rejectors) rejected.delete(pod);
    pod.rejectors = [];
    if (pod.gate !== undefined) this.#gatedCount -= 1;
    if (pod.heapIndex >= 0) this.#byAge.delete(pod);
  }

  /**
   * The pods that an event brings back, in the order in which they became unschedulable; undefined for an event that
   * no plugin has registered.
   */
  wokenBy(
    event: ClusterEvent,
    watches: EventWatches,
    mayReturn: (pod: QueuedPodInfo) => boolean,
  ): readonly (readonly [QueuedPodInfo, Requeue])[] | undefined {
    let woken: Map<QueuedPodInfo, Requeue> | undefined;
    const isRegisteredAtAll = watches.subscribers(event, ({ watch, interest }) => {
      for (const pod of watch.rejected) {
        const worth = worthBy(pod, watch);
        const known = woken?.get(pod);
        if (known === 'at-once' || known === worth || !mayReturn(pod)) continue;
        if (pod.gate !== undefined && !isRegistered(pod.watch.of(pod.gate.plugin), event)) continue;
        if (!hintQueues(pod, event, interest)) continue;
        woken ??= new Map();
        woken.set(pod, worth);
      }
    });
    if (!isRegisteredAtAll) return undefined;
    return woken === undefined ? none : [...woken].sort(([a], [b]) => a.unschedulableOrder - b.unschedulableOrder);
  }

  /** Pods that have waited too long at the last of the 30 second marks. They stay until they are deleted. */
  leftover(nowMs: number): readonly QueuedPodInfo[] {
    const markMs = this.#markBefore(nowMs);
    if (markMs <= this.#lookedMs) return [];
    this.#lookedMs = markMs;
    const first = this.#byAge.peek();
    if (first === undefined || first.timestampMs + longestWaitMs >= markMs) return [];
    return this.#byAge
      .values()
      .filter(({ timestampMs }) => timestampMs + longestWaitMs < markMs)
      .sort((a, b) => a.unschedulableOrder - b.unschedulableOrder);
  }

  nextLeftoverMs(): number {
    const first = this.#byAge.peek();
    if (first === undefined) return Number.POSITIVE_INFINITY;
    const dueMs = this.#markBefore(first.timestampMs + longestWaitMs) + leftoverIntervalMs;
    return Math.max(dueMs, this.#lookedMs + leftoverIntervalMs);
  }

  #markBefore(timeMs: number): number {
    const intervals = Math.floor((timeMs - this.#startMs) / leftoverIntervalMs);
    return this.#startMs + intervals * leftoverIntervalMs;
  }
}

const none: readonly (readonly [QueuedPodInfo, Requeue])[] = [];
