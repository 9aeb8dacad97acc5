/** Carries a preemption out. Source: kube-scheduler framework/preemption, Executor. */
import type { PodInfo } from '../cluster/pod-info.ts';
import type { WaitingPod } from '../framework/plugin.ts';
import type { PluginContext } from '../framework/plugin-factory.ts';
import type { Candidate } from './candidate.ts';
import { preemptionPlugin } from './statuses.ts';

export class Evictions {
  readonly #context: PluginContext;
  readonly #isAsync: boolean;
  /** Victims of a pod whose deletion has been asked for, but may not have begun. */
  readonly #pending = new Map<string, readonly PodInfo[]>();

  /** @param isAsync whether a preemptor is held back until the deletions have begun (SchedulerAsyncPreemption) */
  constructor(context: PluginContext, isAsync: boolean) {
    this.#context = context;
    this.#isAsync = isAsync;
  }

  /** Deletes the victims, or has those that wait for their binding go back to the queue. */
  carryOut(preemptor: PodInfo, { slot, victims }: Candidate): void {
    const leaving = victims.filter(({ isDeleting }) => !isDeleting);
    if (this.#isAsync && leaving.length > 0) {
      this.#forgetSettled();
      this.#pending.set(preemptor.key, leaving);
    }
    // kube-scheduler withdraws nominations first when it preempts in the background, and last otherwise.
    if (this.#isAsync) this.#withdrawNominations(preemptor, slot);
    this.#evict(preemptor, leaving);
    if (!this.#isAsync) this.#withdrawNominations(preemptor, slot);
  }

  /** Whether the deletion of some victim of the pod has yet to begin. */
  isUnderWay(key: string): boolean {
    const victims = this.#pending.get(key);
    if (victims === undefined) return false;
    if (victims.some(isStaying)) return true;
    this.#pending.delete(key);
    return false;
  }

  #evict(preemptor: PodInfo, victims: readonly PodInfo[]): void {
    const { client, waitingPods } = this.#context;
    const waiting = new Map<string, WaitingPod>();
    for (const pod of waitingPods()) waiting.set(pod.info.key, pod);
    const message = `${preemptor.pod.spec.schedulerName}: preempting to accommodate a higher priority pod`;
    for (const victim of victims) {
      const held = waiting.get(victim.key);
      if (held === undefined) client.evict(victim.pod, message);
      else held.reject(preemptionPlugin, 'preempted');
    }
  }

  /** Less important pods that were to have this node may look for another one right away. */
  #withdrawNominations({ priority }: PodInfo, slot: number): void {
    const { client, nominatedPods } = this.#context;
    const lower = nominatedPods.on(slot).filter((pod) => pod.priority < priority);
    for (const { pod } of lower) if (pod.status.nominatedNodeName !== '') client.nominate(pod, '');
  }

  /** Preemptors that were deleted themselves never ask again. */
  #forgetSettled(): void {
    if (this.#pending.size < 1024) return;
    for (const key of this.#pending.keys()) this.isUnderWay(key);
  }
}

/** On its node, and nobody has begun to delete it. */
function isStaying({ slot, isDeleting }: PodInfo): boolean {
  return slot !== -1 && !isDeleting;
}
