/** Pods that have a node in prospect, by node. Source: kube-scheduler backend/queue/nominator.go. */
import type { Pod } from '../../api/objects.ts';
import type { ClusterState } from '../cluster/cluster-state.ts';
import type { PodInfo } from '../cluster/pod-info.ts';
import type { NominatedPods } from '../framework/nominated-pods.ts';

const none: readonly PodInfo[] = [];

export class Nominator implements NominatedPods {
  readonly #cluster: Pick<ClusterState, 'nodeName' | 'touch'>;
  readonly #byNode = new Map<string, readonly PodInfo[]>();
  readonly #nodeOf = new Map<string, string>();

  /** @param cluster is told which nodes have changed with their nominations */
  constructor(cluster: Pick<ClusterState, 'nodeName' | 'touch'>) {
    this.#cluster = cluster;
  }

  get isEmpty(): boolean {
    return this.#nodeOf.size === 0;
  }

  /** In the order in which they were nominated. */
  on(slot: number): readonly PodInfo[] {
    return this.isEmpty ? none : (this.#byNode.get(this.#cluster.nodeName(slot)) ?? none);
  }

  nodeOf(key: string): string | undefined {
    return this.#nodeOf.get(key);
  }

  /** Replaces whatever nomination the pod had; an empty name leaves it with none. */
  set(info: PodInfo, nodeName: string): void {
    this.delete(info.key);
    if (nodeName === '') return;
    this.#nodeOf.set(info.key, nodeName);
    this.#byNode.set(nodeName, [...(this.#byNode.get(nodeName) ?? none), info]);
    this.#cluster.touch(nodeName);
  }

  /** A change of the object: a nomination that neither object speaks of was made in memory only, and stays. */
  update(before: Pod, info: PodInfo): void {
    const { nominatedNodeName } = info.pod.status;
    const isOurs = before.status.nominatedNodeName === '' && nominatedNodeName === '';
    this.set(info, isOurs ? (this.#nodeOf.get(info.key) ?? '') : nominatedNodeName);
  }

  delete(key: string): void {
    const nodeName = this.#nodeOf.get(key);
    if (nodeName === undefined) return;
    this.#nodeOf.delete(key);
    const left = (this.#byNode.get(nodeName) ?? none).filter((other) => other.key !== key);
    if (left.length === 0) this.#byNode.delete(nodeName);
    else this.#byNode.set(nodeName, left);
    this.#cluster.touch(nodeName);
  }
}
