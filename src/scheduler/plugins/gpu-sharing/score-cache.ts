/**
 * Scores that depend on nothing but what a pod asks for and the state of a node. Between two pods one node changes, and
 * a workload has few shapes: so a score is remembered for each shape and node until the node changes.
 */
import { grownInt32 } from '../../cluster/growable.ts';
import type { PodShape } from '../../cluster/pod-info.ts';
import type { NodeBlock } from '../../framework/node-block.ts';

interface Known {
  /** By slot: the state that the score is of; 0: none. */
  states: Int32Array;
  scores: Int32Array;
}

/** So many shapes are remembered; the one that was asked for longest ago goes first. */
const rememberedShapes = 1000;

export class ScoreCache {
  readonly #byShape = new Map<PodShape, Known>();

  /** Writes the score of each node; `compute` is asked once for nodes in the same state. */
  score(
    shape: PodShape,
    { slots, count }: NodeBlock,
    scores: Float64Array,
    stateIdOf: (slot: number) => number,
    compute: (slot: number) => number,
  ): void {
    const known = this.#of(shape);
    const fresh = new Map<number, number>();
    for (let place = 0; place < count; place += 1) {
      const slot = slots[place] as number;
      const state = stateIdOf(slot);
      if (slot >= known.states.length) grow(known, slot + 1);
      if (known.states[slot] !== state) {
        const score = fresh.get(state) ?? compute(slot);
        fresh.set(state, score);
        known.states[slot] = state;
        known.scores[slot] = score;
      }
      scores[place] = known.scores[slot] as number;
    }
  }

  #of(shape: PodShape): Known {
    const known = this.#byShape.get(shape) ?? { states: new Int32Array(0), scores: new Int32Array(0) };
    this.#byShape.delete(shape);
    this.#byShape.set(shape, known);
    if (this.#byShape.size > rememberedShapes) {
      const [oldest] = this.#byShape.keys();
      if (oldest !== undefined) this.#byShape.delete(oldest);
    }
    return known;
  }
}

function grow(known: Known, places: number): void {
  const capacity = Math.max(64, 2 * places);
  known.states = grownInt32(known.states, capacity);
  known.scores = grownInt32(known.scores, capacity);
}
