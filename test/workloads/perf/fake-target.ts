/**
 * A target with a scheduler so plain that tests can foretell it: pods in order of arrival, each onto the first node
 * with room for its CPU and its number, and a fixed time per attempt on a virtual clock. It knows no affinity, no taints
 * and no volumes. A pod of higher priority drives lower ones off the first node that has enough of them.
 */
import type { Node, Pod, ResourceClaim } from '../../../src/api/objects.ts';
import { MemoryCluster } from '../../../src/cluster/index.ts';
import { VirtualClock } from '../../../src/scheduler/clock/index.ts';
import {
  attemptDuration,
  type ClaimAllocation,
  type MetricSink,
  type ObjectChange,
  type PerfTarget,
} from '../../../src/workloads/perf/index.ts';

export interface FakeOptions {
  /** @default 1 */
  readonly attemptMs?: number;
  /** Devices that one node may give to claims; without it claims cannot be allocated. */
  readonly devicesPerNode?: number;
}

export class FakeTarget implements PerfTarget {
  readonly cluster = new MemoryCluster();
  readonly clock = new VirtualClock();
  /** Every change of the cluster, in order. */
  readonly changes: ObjectChange[] = [];
  /** Present only where the fake has devices to give. */
  readonly allocateClaim?: (claim: ResourceClaim, node: Node) => ClaimAllocation | undefined;
  readonly #attemptMs: number;
  readonly #waiting = new Map<string, Pod>();
  readonly #refused = new Map<string, Pod>();
  readonly #onNode = new Map<string, Set<string>>();
  readonly #devices = new Map<string, number>();
  #sink: MetricSink | undefined;

  constructor({ attemptMs = 1, devicesPerNode }: FakeOptions = {}) {
    this.#attemptMs = attemptMs;
    if (devicesPerNode !== undefined) this.allocateClaim = (_, node) => this.#allocate(node, devicesPerNode);
    this.cluster.watch((change) => this.#changed(change));
  }

  measure(sink: MetricSink | undefined): void {
    this.#sink = sink;
  }

  async runUntil(done: () => boolean, deadlineMs: number): Promise<boolean> {
    for (;;) {
      this.clock.advanceTo(this.clock.nowMs());
      if (done()) return true;
      if (this.clock.nowMs() >= deadlineMs) return false;
      if (this.#attempt()) continue;
      const next = this.clock.nextEventMs();
      if (next === undefined && deadlineMs === Number.POSITIVE_INFINITY) return false;
      this.clock.advanceTo(Math.min(next ?? deadlineMs, deadlineMs));
    }
  }

  #changed(change: ObjectChange): void {
    this.changes.push(change);
    const { before, after } = change;
    const object = after ?? before;
    if (object.kind === 'Node' || after === undefined) this.#retry();
    if (object.kind !== 'Pod') return;
    const key = keyOf(object);
    if (before?.kind === 'Pod') this.#onNode.get(before.spec.nodeName)?.delete(key);
    this.#waiting.delete(key);
    if (after?.kind !== 'Pod') {
      this.#refused.delete(key);
      return;
    }
    if (after.spec.nodeName !== '') this.#podsOn(after.spec.nodeName).add(key);
    else if (after.metadata.deletionTimestamp !== undefined || after.spec.schedulingGates.length > 0) return;
    else if (after.status.conditions.length === 0) this.#waiting.set(key, after);
    else this.#refused.set(key, after);
  }

  /** What has been refused may have room now. */
  #retry(): void {
    for (const [key, pod] of this.#refused) this.#waiting.set(key, pod);
    this.#refused.clear();
  }

  #attempt(): boolean {
    const [pod] = this.#waiting.values();
    if (pod === undefined) return false;
    this.#waiting.delete(keyOf(pod));
    const current = this.cluster.get('Pod', pod.metadata.namespace ?? '', pod.metadata.name);
    this.clock.advanceTo(this.clock.nowMs() + this.#attemptMs);
    const node = current === undefined ? undefined : (this.#nodeFor(current) ?? this.#preempt(current));
    if (current === undefined) return true;
    const result = node === undefined ? 'unschedulable' : 'scheduled';
    this.#sink?.series(attemptDuration, { result }).observe(this.#attemptMs / 1_000);
    if (node !== undefined) {
      this.cluster.bind(current, node.metadata.name);
      return true;
    }
    this.#refused.set(keyOf(current), current);
    this.cluster.reportUnschedulable(current, 'no node has room');
    return true;
  }

  #nodeFor(pod: Pod): Node | undefined {
    for (const node of this.cluster.list('Node')) {
      const pods = [...this.#podsOn(node.metadata.name)].map((key) => this.#podOf(key));
      if (this.#hasRoom(node, pods, pod)) return node;
    }
    return undefined;
  }

  #preempt(pod: Pod): Node | undefined {
    for (const node of this.cluster.list('Node')) {
      const pods = [...this.#podsOn(node.metadata.name)].map((key) => this.#podOf(key));
      const lower = pods.filter((other) => other.spec.priority < pod.spec.priority);
      const staying = pods.filter((other) => !lower.includes(other));
      if (lower.length === 0 || !this.#hasRoom(node, staying, pod)) continue;
      for (const victim of lower) this.cluster.deletePod(victim);
      return node;
    }
    return undefined;
  }

  #hasRoom(node: Node, pods: readonly Pod[], pod: Pod): boolean {
    const { cpu = '0', pods: places = '0' } = node.status.allocatable;
    const used = [...pods, pod].reduce((total, { spec }) => total + requestedMilliCpu(spec.containers), 0);
    return pods.length < Number(places) && used <= milliCpu(cpu);
  }

  #allocate(node: Node, limit: number): ClaimAllocation | undefined {
    const { name } = node.metadata;
    const place = this.#devices.get(name) ?? 0;
    if (place >= limit) return undefined;
    this.#devices.set(name, place + 1);
    const result = { request: 'req-0', driver: 'test', pool: name, device: `instance-${place}`, adminAccess: false };
    return { results: [result] };
  }

  #podsOn(node: string): Set<string> {
    const known = this.#onNode.get(node) ?? new Set();
    this.#onNode.set(node, known);
    return known;
  }

  #podOf(key: string): Pod {
    const [namespace = '', name = ''] = key.split('/');
    const pod = this.cluster.get('Pod', namespace, name);
    if (pod === undefined) throw new Error(`the fake has lost pod ${key}`);
    return pod;
  }
}

function keyOf({ metadata }: Pod): string {
  return `${metadata.namespace}/${metadata.name}`;
}

function requestedMilliCpu(containers: Pod['spec']['containers']): number {
  return containers.reduce((total, { resources }) => total + milliCpu(resources.requests.cpu ?? '0'), 0);
}

function milliCpu(quantity: string): number {
  return quantity.endsWith('m') ? Number(quantity.slice(0, -1)) : Number(quantity) * 1_000;
}
