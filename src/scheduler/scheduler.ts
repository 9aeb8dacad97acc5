/**
 * kube-scheduler's loop: takes one pod after the other from the queue, decides, and binds. It knows neither where the
 * objects come from nor what kind of clock it runs on.
 * Source of the order of steps: kube-scheduler schedule_one.go.
 */
import type { Pod } from '../api/objects.ts';
import type { ObjectChange } from '../cluster/memory-cluster.ts';
import type { Random } from '../stats/random.ts';
import type { Attempt, SchedulerObserver } from './attempt.ts';
import { bind, guarded, HeldPod, permit, postBind, reserve, type SetTimer, unreserve } from './binding.ts';
import { ClusterState } from './cluster/cluster-state.ts';
import type { PodInfo } from './cluster/pod-info.ts';
import { ClusterFollower } from './cluster-follower.ts';
import { makeProfile } from './config/build-profile.ts';
import { featureEnabled } from './config/default-plugins.ts';
import { configErrors } from './config/errors.ts';
import type { SchedulerPlan } from './config/read-config.ts';
import { type Extender, ExtenderError } from './extenders/extender.ts';
import type { Cycle } from './framework/cycle.ts';
import { PluginError } from './framework/errors.ts';
import { fitErrorMessage } from './framework/fit-error.ts';
import { Framework, type Rotation } from './framework/framework.ts';
import type { Diagnosis, MaybePromise, SchedulerClient } from './framework/plugin.ts';
import type { PluginContext } from './framework/plugin-factory.ts';
import { type Status, StatusTable } from './framework/status.ts';
import { pickBest, type TieBreak } from './framework/tie-break.ts';
import { attemptGroup, type GroupHost } from './groups/group-attempt.ts';
import { Nominator, type QueuedPodInfo, SchedulingQueue } from './queue/index.ts';

export interface SchedulerOptions {
  readonly plan: SchedulerPlan;
  readonly client: SchedulerClient;
  readonly nowMs: () => number;
  readonly setTimer: SetTimer;
  readonly random: Random;
  /** @default 'seeded' */
  readonly tieBreak?: TieBreak;
  readonly observer?: SchedulerObserver;
  readonly extenders?: readonly Extender[];
}

/** A pod that has a node but is not bound yet. */
interface Reservation {
  readonly queued: QueuedPodInfo;
  readonly info: PodInfo;
  readonly framework: Framework;
  readonly cycle: Cycle;
  readonly slot: number;
  readonly visited: number;
  readonly feasible: number;
}

export class Scheduler {
  readonly cluster = new ClusterState();
  readonly queue: SchedulingQueue;
  readonly frameworks: ReadonlyMap<string, Framework>;
  /** Where the next search begins. */
  readonly rotation: Rotation = { start: 0 };
  readonly #client: SchedulerClient;
  readonly #random: Random;
  readonly #tieBreak: TieBreak;
  readonly #setTimer: SetTimer;
  readonly #observer: SchedulerObserver;
  readonly #follower: ClusterFollower;
  readonly #extenders: readonly Extender[];
  readonly #held = new Map<string, HeldPod>();
  /** Attempts at pods of a group, which were made together and are told one by one. */
  readonly #told: Attempt[] = [];

