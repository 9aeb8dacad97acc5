/**
 * What was found of nodes, remembered by pod shape: for findings that look at nothing but the shape, the node, its
 * pods and those nominated to it. They stand until one of these changes.
 */
import type { ClusterState } from '../cluster/cluster-state.ts';
import type { PodInfo } from '../cluster/pod-info.ts';

/** Findings of so many shapes are kept. */
const shapesKept = 32;

interface ShapeOutcomes<T> {
  readonly generation: number;
  /** By slot. */
  readonly versions: number[];
  readonly nominated: (readonly PodInfo[])[];
  readonly outcomes: T[];
}

export class NodeOutcomes<T> {
  readonly #cluster: ClusterState;
  readonly #nominatedPods: (slot: number) => readonly PodInfo[];
  readonly #byShape = new Map<number, ShapeOutcomes<T>>();

  /** @param nominatedPods gives another list for a node whenever the pods nominated to it have changed */
  constructor(cluster: ClusterState, nominatedPods: (slot: number) => readonly PodInfo[]) {
    this.#cluster = cluster;
    this.#nominatedPods = nominatedPods;
  }

  /**
   * Looks up what was found, or finds it.
   * @param generation of anything else that findings depend on: another one forgets them
   */
  of(pod: PodInfo, generation: number, find: (slot: number) => T): (slot: number) => T {
    const { versions, nominated, outcomes } = this.#shape(pod.shape.id, generation);
    // Its own nomination does not count for a pod, but it does for the others of its shape.
    const isItself = ({ key }: PodInfo): boolean => key === pod.key;
    return (slot) => {
      const version = this.#cluster.versions[slot] as number;
      const expected = this.#nominatedPods(slot);
      if (expected.length > 0 && expected.some(isItself)) return find(slot);
      if (versions[slot] === version && isSameList(nominated[slot], expected)) return outcomes[slot] as T;
      const outcome = find(slot);
      outcomes[slot] = outcome;
      versions[slot] = version;
      nominated[slot] = expected;
      return outcome;
    };
  }

  #shape(id: number, generation: number): ShapeOutcomes<T> {
    const known = this.#byShape.get(id);
    if (known?.generation === generation) return known;
    const made: ShapeOutcomes<T> = { generation, versions: [], nominated: [], outcomes: [] };
    this.#byShape.delete(id);
    this.#byShape.set(id, made);
    if (this.#byShape.size > shapesKept) {
      const [oldest] = this.#byShape.keys();
      if (oldest !== undefined) this.#byShape.delete(oldest);
    }
    return made;
  }
}

function isSameList(before: readonly PodInfo[] | undefined, now: readonly PodInfo[]): boolean {
  return before === now || (before?.length === 0 && now.length === 0);
}
