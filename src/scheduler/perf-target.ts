/**
 * The scheduler as scheduler_perf's workloads drive it: on a clock that runs while there is work and leaps over waiting,
 * so that rates are those of the machine and a workload's pauses cost no time.
 */
import { readObject } from '../api/index.ts';
import type { Node, Pod, ResourceClaim } from '../api/objects.ts';
import { MemoryCluster } from '../cluster/memory-cluster.ts';
import { VolumeController } from '../cluster/volume-controller.ts';
import { createLabelledRandom } from '../stats/random.ts';
import {
  attemptDuration,
  type ClaimAllocation,
  type MetricSink,
  type PerfClock,
  type PerfTarget,
  type Series,
} from '../workloads/perf/index.ts';
import type { Attempt, SchedulerObserver } from './attempt.ts';
import { VirtualClock } from './clock/index.ts';
import type { SchedulerPlan } from './config/read-config.ts';
import type { TieBreak } from './framework/tie-break.ts';
import { Scheduler } from './scheduler.ts';

/** Real time while work is done; waiting is passed over. */
export class WorkClock implements PerfClock {
  readonly #timers = new VirtualClock();
  readonly #realMs: () => number;
  readonly #startMs: number;
  #leaptMs = 0;

  /** @param realMs a monotonic clock */
  constructor(realMs: () => number = () => performance.now()) {
    this.#realMs = realMs;
    this.#startMs = realMs();
  }

  nowMs(): number {
    return this.#realMs() - this.#startMs + this.#leaptMs;
  }

  schedule(atMs: number, callback: () => void): () => void {
    return this.#timers.schedule(Math.max(atMs, this.#timers.nowMs()), callback);
  }

  nextTimerMs(): number {
    return this.#timers.nextEventMs() ?? Number.POSITIVE_INFINITY;
  }

  /** Runs the timers that are due. */
  runDue(nowMs: number): void {
    if (this.nextTimerMs() <= nowMs) this.#timers.advanceTo(Math.max(nowMs, this.#timers.nowMs()));
  }

  /** It is `toMs` at once. */
  leapTo(toMs: number): void {
    this.#leaptMs += Math.max(0, toMs - this.nowMs());
  }
}

const results = {
  scheduled: 'scheduled',
  waiting: 'scheduled',
  unschedulable: 'unschedulable',
  error: 'error',
} as const;

export interface PerfTargetOptions {
  readonly plan: SchedulerPlan;
  readonly seed: number;
  readonly tieBreak?: TieBreak;
  readonly observer?: SchedulerObserver;
}

export class SchedulerPerfTarget implements PerfTarget {
  readonly cluster = new MemoryCluster();
  readonly clock = new WorkClock();
  readonly scheduler: Scheduler;
  #series: Readonly<Record<(typeof results)[keyof typeof results], Series>> | undefined;

  constructor({ plan, seed, tieBreak, observer }: PerfTargetOptions) {
    this.scheduler = new Scheduler({
      plan,
      client: this.cluster,
      nowMs: () => this.clock.nowMs(),
      setTimer: (delayMs, callback) => this.clock.schedule(this.clock.nowMs() + delayMs, callback),
      random: createLabelledRandom(seed, 'scheduler'),
      ...(tieBreak === undefined ? {} : { tieBreak }),
      ...(observer === undefined ? {} : { observer }),
    });
    this.cluster.watch(this.scheduler.change);
    new VolumeController(this.cluster);
  }

  async runUntil(done: () => boolean, deadlineMs: number): Promise<boolean> {
    const { clock, scheduler } = this;
    for (;;) {
      if (done()) return true;
      const nowMs = clock.nowMs();
      if (nowMs >= deadlineMs) return false;
      clock.runDue(nowMs);
      if (scheduler.queue.nextWakeMs() <= nowMs) scheduler.queue.flush(nowMs);
      if (this.#attempt() !== undefined) continue;
      if (done()) return true;
      const next = Math.min(clock.nextTimerMs(), scheduler.queue.nextWakeMs(), deadlineMs);
      if (next === Number.POSITIVE_INFINITY) return false;
      clock.leapTo(next);
    }
  }

  measure(sink: MetricSink | undefined): void {
    if (sink === undefined) {
      this.#series = undefined;
      return;
    }
    const of = (result: string): Series => sink.series(attemptDuration, { result, profile: 'default-scheduler' });
    this.#series = { scheduled: of('scheduled'), unschedulable: of('unschedulable'), error: of('error') };
  }

  /** As for a pod that asks for this claim and can only be on this node. */
  allocateClaim(claim: ResourceClaim, node: Node): ClaimAllocation | undefined {
    const { cluster, frameworks } = this.scheduler;
    const [framework] = frameworks.values();
    const slot = cluster.slotOf(node.metadata.name);
    if (framework === undefined || slot === undefined) return undefined;
    const { namespace = 'default', name } = claim.metadata;
    const cycle = framework.begin(cluster.info(askingPod(namespace, name)));
    const found = framework.find(cycle, true);
    if (found.kind === 'none' || !found.nodes.slots.subarray(0, found.nodes.count).includes(slot)) return undefined;
    const { reserve, preBind } = framework.profile;
    const byName = <P extends { readonly name: string }>(plugins: readonly P[]): P | undefined =>
      plugins.find((plugin) => plugin.name === 'DynamicResources');
    if (byName(reserve)?.reserve(cycle, slot) !== undefined) return undefined;
    if (byName(preBind)?.preBind(cycle, slot) !== undefined) return undefined;
    return this.cluster.get('ResourceClaim', namespace, name)?.status.allocation;
  }

  #attempt(): Attempt | undefined {
    if (this.#series === undefined) return this.scheduler.scheduleOne();
    const startMs = performance.now();
    const attempt = this.scheduler.scheduleOne();
    if (attempt === undefined || attempt.kind === 'dropped') return attempt;
    this.#series[results[attempt.kind]].observe((performance.now() - startMs) / 1000);
    return attempt;
  }
}

function askingPod(namespace: string, resourceClaimName: string): Pod {
  const container = { name: 'c', image: '', ports: [], resources: { requests: {}, limits: {} } };
  const result = readObject(
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: `asks-for-${resourceClaimName}`, namespace },
      spec: { containers: [container], resourceClaims: [{ name: 'devices', resourceClaimName }] },
    },
    { file: '<claim>', line: 1, column: 1 },
  );
  if (!result.ok || result.object.kind !== 'Pod') throw new Error('a pod that asks for a claim is no pod');
  return result.object;
}
