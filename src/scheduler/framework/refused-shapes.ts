/**
 * Pods that fit nowhere come again and again, alone or with their like, and between two attempts few nodes have
 * changed. What the filters said of all nodes is kept by pod shape, and only the changed ones are asked again. For
 * filters that look at nothing but the shape, the node, its pods and those nominated to it.
 */
import type { ClusterState } from '../cluster/cluster-state.ts';
import type { PodShape } from '../cluster/pod-info.ts';
import type { Plugin } from './plugin.ts';

/** Each takes 12 bytes for a node. */
const shapesKept = 32;

export interface Refusals {
  /** By slot: the number of the status with which a filter refused the node. */
  readonly verdicts: Int32Array;
  /** By number of a status: how many nodes have it. */
  readonly counts: number[];
}

interface Kept extends Refusals {
  readonly order: Int32Array;
  readonly filters: readonly Plugin[];
  /** By slot: what the verdict is of. */
  readonly versions: Float64Array;
  changes: number;
}

export class RefusedShapes {
  readonly #cluster: ClusterState;
  readonly #byShape = new Map<PodShape, Kept>();
  readonly #seen = new WeakSet<PodShape>();

  constructor(cluster: ClusterState) {
    this.#cluster = cluster;
  }

  /**
   * To be called when the filters have refused all nodes: worth keeping from the second time on.
   * @param verdicts of the nodes, by slot; they are copied
   */
  keep(shape: PodShape, filters: readonly Plugin[], verdicts: Int32Array): void {
    if (!this.#seen.has(shape)) {
      this.#seen.add(shape);
      return;
    }
    const { order, versions, changes } = this.#cluster;
    const counts: number[] = [];
    for (const slot of order) {
      const verdict = verdicts[slot] as number;
      counts[verdict] = (counts[verdict] ?? 0) + 1;
    }
    this.#byShape.set(shape, {
      order,
      filters,
      verdicts: verdicts.slice(),
      counts,
      versions: versions.slice(),
      changes,
    });
    if (this.#byShape.size <= shapesKept) return;
    const [oldest] = this.#byShape.keys();
    if (oldest !== undefined) this.#byShape.delete(oldest);
  }

  /**
   * What the filters say of all nodes now, where they still refuse every one of them.
   * @param ask what they say of a node: the number of a status, or 0 for a node that would do
   * @throws what `ask` throws
   */
  recall(shape: PodShape, filters: readonly Plugin[], ask: (slot: number) => number): Refusals | undefined {
    const kept = this.#byShape.get(shape);
    if (kept === undefined) return undefined;
    // Until all is well again: what is half brought up to date is of no use.
    this.#byShape.delete(shape);
    if (kept.order !== this.#cluster.order || !isSame(kept.filters, filters)) return undefined;
    const changed = this.#cluster.changedSince(kept.changes);
    if (changed === undefined) return undefined;
    const { verdicts, counts, versions } = kept;
    const current = this.#cluster.versions;
    for (const slot of changed) {
      const version = current[slot] as number;
      if (versions[slot] === version || this.#cluster.node(slot) === undefined) continue;
      const verdict = ask(slot);
      if (verdict === 0) return undefined;
      const before = verdicts[slot] as number;
      counts[before] = (counts[before] as number) - 1;
      counts[verdict] = (counts[verdict] ?? 0) + 1;
      verdicts[slot] = verdict;
      versions[slot] = version;
    }
    // What was asked has tried pods on the nodes, and taken them off again.
    kept.changes = this.#cluster.changes;
    this.#byShape.set(shape, kept);
    return kept;
  }
}

function isSame(before: readonly Plugin[], now: readonly Plugin[]): boolean {
  return before.length === now.length && before.every((plugin, place) => plugin === now[place]);
}
