/**
 * Pods that are popped and not given back, and what has happened since: an event that came while a pod was tried may
 * already have removed the reason of its refusal. Source: kube-scheduler backend/queue/active_queue.go.
 */
import type { PodInfo } from '../cluster/pod-info.ts';
import type { ClusterEvent } from '../framework/events.ts';
import type { QueuedPodInfo } from './queued-pod.ts';

export interface InFlightPod {
  readonly queued: QueuedPodInfo;
  /** Number of the first event that came after it was popped. */
  readonly firstEvent: number;
  /** Changes of the pod itself. */
  readonly own: ClusterEvent[];
  /** Something called for another attempt, whatever comes of this one. */
  isActivated: boolean;
  /** The pod as it is by now; undefined once it was deleted. */
  latest: PodInfo | undefined;
  /** A pod of the same key that came after this one was deleted. */
  successor: PodInfo | undefined;
}

/** Fewer events that nobody needs are not worth a copy of the others. */
const fewEvents = 16;

export class InFlightPods {
  /** In the order in which they were popped. */
  readonly #pods = new Map<string, InFlightPod>();
  #events: ClusterEvent[] = [];
  /** Number of the first event that is still kept. */
  #firstKept = 0;

  get size(): number {
    return this.#pods.size;
  }

  get(key: string): InFlightPod | undefined {
    return this.#pods.get(key);
  }

  add(queued: QueuedPodInfo): void {
    const { info } = queued;
    const firstEvent = this.#firstKept + this.#events.length;
    this.#pods.set(info.key, {
      queued,
      firstEvent,
      own: [],
      isActivated: false,
      latest: info,
      successor: undefined,
    });
  }

  values(): Iterable<InFlightPod> {
    return this.#pods.values();
  }

  record(event: ClusterEvent): void {
    if (this.#pods.size > 0) this.#events.push(event);
  }

  /** What happened since the pod was popped. */
  *eventsSince(pod: InFlightPod): Iterable<ClusterEvent> {
    yield* pod.own;
    for (let place = pod.firstEvent - this.#firstKept; place < this.#events.length; place += 1) {
      yield this.#events[place] as ClusterEvent;
    }
  }

  delete(key: string): void {
    if (!this.#pods.delete(key)) return;
    const [oldest] = this.#pods.values();
    const needed = oldest === undefined ? this.#events.length : oldest.firstEvent - this.#firstKept;
    const others = this.#events.length - needed;
    if (others > 0 && (needed < fewEvents || needed < others)) return;
    this.#firstKept += needed;
    this.#events = others === 0 ? [] : this.#events.slice(needed);
  }
}
