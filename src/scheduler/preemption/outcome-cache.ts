/**
 * Outcomes of dry runs by pod shape and node. A dry run looks at the node, its pods, the pod's shape and the budgets
 * only, so that its outcome stands until one of them changes.
 */
import type { ClusterState } from '../cluster/cluster-state.ts';
import type { PodShape } from '../cluster/pod-info.ts';
import type { NodeOutcome } from './select-victims.ts';

/** Outcomes of so many shapes are kept. */
const shapesKept = 32;

interface ShapeOutcomes {
  readonly budgetGeneration: number;
  /** By slot. */
  readonly versions: number[];
  readonly outcomes: NodeOutcome[];
}

export class OutcomeCache {
  readonly #cluster: ClusterState;
  readonly #byShape = new Map<number, ShapeOutcomes>();

  constructor(cluster: ClusterState) {
    this.#cluster = cluster;
  }

  /** Outcomes for pods of one shape, while the budgets are of this generation. */
  of(shape: PodShape, budgetGeneration: number, find: (slot: number) => NodeOutcome): (slot: number) => NodeOutcome {
    const { versions, outcomes } = this.#shape(shape.id, budgetGeneration);
    return (slot) => {
      const version = this.#cluster.versions[slot] as number;
      const known = outcomes[slot];
      if (known !== undefined && versions[slot] === version) return known;
      const outcome = find(slot);
      outcomes[slot] = outcome;
      versions[slot] = version;
      return outcome;
    };
  }

  #shape(id: number, budgetGeneration: number): ShapeOutcomes {
    const known = this.#byShape.get(id);
    if (known?.budgetGeneration === budgetGeneration) return known;
    const made: ShapeOutcomes = { budgetGeneration, versions: [], outcomes: [] };
    this.#byShape.delete(id);
    this.#byShape.set(id, made);
    if (this.#byShape.size > shapesKept) {
      const [oldest] = this.#byShape.keys();
      if (oldest !== undefined) this.#byShape.delete(oldest);
    }
    return made;
  }
}
