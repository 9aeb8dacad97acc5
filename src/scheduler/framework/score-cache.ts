/**
 * Scores that depend on nothing but the pod's shape and the node with its pods, remembered until the node changes.
 * Between two pods of a template one node has changed, and 499 of 500 scores are those of the pod before.
 */
import type { ClusterState } from '../cluster/cluster-state.ts';
import type { PodShape } from '../cluster/pod-info.ts';
import type { Cycle } from './cycle.ts';
import { createBlock, type NodeBlock } from './node-block.ts';

/** Σ weight × score of the node-local plugins, written to sums[i] for nodes.slots[i]. */
export type LocalScores = (cycle: Cycle, nodes: NodeBlock, sums: Float64Array) => void;

interface Remembered {
  /** By slot: the version of the node that the sum is of; 0 is none. */
  readonly versions: Float64Array;
  readonly sums: Float64Array;
}

/** Shapes that are remembered at a time; each takes 16 bytes for a node. */
const mostShapes = 32;

export class ScoreCache {
  readonly #cluster: ClusterState;
  readonly #compute: LocalScores;
  readonly #byShape = new Map<PodShape, Remembered>();
  #previous: PodShape | undefined;
  #capacity = 0;
  #stale: NodeBlock = createBlock(0);
  #stalePlaces = new Int32Array(0);
  #staleSums = new Float64Array(0);

  constructor(cluster: ClusterState, compute: LocalScores) {
    this.#cluster = cluster;
    this.#compute = compute;
  }

  /** Adds the sum of each node to its total. */
  addTo(totals: Float64Array, cycle: Cycle, nodes: NodeBlock): void {
    this.#fitArrays();
    const { shape } = cycle.pod;
    const remembered = this.#remembered(shape);
    const { versions } = this.#cluster;
    const { slots, count } = nodes;
    const stale = this.#stale;
    stale.count = 0;
    if (remembered === undefined) {
      for (let place = 0; place < count; place += 1) this.#markStale(slots[place] as number, place);
    } else {
      for (let place = 0; place < count; place += 1) {
        const slot = slots[place] as number;
        if (remembered.versions[slot] === versions[slot]) {
          totals[place] = (totals[place] as number) + (remembered.sums[slot] as number);
        } else this.#markStale(slot, place);
      }
    }
    if (stale.count === 0) return;
    const sums = this.#staleSums;
    sums.fill(0, 0, stale.count);
    this.#compute(cycle, stale, sums);
    for (let index = 0; index < stale.count; index += 1) {
      const slot = stale.slots[index] as number;
      const place = this.#stalePlaces[index] as number;
      const sum = sums[index] as number;
      totals[place] = (totals[place] as number) + sum;
      if (remembered === undefined) continue;
      remembered.versions[slot] = versions[slot] as number;
      remembered.sums[slot] = sum;
    }
  }

  #markStale(slot: number, place: number): void {
    const stale = this.#stale;
    stale.slots[stale.count] = slot;
    this.#stalePlaces[stale.count] = place;
    stale.count += 1;
  }

  /** A shape is worth remembering from the second time in a row; those of pods that come but once are not. */
  #remembered(shape: PodShape): Remembered | undefined {
    const isRepeated = shape === this.#previous;
    this.#previous = shape;
    const known = this.#byShape.get(shape);
    if (known !== undefined) {
      if (!isRepeated) {
        this.#byShape.delete(shape);
        this.#byShape.set(shape, known);
      }
      return known;
    }
    if (!isRepeated) return undefined;
    const made = { versions: new Float64Array(this.#capacity), sums: new Float64Array(this.#capacity) };
    this.#byShape.set(shape, made);
    if (this.#byShape.size > mostShapes) {
      const [oldest] = this.#byShape.keys();
      if (oldest !== undefined) this.#byShape.delete(oldest);
    }
    return made;
  }

  #fitArrays(): void {
    const { capacity } = this.#cluster;
    if (capacity === this.#capacity) return;
    this.#capacity = capacity;
    this.#byShape.clear();
    this.#stale = createBlock(capacity);
    this.#stalePlaces = new Int32Array(capacity);
    this.#staleSums = new Float64Array(capacity);
  }
}
