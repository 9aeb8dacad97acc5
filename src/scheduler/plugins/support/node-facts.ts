/**
 * Something that depends on a node's object alone, by slot: worked out when a plugin first asks for it, forgotten when
 * the node changes. Facts look at the changes themselves when they are used, so whoever holds some may simply drop them.
 */
import type { Node } from '../../../api/objects.ts';
import type { ClusterState } from '../../cluster/cluster-state.ts';

/** Changes beyond so many are not kept: facts that have not been used for that long start anew. */
const changesKept = 4096;

/** Which slots have had another node object since when. */
class NodeChanges {
  readonly slots: number[] = [];
  /** Changes before the first of `slots`. */
  dropped = 0;

  constructor(cluster: ClusterState) {
    cluster.listen({
      nodeChanged: (slot) => {
        if (this.slots.length === changesKept) {
          this.dropped += this.slots.length;
          this.slots.length = 0;
        }
        this.slots.push(slot);
      },
    });
  }

  get count(): number {
    return this.dropped + this.slots.length;
  }
}

const nodeChanges = (cluster: ClusterState): NodeChanges => new NodeChanges(cluster);

/** In place of a fact: not worked out yet. */
const unknown = -1;

export class NodeFacts {
  readonly #cluster: ClusterState;
  readonly #changes: NodeChanges;
  readonly #factOf: (node: Node) => number;
  #facts: Int32Array;
  #seen: number;

  /** @param factOf of a node's object, 0 or more */
  constructor(cluster: ClusterState, factOf: (node: Node) => number) {
    this.#cluster = cluster;
    this.#changes = cluster.part(nodeChanges);
    this.#factOf = factOf;
    this.#facts = new Int32Array(cluster.capacity).fill(unknown);
    this.#seen = this.#changes.count;
  }

  /** By slot: facts of the nodes as they are now; negative where `learn` has to be asked. */
  current(): Int32Array {
    const changes = this.#changes;
    if (this.#facts.length < this.#cluster.capacity) {
      this.#facts = new Int32Array(this.#cluster.capacity).fill(unknown);
      this.#seen = changes.count;
    }
    if (this.#seen === changes.count) return this.#facts;
    if (this.#seen < changes.dropped) this.#facts.fill(unknown);
    else {
      for (let place = this.#seen - changes.dropped; place < changes.slots.length; place += 1) {
        this.#facts[changes.slots[place] as number] = unknown;
      }
    }
    this.#seen = changes.count;
    return this.#facts;
  }

  /** The fact of a slot whose current one is not known. A slot without a node has the fact 0, and it is not kept. */
  learn(slot: number): number {
    const node = this.#cluster.node(slot);
    if (node === undefined) return 0;
    const fact = this.#factOf(node);
    this.#facts[slot] = fact;
    return fact;
  }
}
