/** Lets a scheduler work through what a replay plan says, on virtual time, and writes down what came of it. */
import type { Pod } from '../../api/objects.ts';
import type { ReplayEvent, ReplayPlan } from '../../workloads/trace/replay-plan.ts';
import { nodeObject, podObject } from '../../workloads/trace/to-objects.ts';
import type { TracePod } from '../../workloads/trace/trace.ts';
import type { SchedulerObserver } from '../attempt.ts';
import type { PodInfo } from '../cluster/pod-info.ts';
import type { SchedulerPlan } from '../config/read-config.ts';
import type { TieBreak } from '../framework/tie-break.ts';
import { gpuDevices } from '../plugins/gpu-sharing/gpu-devices.ts';
import { SchedulingSession } from '../session.ts';
import type { ReplayLog, ReplayRecord } from './replay-log.ts';

export interface ReplayRunOptions {
  readonly plan: SchedulerPlan;
  /** Of everything that the scheduler leaves to chance. @default 1 */
  readonly seed?: number;
  /**
   * Among nodes that are equally good. Of chance, they are all filled a little, which costs policies that pack several
   * percent of the GPUs. @default 'first', as in the paper's experiments: it fills one before it begins with another
   */
  readonly tieBreak?: TieBreak;
  /** Class of service to priority: who may preempt whom. @default all 0, so nobody */
  readonly priorities?: Readonly<Record<string, number>>;
  /** Whether a preempted pod comes back at once, as a controller would replace it. @default true */
  readonly replacePreempted?: boolean;
  /** An attempt has failed by a fault, not for want of room. */
  readonly attemptFailed?: (error: Error) => void;
  /** A plugin has thrown when the pod was bound already. */
  readonly postBindFailed?: SchedulerObserver['postBindFailed'];
  /** After each event, how many there are and how many are done. */
  readonly onProgress?: (done: number, total: number) => void;
}

const nsPerMs = 1e6;

/** @throws InputError when a plugin of the plan cannot be made; what a plugin throws beyond its cycle. */
export function runReplay(replay: ReplayPlan, options: ReplayRunOptions): ReplayLog {
  return new ReplayRun(replay, options).run();
}

class ReplayRun {
  readonly #replay: ReplayPlan;
  readonly #options: ReplayRunOptions;
  readonly #session: SchedulingSession;
  readonly #records: ReplayRecord[] = [];
  /** What has arrived and not departed, by name. */
  readonly #pods = new Map<string, { readonly pod: TracePod; readonly runsForNs: number | undefined }>();
  /** Preempted pods that are about to come back. */
  readonly #returning = new Set<string>();
  /** The pod that goes because we let it: all others that go were preempted. */
  #departing: string | undefined;

  constructor(replay: ReplayPlan, options: ReplayRunOptions) {
    const { plan, seed, tieBreak = 'first', postBindFailed } = options;
    this.#replay = replay;
    this.#options = options;
    this.#session = new SchedulingSession({
      plan,
      ...(seed === undefined ? {} : { seed }),
      tieBreak,
      observer: {
        attempted: (attempt) => {
          if (attempt.kind === 'scheduled') this.#bound(attempt.info, attempt.nodeName);
          if (attempt.kind === 'error') options.attemptFailed?.(attempt.error);
        },
        bound: (info, nodeName) => this.#bound(info, nodeName),
        ...(postBindFailed === undefined ? {} : { postBindFailed }),
      },
    });
    this.#session.api.watch(({ before, after }) => {
      if (before?.kind === 'Pod' && after === undefined) this.#gone(before);
    });
  }

  run(): ReplayLog {
    const { nodes, events } = this.#replay;
    const session = this.#session;
    try {
      for (const node of nodes) session.put(nodeObject(node));
      for (const [place, event] of events.entries()) {
        session.runUntil(event.timeNs / nsPerMs);
        this.#happen(event);
        this.#options.onProgress?.(place + 1, events.length);
      }
      session.settle();
      // Pods that run longer than settling waits.
      for (let dueMs = session.clock.nextEventMs(); dueMs !== undefined; dueMs = session.clock.nextEventMs()) {
        session.runUntil(dueMs);
        session.settle();
      }
      return { nodes, records: this.#records, endNs: this.#nowNs() };
    } finally {
      session.close();
    }
  }

  #nowNs(): number {
    return Math.round(this.#session.clock.nowMs() * nsPerMs);
  }

  #happen(event: ReplayEvent): void {
    if (event.kind === 'pod-departs') this.#depart(event.name);
    else this.#arrive(event.pod, event.runsForNs);
  }

  #arrive(pod: TracePod, runsForNs: number | undefined): void {
    const { priorities } = this.#options;
    this.#pods.set(pod.name, { pod, runsForNs });
    this.#records.push({ kind: 'arrived', timeNs: this.#nowNs(), pod: pod.name, task: pod });
    this.#session.put(podObject(pod, priorities === undefined ? {} : { priorities }));
  }

  #depart(name: string): void {
    this.#returning.delete(name);
    this.#departing = name;
    this.#session.api.delete('Pod', 'default', name);
    this.#departing = undefined;
  }

  #bound(info: PodInfo, node: string): void {
    const { name } = info.pod.metadata;
    const { clock, scheduler } = this.#session;
    const gpus = scheduler.cluster.part(gpuDevices).gpusOf(info);
    this.#records.push({ kind: 'bound', timeNs: this.#nowNs(), pod: name, node, gpus });
    const arrival = this.#pods.get(name);
    if (arrival?.runsForNs === undefined) return;
    clock.schedule(clock.nowMs() + arrival.runsForNs / nsPerMs, () => {
      // One that was preempted meanwhile and came back begins anew.
      if (this.#pods.get(name) === arrival) this.#depart(name);
    });
  }

  #gone({ metadata: { name } }: Pod): void {
    const arrival = this.#pods.get(name);
    if (arrival === undefined) return;
    this.#pods.delete(name);
    const timeNs = this.#nowNs();
    if (this.#departing === name) {
      this.#records.push({ kind: 'departed', timeNs, pod: name });
      return;
    }
    this.#records.push({ kind: 'preempted', timeNs, pod: name });
    if (this.#options.replacePreempted === false) return;
    // Not at once: the attempt that preempts it is not over.
    const { clock } = this.#session;
    this.#returning.add(name);
    clock.schedule(clock.nowMs(), () => {
      if (this.#returning.delete(name)) this.#arrive(arrival.pod, arrival.runsForNs);
    });
  }
}
