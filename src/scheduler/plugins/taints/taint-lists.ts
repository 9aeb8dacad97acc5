/**
 * The taints of all nodes. Nodes of a pool have the same ones, so each distinct list has a number, 0 for none at all;
 * what a pod makes of a list is worked out once per list instead of once per node.
 */
import type { Node, Taint, TaintEffect } from '../../../api/objects.ts';
import type { ClusterState } from '../../cluster/cluster-state.ts';
import { grownInt32 } from '../../cluster/growable.ts';
import { hardEffects } from './tolerations.ts';

/** Distinct lists beyond the number of nodes that may be out of use before they are thrown away. */
const spareLists = 1024;

/** Lists of the taints that have some of the effects. */
export class TaintLists {
  readonly #effects: readonly TaintEffect[];
  #lists: (readonly Taint[])[] = [[]];
  #numbers = new Map<string, number>();
  #bySlot: Int32Array;
  #taintedNodes = 0;
  #generation = 0;

  constructor(effects: readonly TaintEffect[], capacity: number) {
    this.#effects = effects;
    this.#bySlot = new Int32Array(capacity);
  }

  /** By slot: the number of the node's list. */
  get bySlot(): Int32Array {
    return this.#bySlot;
  }

  /** Nodes whose list is not number 0. */
  get taintedNodes(): number {
    return this.#taintedNodes;
  }

  /** By number. Within a generation lists are only added. */
  get lists(): readonly (readonly Taint[])[] {
    return this.#lists;
  }

  get generation(): number {
    return this.#generation;
  }

  set(slot: number, node: Node | undefined): void {
    const taints = node?.spec.taints.filter(({ effect }) => this.#effects.includes(effect)) ?? [];
    const before = this.#bySlot[slot] as number;
    const number = taints.length === 0 ? 0 : this.#number(taints);
    this.#bySlot[slot] = number;
    this.#taintedNodes += Math.sign(number) - Math.sign(before);
    if (this.#lists.length > 2 * this.#taintedNodes + spareLists) this.#compact();
  }

  grow(capacity: number): void {
    this.#bySlot = grownInt32(this.#bySlot, capacity);
  }

  #number(taints: readonly Taint[]): number {
    const key = JSON.stringify(taints.map(({ key, value, effect }) => [key, value, effect]));
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    this.#lists.push(taints);
    this.#numbers.set(key, this.#lists.length - 1);
    return this.#lists.length - 1;
  }

  /** Numbers the lists in use anew. */
  #compact(): void {
    const before = this.#lists;
    this.#lists = [[]];
    this.#numbers = new Map();
    this.#generation += 1;
    this.#bySlot = this.#bySlot.map((number) => (number === 0 ? 0 : this.#number(before[number] ?? [])));
  }
}

export class NodeTaints {
  /** Taints that keep pods away. */
  readonly hard: TaintLists;
  /** PreferNoSchedule. */
  readonly soft: TaintLists;

  constructor(cluster: ClusterState) {
    this.hard = new TaintLists(hardEffects, cluster.capacity);
    this.soft = new TaintLists(['PreferNoSchedule'], cluster.capacity);
    const set = (slot: number, node: Node | undefined): void => {
      this.hard.set(slot, node);
      this.soft.set(slot, node);
    };
    for (const slot of cluster.order) set(slot, cluster.node(slot));
    cluster.listen({
      nodeChanged: (slot, before, after) => {
        if (before?.spec.taints !== after?.spec.taints) set(slot, after);
      },
      grown: (capacity) => {
        this.hard.grow(capacity);
        this.soft.grow(capacity);
      },
    });
  }
}

/** The one of a cluster: `cluster.part(nodeTaints)`. */
export const nodeTaints = (cluster: ClusterState): NodeTaints => new NodeTaints(cluster);

/** A number for each list, worked out when it is first needed. */
export class PerTaintList {
  readonly #lists: TaintLists;
  readonly #compute: (taints: readonly Taint[]) => number;
  readonly #values: number[] = [];
  #generation = 0;

  constructor(lists: TaintLists, compute: (taints: readonly Taint[]) => number) {
    this.#lists = lists;
    this.#compute = compute;
  }

  /** By number, of all lists that there are. */
  current(): readonly number[] {
    const { lists, generation } = this.#lists;
    if (generation !== this.#generation) {
      this.#values.length = 0;
      this.#generation = generation;
    }
    while (this.#values.length < lists.length) this.#values.push(this.#compute(lists[this.#values.length] ?? []));
    return this.#values;
  }
}
