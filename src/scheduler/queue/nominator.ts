/** Pods that have a node in prospect, by node. Source: kube-scheduler backend/queue/nominator.go. */
import type { Pod } from '../../api/objects.ts';
import type { PodInfo } from '../cluster/pod-info.ts';

const none: readonly PodInfo[] = [];

export class Nominator {
  readonly #nodeName: (slot: number) => string;
  readonly #byNode = new Map<string, readonly PodInfo[]>();
  readonly #nodeOf = new Map<string, string>();

  /** @param nodeName names the node of a slot */
  constructor(nodeName: (slot: number) => string) {
    this.#nodeName = nodeName;
  }

  get isEmpty(): boolean {
    return this.#nodeOf.size === 0;
  }

  /** In the order in which they were nominated. Every change of them makes a new list. */
  on(slot: number): readonly PodInfo[] {
    return this.isEmpty ? none : (this.#byNode.get(this.#nodeName(slot)) ?? none);
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
  }
}