  /** @throws InputError when a plugin cannot be made. */
  constructor(options: SchedulerOptions) {
    const { plan, client, nowMs } = options;
    this.#client = client;
    this.#random = options.random;
    this.#tieBreak = options.tieBreak ?? 'seeded';
    this.#setTimer = options.setTimer;
    this.#observer = options.observer ?? {};
    this.#extenders = options.extenders ?? [];
    const statuses = new StatusTable();
    const frameworks = new Map<string, Framework>();
    this.frameworks = frameworks;
    const nominated = new Nominator(this.cluster);
    const context: Omit<PluginContext, 'whatIf'> = {
      cluster: this.cluster,
      statuses,
      compat: plan.compat,
      featureEnabled: (gate) => featureEnabled(plan.compat, plan.gates, gate),
      client,
      nowMs,
      setTimer: options.setTimer,
      random: options.random,
      nominatedPods: nominated,
      waitingPods: () => this.#held.values(),
      unboundGroupPods: (namespace, groupName) => this.queue.groupMembers(namespace, groupName),
      activate: (podKey) => this.queue.activate(podKey),
      extenders: this.#extenders,
    };
    const profiles = plan.profiles.map((profilePlan) => {
      const own = (): Framework => frameworks.get(profilePlan.schedulerName) as Framework;
      return makeProfile(profilePlan, {
        ...context,
        whatIf: {
          remove: (cycle, info) => own().removePod(cycle, info),
          add: (cycle, info, slot) => own().addPod(cycle, info, slot),
          passes: (cycle, slot) => own().passes(cycle, slot),
          isNodeLocal: () => own().activeFilters.every(({ nodeLocal }) => nodeLocal === true),
        },
      });
    });
    const [first] = profiles;
    if (first === undefined) throw new Error('a scheduler needs a profile');
    for (const { queueSort } of profiles) {
      if (queueSort.name !== first.queueSort.name) {
        throw configErrors.differentQueueSort(first.queueSort.name, queueSort.name);
      }
    }
    this.queue = new SchedulingQueue({
      profiles,
      nowMs,
      nominated,
      podInitialBackoffMs: plan.config.podInitialBackoffSeconds * 1000,
      podMaxBackoffMs: plan.config.podMaxBackoffSeconds * 1000,
      popsFromBackoff: context.featureEnabled('SchedulerPopFromBackoffQ'),
    });
    for (const profile of profiles) {
      frameworks.set(
        profile.schedulerName,
        new Framework(profile, this.cluster, statuses, nominated, this.rotation, options.extenders),
      );
    }
    this.#follower = new ClusterFollower(this.cluster, this.queue, {
      isOurs: (pod: Pod) => frameworks.has(pod.spec.schedulerName),
      reservedPodDeleted: (key) => this.#held.get(key)?.reject('', 'pod is deleted'),
    });
  }

  /** To be called for every change of an object, in order. */
  readonly change = (change: ObjectChange): void => this.#follower.change(change);

  /** Pods that are reserved and wait for Permit or for their binding. */
  get heldCount(): number {
    return this.#held.size;
  }

  /**
   * One attempt for the pod that is first in the queue; nothing when none is ready now. Where the profile decides on all
   * pods of a group together, the next calls tell what has come of the others.
   */
  scheduleOne(): Attempt | undefined {
    const told = this.#told.shift();
    if (told !== undefined) return told;
    const queued = this.queue.pop();
    if (queued === undefined) return undefined;
    const host = queued.info.pod.spec.podGroupName === undefined ? undefined : this.groupHost(queued.info);
    if (host !== undefined) {
      attemptGroup(host, queued);
      return this.#told.shift();
    }
    const attempt = this.#attempt(queued);
    this.#observer.attempted?.(attempt);
    return attempt;
  }

  /** Undefined where each pod of the group is tried by itself. */
  groupHost(info: PodInfo): GroupHost | undefined {
    const framework = this.frameworks.get(info.pod.spec.schedulerName);
    if (framework === undefined || framework.profile.placementGenerate.length === 0) return undefined;
    const follower = this.#follower;
    return {
      framework,
      cluster: this.cluster,
      queue: this.queue,
      rotation: this.rotation,
      assume: (pod, slot) => follower.assume(pod, slot),
      forget: (pod) => follower.forget(pod),
      pick: (nodes, totals) => pickBest(nodes, totals, this.#tieBreak, this.#random),
      isAssigned: (key) => follower.isAssigned(key),
      proceed: (reserved) => {
        const reservation = { ...reserved, info: reserved.cycle.pod, framework };
        return this.#proceed(reservation, this.#permit(reservation));
      },
      refuse: (queued, visited, message, plugins) => this.#refuse(queued, visited, message, plugins),
      fail: (queued, visited, error) => this.#failed(queued, visited, error),
      tell: (attempt) => {
        this.#observer.attempted?.(attempt);
        this.#told.push(attempt);
      },
    };
  }

  #attempt(queued: QueuedPodInfo): Attempt {
    const { info } = queued;
    const framework = this.frameworks.get(info.pod.spec.schedulerName);
    if (framework === undefined || info.isDeleting || this.#follower.isAssigned(info.key)) {
      this.queue.done(info.key);
      return { kind: 'dropped', info, visited: 0 };
    }
    const cycle = framework.begin(info);
    let visited = 0;
    try {
      const found = framework.find(cycle);
      visited = found.visited;
      if (found.kind === 'none') return this.#unschedulable(queued, framework, cycle, found.diagnosis, visited);
      const { nodes } = found;
      const slot =
        nodes.count === 1
          ? (nodes.slots[0] as number)
          : pickBest(nodes, framework.score(cycle, nodes), this.#tieBreak, this.#random);
      return this.#reserve({ queued, info, framework, cycle, slot, visited, feasible: nodes.count });
    } catch (error) {
      return this.#failed(queued, visited, error);
    }
  }

  #reserve(reservation: Reservation): Attempt {
    this.#follower.assume(reservation.info, reservation.slot);
    return this.#proceed(reservation, this.#reservePlugins(reservation) ?? this.#permit(reservation));
  }

  /** @param waits why the pod cannot have the node after all, or what Permit says of it */
  #proceed(reservation: Reservation, waits: ReturnType<typeof permit>): Attempt {
    const { queued, info, slot, visited, feasible } = reservation;
    const nodeName = this.cluster.nodeName(slot);
    if ('code' in waits) return this.#refused(reservation, waits);
    this.queue.nominated.delete(info.key);
    if (waits.size > 0) {
      this.#hold(reservation, waits);
      return { kind: 'waiting', info, visited, nodeName, feasible };
    }
    const outcome = this.#bind(reservation);
    if (outcome instanceof Promise) {
      this.#endLater(reservation, outcome);
      return { kind: 'waiting', info, visited, nodeName, feasible };
    }
    if (outcome !== undefined) return this.#bindingRefused(reservation, outcome);
    this.queue.done(queued.info.key);
    this.#postBind(reservation);
    return { kind: 'scheduled', info, visited, nodeName, feasible };
  }

  #reservePlugins({ framework: { profile }, cycle, slot }: Reservation): Status | undefined {
    try {
      return reserve(profile, cycle, slot);
    } catch (error) {
      return errorStatus(error);
    }
  }

  #permit({ framework: { profile }, cycle, slot }: Reservation): ReturnType<typeof permit> {
    try {
      return permit(profile, cycle, slot);
    } catch (error) {
      return errorStatus(error);
    }
  }

  /** Gives back what was reserved. A status: a plugin could not give back its part. */
  #undo({ framework: { profile }, cycle, slot, info }: Reservation): Status | undefined {
    try {
      unreserve(profile, cycle, slot);
      return undefined;
    } catch (error) {
      return errorStatus(error);
    } finally {
      this.#follower.forget(info);
    }
  }

  /** The pod is bound, whatever plugins make of it. */
  #postBind({ framework, cycle, slot, info }: Reservation): void {
    try {
      postBind(framework.profile, cycle, slot);
    } catch (error) {
      this.#observer.postBindFailed?.(info, error as Error);
    }
  }

  /** The binding cycle has failed: the pod held room meanwhile, which others may have now. */
  #bindingRefused(reservation: Reservation, status: Status): Attempt {
    const { info, slot } = reservation;
    const nodeName = this.cluster.nodeName(slot);
    // A refused pod is not to be woken by its own leaving; after a fault it comes back in any case.
    if (status.code === 'error') this.#follower.freed(info, nodeName);
    const attempt = this.#refused(reservation, status);
    if (status.code !== 'error') this.#follower.freed(info, nodeName);
    return attempt;
  }

  #refused(reservation: Reservation, refusal: Status): Attempt {
    const { queued, info, visited } = reservation;
    const status = this.#undo(reservation) ?? refusal;
    if (status.code === 'error') return this.#failed(queued, visited, statusError(status));
    this.queue.requeue(queued, {
      kind: 'unschedulable',
      plugins: new Set([status.plugin]),
      pendingPlugins: new Set(status.code === 'pending' ? [status.plugin] : []),
    });
    // The one node that was chosen is all that counts now.
    const message = fitErrorMessage(1, { counts: new Map([[status, 1]]) });
    this.#client.reportUnschedulable?.(info.pod, message);
    return { kind: 'unschedulable', info, visited, message };
  }

  #hold(reservation: Reservation, waits: ReadonlyMap<string, number>): void {
    const { info } = reservation;
    const held = new HeldPod(info, waits, this.#setTimer, (refusal) => {
      this.#held.delete(info.key);
      if (refusal !== undefined) return this.#bindingEnded(reservation, refusal);
      const outcome = this.#bind(reservation);
      if (outcome instanceof Promise) this.#endLater(reservation, outcome);
      else this.#bindingEnded(reservation, outcome);
    });
    this.#held.set(info.key, held);
  }

  /** By an extender that binds, where one wants this pod; by the profile's plugins otherwise. */
  #bind({ framework, cycle, slot, info }: Reservation): MaybePromise<Status | undefined> {
    const binder = this.#extenders.find((extender) => extender.bind !== undefined && extender.isInterested(info.pod));
    try {
      return bind(
        framework.profile,
        cycle,
        slot,
        binder === undefined ? undefined : () => binder.bind?.(info.pod, this.cluster.nodeName(slot)),
      );
    } catch (error) {
      return errorStatus(error);
    }
  }

  #endLater(reservation: Reservation, outcome: Promise<Status | undefined>): void {
    void outcome.then(
      (status) => this.#bindingEnded(reservation, status),
      (error) => this.#bindingEnded(reservation, errorStatus(error)),
    );
  }

  #bindingEnded(reservation: Reservation, failure: Status | undefined): void {
    const { info, slot } = reservation;
    if (failure === undefined) {
      this.queue.done(info.key);
      this.#postBind(reservation);
      this.#observer.bound?.(info, this.cluster.nodeName(slot));
      return;
    }
    this.#bindingRefused(reservation, failure);
    this.#observer.bindingFailed?.(info, statusError(failure));
  }

  #unschedulable(
    queued: QueuedPodInfo,
    framework: Framework,
    cycle: Cycle,
    diagnosis: Diagnosis,
    visited: number,
  ): Attempt {
    const { info } = queued;
    const { nominatedNodeName, message: preemption } = this.#postFilter(framework, cycle, diagnosis);
    const message = fitErrorMessage(this.cluster.nodeCount, diagnosis, preemption);
    this.queue.requeue(queued, { kind: 'unschedulable', plugins: diagnosis.plugins, pendingPlugins: new Set() });
    if (nominatedNodeName !== undefined) this.queue.nominated.set(info, nominatedNodeName);
    this.#client.reportUnschedulable?.(info.pod, message);
    if (nominatedNodeName !== undefined) this.#client.nominate(info.pod, nominatedNodeName);
    return {
      kind: 'unschedulable',
      info,
      visited,
      message,
      ...(nominatedNodeName === undefined ? {} : { nominatedNodeName }),
    };
  }

  #postFilter(
    framework: Framework,
    cycle: Cycle,
    diagnosis: Diagnosis,
  ): { readonly nominatedNodeName?: string; readonly message: string } {
    const messages: string[] = [];
    for (const plugin of framework.profile.postFilter) {
      const verdict = guarded(plugin.name, 'postFilter', () => plugin.postFilter(cycle, diagnosis));
      if (verdict.kind === 'nominated') return { nominatedNodeName: verdict.nodeName, message: '' };
      messages.push(...verdict.status.reasons);
      if (verdict.clearNomination === true) return { nominatedNodeName: '', message: messages.join(', ') };
      if (verdict.status.code === 'unresolvable') break;
    }
    return { message: messages.join(', ') };
  }

  /** A pod of a group that has no place, or is not among those for whom there is one. */
  #refuse(queued: QueuedPodInfo, visited: number, message: string, plugins: ReadonlySet<string>): Attempt {
    const { info } = queued;
    this.queue.requeue(queued, { kind: 'unschedulable', plugins, pendingPlugins: new Set() });
    this.#client.reportUnschedulable?.(info.pod, message);
    return { kind: 'unschedulable', info, visited, message };
  }

  /** Faults are tried again after a backoff of their own: they say nothing of the cluster. */
  #failed(queued: QueuedPodInfo, visited: number, thrown: unknown): Attempt {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    if (!(error instanceof PluginError || error instanceof ExtenderError)) throw error;
    this.queue.requeue(queued, { kind: 'error' });
    this.#client.reportUnschedulable?.(queued.info.pod, error.message);
    return { kind: 'error', info: queued.info, visited, error };
  }
}

function errorStatus(error: unknown): Status {
  if (error instanceof PluginError) return { code: 'error', plugin: error.plugin, reasons: [error.what] };
  return { code: 'error', plugin: '', reasons: [error instanceof Error ? error.message : String(error)] };
}

function statusError({ plugin, reasons }: Status): PluginError {
  return new PluginError(plugin, reasons.join(', '));
}
