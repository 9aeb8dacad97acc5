/** Pods that have a node in prospect, by node. Source: kube-scheduler backend/queue/nominator.go. */
import type { Pod } from '../../api/objects.ts';
import type { PodInfo } from '../cluster/pod-info.ts';

/** The pods of one node name. A name that was ever asked for keeps its entry, which slots may hold on to. */
interface Nominations {
  readonly nodeName: string;
  /** Replaced by a new list at every change. */
  pods: readonly PodInfo[];
}

const none: readonly PodInfo[] = [];

export class Nominator {
  readonly #nodeName: (slot: number) => string;
  readonly #byNode = new Map<string, Nominations>();
  /** As they were found for the node that a slot had then: slots go to other nodes. */
  readonly #bySlot: (Nominations | undefined)[] = [];
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
    if (this.isEmpty) return none;
    const nodeName = this.#nodeName(slot);
    const known = this.#bySlot[slot];
    if (known?.nodeName === nodeName) return known.pods;
    const found = this.#of(nodeName);
    this.#bySlot[slot] = found;
    return found.pods;
  }

  nodeOf(key: string): string | undefined {
    return this.#nodeOf.get(key);
  }

  /** Replaces whatever nomination the pod had; an empty name leaves it with none. */
  set(info: PodInfo, nodeName: string): void {
    this.delete(info.key);
    if (nodeName === '') return;
    this.#nodeOf.set(info.key, nodeName);
    const nominations = this.#of(nodeName);
    nominations.pods = [...nominations.pods, info];
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
    const nominations = this.#of(nodeName);
    const left = nominations.pods.filter((other) => other.key !== key);
    nominations.pods = left.length === 0 ? none : left;
  }

  #of(nodeName: string): Nominations {
    const known = this.#byNode.get(nodeName);
    if (known !== undefined) return known;
    const made: Nominations = { nodeName, pods: none };
    this.#byNode.set(nodeName, made);
    return made;
  }
}
