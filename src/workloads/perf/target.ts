/** What a workload is carried out against: a cluster, the scheduler that works on it, and a clock. */
import type { Node, ResourceClaim, SchedulingKind, SchedulingObjects } from '../../api/objects.ts';
import type { MetricSink } from './metrics/metric-registry.ts';

export type AnyObject = SchedulingObjects[SchedulingKind];

/** As a watch tells it: without `before` the object is new, without `after` it is gone. */
export type ObjectChange =
  | { readonly before?: undefined; readonly after: AnyObject }
  | { readonly before: AnyObject; readonly after: AnyObject }
  | { readonly before: AnyObject; readonly after?: undefined };

/** The API server's part. Namespaces of objects that belong to none are written as empty texts. */
export interface PerfCluster {
  get<K extends SchedulingKind>(kind: K, namespace: string, name: string): SchedulingObjects[K] | undefined;
  list<K extends SchedulingKind>(kind: K): Iterable<SchedulingObjects[K]>;
  /** Creates the object, or puts it in place of the one with its name. */
  put(object: AnyObject): void;
  delete(kind: SchedulingKind, namespace: string, name: string): void;
  /** Tells of every change from now on, at once and in order. The watcher changes nothing itself. */
  watch(watcher: (change: ObjectChange) => void): void;
}

/**
 * Virtual or real. For throughput to mean anything, time must pass while the scheduler works: real time does, and so
 * does a virtual clock that is moved on by what the work took.
 */
export interface PerfClock {
  /** Milliseconds since some moment; never goes back. */
  nowMs(): number;
  /** Runs the callback once, within `runUntil`, between two attempts of the scheduler. Gives what calls it off. */
  schedule(atMs: number, callback: () => void): () => void;
}

export type ClaimAllocation = NonNullable<ResourceClaim['status']['allocation']>;

export interface PerfTarget {
  readonly cluster: PerfCluster;
  readonly clock: PerfClock;
  /**
   * Lets the scheduler work and timers fire until `done` holds or the clock has reached `deadlineMs`; `done` is asked
   * after each attempt and each timer. Gives whether it held.
   */
  runUntil(done: () => boolean, deadlineMs: number): Promise<boolean>;
  /** From now on the scheduler's measurements go there; undefined: nowhere. */
  measure(sink: MetricSink | undefined): void;
  /** Devices of the node for a claim that no pod asks for; absent where the scheduler has no dynamic resources. */
  allocateClaim?(claim: ResourceClaim, node: Node): ClaimAllocation | undefined;
}
