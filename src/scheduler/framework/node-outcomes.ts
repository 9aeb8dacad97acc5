/**
 * What was found of nodes, remembered by pod shape: for findings that look at nothing but the shape, the node, its
 * pods and those nominated to it. They stand until one of these changes.
 */
import type { ClusterState } from '../cluster/cluster-state.ts';
import type { PodInfo } from '../cluster/pod-info.ts';
import type { NominatedPods } from './nominated-pods.ts';

/** Findings of so many shapes are kept. */
const shapesKept = 32;

interface ShapeOutcomes<T> {
  readonly generation: number;
  /** By slot. */
  readonly versions: number[];
  readonly outcomes: T[];
}

export class NodeOutcomes<T> {
  readonly #cluster: ClusterState;
  readonly #nominated: Pick<NominatedPods, 'nodeOf'>;
  readonly #byShape = new Map<number, ShapeOutcomes<T>>();

  constructor(cluster: ClusterState, nominated: Pick<NominatedPods, 'nodeOf'>) {
    this.#cluster = cluster;
    this.#nominated = nominated;
  }

  /**
   * Looks up what was found, or finds it.
   * @param generation of anything else that findings depend on: another one forgets them
   */
  of(pod: PodInfo, generation: number, find: (slot: number) => T): (slot: number) => T {
    const { versions, outcomes } = this.#shape(pod.shape.id, generation);
    const current = this.#cluster.versions;
    // Its own nomination does not count for a pod, but it does for the others of its shape.
    const ownNode = this.#nominated.nodeOf(pod.key);
    const ownSlot = ownNode === undefined ? undefined : this.#cluster.slotOf(ownNode);
    return (slot) => {
      if (slot === ownSlot) return find(slot);
      const version = current[slot] as number;
      if (versions[slot] === version) return outcomes[slot] as T;
      const outcome = find(slot);
      outcomes[slot] = outcome;
      versions[slot] = version;
      return outcome;
    };
  }

  #shape(id: number, generation: number): ShapeOutcomes<T> {
    const known = this.#byShape.get(id);
    if (known?.generation === generation) return known;
    const made: ShapeOutcomes<T> = { generation, versions: [], outcomes: [] };
    this.#byShape.delete(id);
    this.#byShape.set(id, made);
    if (this.#byShape.size > shapesKept) {
      const [oldest] = this.#byShape.keys();
      if (oldest !== undefined) this.#byShape.delete(oldest);
    }
    return made;
  }
}
