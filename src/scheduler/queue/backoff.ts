/** How long a pod that failed must wait. Source: kube-scheduler backend/queue/backoff_queue.go. */
import { IndexedHeap } from './indexed-heap.ts';
import type { QueuedPodInfo } from './queued-pod.ts';

/** Backoffs end in steps of it: pods of one step are ordered as in the active queue. */
export const backoffWindowMs = 1000;

export interface BackoffOptions {
  readonly initialMs: number;
  /** 0: pods never back off. */
  readonly maxMs: number;
  /** Whether expiries are cut off to whole windows, as for a queue that pops from here before they are over. */
  readonly inWindows: boolean;
}

/** `failures` in a row double it each time: 1, 2, 4, 8, 10, 10 seconds by default. */
export function backoffMs(failures: number, { initialMs, maxMs }: BackoffOptions): number {
  // Go doubles while another doubling stays within the maximum, so the last step is the maximum itself.
  let duration = initialMs;
  for (let count = 1; count < failures; count += 1) {
    if (duration > maxMs - duration) return maxMs;
    duration += duration;
  }
  return duration;
}

/** Two heaps: pods that plugins refused may be popped before their time, those that failed by a fault may not. */
export class BackoffQueue {
  readonly #options: BackoffOptions;
  readonly #refused: IndexedHeap<QueuedPodInfo>;
  readonly #failed: IndexedHeap<QueuedPodInfo>;

  constructor(options: BackoffOptions, compare: (a: QueuedPodInfo, b: QueuedPodInfo) => number) {
    this.#options = options;
    const byExpiry = (a: QueuedPodInfo, b: QueuedPodInfo): number => this.expiryMs(a) - this.expiryMs(b);
    this.#refused = new IndexedHeap(options.inWindows ? (a, b) => byExpiry(a, b) || compare(a, b) : byExpiry);
    this.#failed = new IndexedHeap(byExpiry);
  }

  get size(): number {
    return this.#refused.size + this.#failed.size;
  }

  /** 0 for a pod that need not wait. */
  expiryMs(pod: QueuedPodInfo): number {
    const failures = pod.consecutiveErrors > 0 ? pod.consecutiveErrors : pod.unschedulableCount;
    if (this.#options.maxMs === 0 || failures === 0) return 0;
    pod.backoffExpiryMs ??= this.#window(pod.timestampMs + backoffMs(failures, this.#options));
    return pod.backoffExpiryMs;
  }

  /** A pod backs off until the window of its expiry is over, so that whole windows end together. */
  isBackingOff(pod: QueuedPodInfo, nowMs: number): boolean {
    const expiryMs = this.expiryMs(pod);
    return expiryMs > 0 && expiryMs >= this.#window(nowMs);
  }

  add(pod: QueuedPodInfo): void {
    const isFault = pod.unschedulablePlugins.size === 0 && pod.pendingPlugins.size === 0;
    pod.place = isFault ? 'error-backoff' : 'backoff';
    (isFault ? this.#failed : this.#refused).push(pod);
  }

  delete(pod: QueuedPodInfo): void {
    (pod.place === 'backoff' ? this.#refused : this.#failed).delete(pod);
  }

  update(pod: QueuedPodInfo): void {
    (pod.place === 'backoff' ? this.#refused : this.#failed).update(pod);
  }

  /** The refused pod that would be first to end its backoff. */
  popRefused(): QueuedPodInfo | undefined {
    return this.#refused.pop();
  }

  /** Takes out the next pod whose backoff was over at the last full second: it is then that pods are looked for. */
  popCompleted(nowMs: number): QueuedPodInfo | undefined {
    const secondMs = Math.floor(nowMs / backoffWindowMs) * backoffWindowMs;
    for (const heap of [this.#refused, this.#failed]) {
      const first = heap.peek();
      if (first !== undefined && !this.isBackingOff(first, secondMs)) return heap.pop();
    }
    return undefined;
  }

  /** When a pod will next be found; Infinity while there is none. */
  nextCompletionMs(): number {
    const heads = [this.#refused.peek(), this.#failed.peek()];
    const expiries = heads.map((head) => (head === undefined ? Number.POSITIVE_INFINITY : this.expiryMs(head)));
    return (Math.floor(Math.min(...expiries) / backoffWindowMs) + 1) * backoffWindowMs;
  }

  #window(timeMs: number): number {
    return this.#options.inWindows ? Math.floor(timeMs / backoffWindowMs) * backoffWindowMs : timeMs;
  }
}
