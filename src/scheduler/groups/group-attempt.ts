/**
 * One attempt at all pods of a PodGroup that wait: they are decided on together, and those that fit are reserved
 * together before any of them is bound. Source: kube-scheduler schedule_one_podgroup.go.
 */
import type { Attempt } from '../attempt.ts';
import { reserve, unreserve } from '../binding.ts';
import type { ClusterState } from '../cluster/cluster-state.ts';
import type { PodInfo } from '../cluster/pod-info.ts';
import type { Cycle } from '../framework/cycle.ts';
import { allOf, PluginError, pluginErrors } from '../framework/errors.ts';
import type { Rotation } from '../framework/framework.ts';
import type { GroupInPlacement } from '../framework/placements.ts';
import { assignedGroups } from '../plugins/gangs/assigned-groups.ts';
import type { QueuedPodInfo, SchedulingQueue } from '../queue/index.ts';
import { decideGroup, type GroupDecision } from './group-decision.ts';
import type { MemberOutcome, TrialGround } from './group-trial.ts';

/** A pod that has its node, and whatever plugins keep for it. */
export interface Reserved {
  readonly queued: QueuedPodInfo;
  readonly cycle: Cycle;
  readonly slot: number;
  readonly visited: number;
  readonly feasible: number;
}

/** The part of a scheduler that ends attempts at single pods. */
export interface GroupHost extends TrialGround {
  readonly cluster: ClusterState;
  readonly queue: SchedulingQueue;
  readonly rotation: Rotation;
  /** On a node already, by another way. */
  isAssigned(key: string): boolean;
  /** Permit, and on to the binding cycle. */
  proceed(reserved: Reserved): Attempt;
  refuse(queued: QueuedPodInfo, visited: number, message: string, plugins: ReadonlySet<string>): Attempt;
  fail(queued: QueuedPodInfo, visited: number, error: unknown): Attempt;
  tell(attempt: Attempt): void;
}

/** Tells what came of every pod of the group that waited: of at least `first`, which has been popped. */
export function attemptGroup(host: GroupHost, first: QueuedPodInfo): void {
  const members = waitingMembers(host, first).filter((queued) => {
    const { info } = queued;
    if (!info.isDeleting && !host.isAssigned(info.key)) return true;
    host.queue.done(info.key);
    host.tell({ kind: 'dropped', info, visited: 0 });
    return false;
  });
  if (members.length === 0) return;
  let decision: GroupDecision;
  try {
    checkSchedulers(members);
    decision = decideGroup(
      host,
      groupOf(
        host.cluster,
        members.map(({ info }) => info),
        first.info,
      ),
      host.cluster.order,
    );
  } catch (error) {
    failAll(host, members, error);
    return;
  }
  if (decision.kind === 'none') {
    for (const queued of members) host.tell(host.refuse(queued, 0, decision.message, decision.plugins));
    return;
  }
  place(host, members, decision.chosen.members);
}

/** By priority, and then in the order in which they became ready. */
function waitingMembers({ queue }: GroupHost, first: QueuedPodInfo): QueuedPodInfo[] {
  const { namespace = 'default' } = first.info.pod.metadata;
  const keys = [...queue.groupMembers(namespace, first.info.pod.spec.podGroupName ?? '').keys()];
  const members = keys.flatMap((key) => (key === first.info.key ? [first] : (queue.popThis(key) ?? [])));
  // It may be known no more, when it was deleted.
  if (!members.includes(first)) members.push(first);
  return members.sort((a, b) => b.info.priority - a.info.priority || (a.firstReadyMs ?? 0) - (b.firstReadyMs ?? 0));
}

/** Of these pods, which are all of it that wait. */
export function groupOf(
  cluster: ClusterState,
  pods: readonly PodInfo[],
  { pod: { metadata, spec } }: PodInfo,
): GroupInPlacement {
  const { namespace = 'default' } = metadata;
  const { podGroupName: name = '' } = spec;
  const object = cluster.objects.get('PodGroup', namespace, name);
  const placed = [...cluster.part(assignedGroups).members(`${namespace}/${name}`).values()];
  return { namespace, name, object, pods, placed };
}

/** @throws PluginError */
function checkSchedulers(members: readonly QueuedPodInfo[]): void {
  const names = new Set(members.map(({ info }) => info.pod.spec.schedulerName));
  if (names.size < 2) return;
  const what = `all pods of a pod group must have the same schedulerName (got ${[...names].join(', ')})`;
  throw new PluginError('', what);
}

/** Reserves all that fit, and only then lets the first of them be bound. */
function place(host: GroupHost, members: readonly QueuedPodInfo[], outcomes: readonly MemberOutcome[]): void {
  const reserved: (Reserved | undefined)[] = [];
  try {
    for (const [position, queued] of members.entries()) {
      const outcome = outcomes[position];
      reserved.push(outcome?.kind === 'placed' ? reserveAgain(host, queued, outcome) : undefined);
    }
  } catch (error) {
    failAll(host, members, giveBack(host, reserved) ?? error);
    return;
  }
  for (const [position, queued] of members.entries()) {
    const outcome = outcomes[position];
    const own = reserved[position];
    if (own !== undefined) host.tell(host.proceed(own));
    else if (outcome?.kind === 'refused') {
      host.tell(host.refuse(queued, outcome.visited, outcome.message, outcome.plugins));
    }
  }
}

/**
 * The trial has put back all that plugins kept, so they are asked anew, for this one node.
 * @throws PluginError when they have changed their minds; the pod then holds nothing
 */
function reserveAgain(
  { framework, rotation, cluster, assume, forget }: GroupHost,
  queued: QueuedPodInfo,
  { info, slot, visited, feasible }: Extract<MemberOutcome, { kind: 'placed' }>,
): Reserved {
  const cycle = framework.begin(info);
  const { start } = rotation;
  const found = framework.find(cycle, false, Int32Array.of(slot));
  rotation.start = start;
  if (found.kind === 'none') {
    const [plugin = ''] = found.diagnosis.plugins;
    throw new PluginError(
      plugin,
      `node ${cluster.nodeName(slot)} was good for pod ${info.key} in a trial, and is not now`,
    );
  }
  assume(info, slot);
  const own = { queued, cycle, slot, visited, feasible };
  try {
    const refusal = reserve(framework.profile, cycle, slot);
    if (refusal === undefined) return own;
    throw pluginErrors.answered(refusal.plugin, refusal.reasons);
  } catch (error) {
    try {
      unreserve(framework.profile, cycle, slot);
    } finally {
      forget(info);
    }
    throw error;
  }
}

/** Returns what a plugin has thrown on it, if one has; the pods hold no room in any case. */
function giveBack({ framework, forget }: GroupHost, reserved: readonly (Reserved | undefined)[]): unknown {
  try {
    allOf([...reserved].reverse(), (own) => {
      if (own === undefined) return;
      try {
        unreserve(framework.profile, own.cycle, own.slot);
      } finally {
        forget(own.cycle.pod);
      }
    });
    return undefined;
  } catch (error) {
    return error;
  }
}

function failAll(host: GroupHost, members: readonly QueuedPodInfo[], error: unknown): void {
  for (const queued of members) host.tell(host.fail(queued, 0, error));
}
