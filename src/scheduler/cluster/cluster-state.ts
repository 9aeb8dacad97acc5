/**
 * The cluster as the scheduler sees it: kube-scheduler's cache and snapshot in one, because this one is only ever
 * read between changes. Every change tells the indexes that plugins keep, so that no decision has to visit all pods.
 */
import type { Node, Pod } from '../../api/objects.ts';
import { nodeAllocatable } from '../../api/pod-requests.ts';
import { grownFloat64, grownInt32 } from './growable.ts';
import { ObjectTable } from './object-table.ts';
import type { PodInfo } from './pod-info.ts';
import { ResourceTable } from './resource-table.ts';
import { ShapeTable } from './shape-table.ts';
import { TopologyColumn } from './topology-column.ts';
import { ZoneOrder } from './zone-order.ts';

/** Something that follows the cluster, change by change. */
export interface ClusterListener {
  /** After a pod was put on a node (bound, or assumed, or tried in a what-if). */
  podAssigned?(info: PodInfo, slot: number): void;
  /** After a pod was taken off its node. */
  podUnassigned?(info: PodInfo, slot: number): void;
  /** After a node came (`before` undefined), changed, or went (`after` undefined). Pods may still be on it. */
  nodeChanged?(slot: number, before: Node | undefined, after: Node | undefined): void;
  /** Arrays by slot must have this many places from now on. */
  grown?(capacity: number): void;
}

const initialCapacity = 64;

/** So many changes are told apart; who has missed more starts anew. */
const journalLength = 4096;

export class ClusterState {
  readonly resources = new ResourceTable(initialCapacity);
  readonly shapes = new ShapeTable(this.resources);
  readonly objects = new ObjectTable();
  readonly #order = new ZoneOrder();
  readonly #topology = new Map<string, TopologyColumn>();
  readonly #listeners: ClusterListener[] = [];
  readonly #parts = new Map<unknown, unknown>();
  readonly #slots = new Map<string, number>();
  readonly #names: string[] = [];
  readonly #nodes: (Node | undefined)[] = [];
  readonly #pods: PodInfo[][] = [];
  readonly #free: number[] = [];
  #podCounts: Int32Array = new Int32Array(initialCapacity);
  #versions: Float64Array = new Float64Array(initialCapacity);
  #changes = 0;
  /** Slots, by the number of the change. */
  readonly #journal = new Int32Array(journalLength);
  #capacity = initialCapacity;
  #assignedPods = 0;

  /** Length that arrays by slot must have. */
  get capacity(): number {
    return this.#capacity;
  }

  get nodeCount(): number {
    return this.#order.slots().length;
  }

  /** Pods that are on a node or assumed there. */
  get assignedPodCount(): number {
    return this.#assignedPods;
  }

  /** Slots of all nodes in the order in which they are visited. */
  get order(): Int32Array {
    return this.#order.slots();
  }

  /** By slot. */
  get podCounts(): Int32Array {
    return this.#podCounts;
  }

  /**
   * By slot: a number that no other state of the node has had. What was computed from the node alone (its object, its
   * pods, and those nominated to it) is good while it stands. A what-if that has put back all that it took may put back the number, too.
   */
  get versions(): Float64Array {
    return this.#versions;
  }

  /** How many there have been; what-ifs count, too. */
  get changes(): number {
    return this.#changes;
  }

  slotOf(nodeName: string): number | undefined {
    return this.#slots.get(nodeName);
  }

  /** @throws for a slot that has never been given out. */
  nodeName(slot: number): string {
    const name = this.#names[slot];
    if (name === undefined) throw new RangeError(`no node has the slot ${slot}`);
    return name;
  }

  /** Undefined for a node that pods are said to run on but that is not there (yet, or any more). */
  node(slot: number): Node | undefined {
    return this.#nodes[slot];
  }

  podsOn(slot: number): readonly PodInfo[] {
    return this.#pods[slot] ?? [];
  }

  /** The column of a node label; kept from the first time that it is asked for. */
  topology(key: string): TopologyColumn {
    const known = this.#topology.get(key);
    if (known !== undefined) return known;
    const column = new TopologyColumn(key, this.#capacity);
    for (const [slot, node] of this.#nodes.entries()) column.set(slot, node);
    this.#topology.set(key, column);
    return column;
  }

  /** The one part of this cluster that `make` makes: an index that several plugins or profiles share. */
  part<T>(make: (cluster: ClusterState) => T): T {
    const known = this.#parts.get(make);
    if (known !== undefined) return known as T;
    const part = make(this);
    this.#parts.set(make, part);
    return part;
  }

  listen(listener: ClusterListener): void {
    this.#listeners.push(listener);
  }

  info(pod: Pod): PodInfo {
    return this.shapes.info(pod);
  }

  /** A node that is new or has changed. Returns its slot. */
  setNode(node: Node): number {
    const slot = this.#slotFor(node.metadata.name);
    const before = this.#nodes[slot];
    this.#nodes[slot] = node;
    this.#changed(slot);
    this.#order.set(slot, node);
    this.resources.setAllocatable(slot, nodeAllocatable(node));
    for (const column of this.#topology.values()) column.set(slot, node);
    for (const listener of this.#listeners) listener.nodeChanged?.(slot, before, node);
    return slot;
  }

  /** Pods stay where they are until they are removed themselves. */
  removeNode(name: string): void {
    const slot = this.#slots.get(name);
    const before = slot === undefined ? undefined : this.#nodes[slot];
    if (slot === undefined || before === undefined) return;
    this.#nodes[slot] = undefined;
    this.#changed(slot);
    this.#order.remove(slot);
    this.resources.setAllocatable(slot, new Map());
    for (const column of this.#topology.values()) column.set(slot, undefined);
    for (const listener of this.#listeners) listener.nodeChanged?.(slot, before, undefined);
    this.#release(slot);
  }

  /** The slot of a node by name, there or not: a pod may be heard of before its node is. */
  assignByName(info: PodInfo, nodeName: string): void {
    this.assign(info, this.#slotFor(nodeName));
  }

  assign(info: PodInfo, slot: number): void {
    const pods = this.#pods[slot];
    if (info.slot !== -1 || pods === undefined) throw new Error(`pod ${info.key} cannot be put on slot ${slot}`);
    info.slot = slot;
    info.place = pods.length;
    pods.push(info);
    this.#podCounts[slot] = pods.length;
    this.#assignedPods += 1;
    this.#changed(slot);
    this.resources.add(slot, info.shape.requests, info.shape.nonZeroRequests, 1);
    for (const listener of this.#listeners) listener.podAssigned?.(info, slot);
  }

  unassign(info: PodInfo): void {
    const { slot, place } = info;
    const pods = this.#pods[slot];
    const last = pods?.at(-1);
    if (pods === undefined || last === undefined) throw new Error(`pod ${info.key} is not on a node`);
    pods[place] = last;
    last.place = place;
    pods.pop();
    info.slot = -1;
    info.place = -1;
    this.#podCounts[slot] = pods.length;
    this.#assignedPods -= 1;
    this.#changed(slot);
    this.resources.add(slot, info.shape.requests, info.shape.nonZeroRequests, -1);
    for (const listener of this.#listeners) listener.podUnassigned?.(info, slot);
    this.#release(slot);
  }

  /** Something has changed that belongs to the node and is kept elsewhere. Nothing happens while it is not there. */
  touch(nodeName: string): void {
    const slot = this.#slots.get(nodeName);
    if (slot !== undefined) this.#changed(slot);
  }

  /**
   * The slots that have changed since there were so many `changes`, what-ifs included; some of them repeatedly.
   * Undefined: that is too long ago, and any of them may have changed.
   */
  changedSince(changes: number): Int32Array | undefined {
    const count = this.#changes - changes;
    if (count > journalLength) return undefined;
    const slots = new Int32Array(count);
    for (let place = 0; place < count; place += 1) {
      slots[place] = this.#journal[(changes + 1 + place) % journalLength] as number;
    }
    return slots;
  }

  #changed(slot: number): void {
    const change = ++this.#changes;
    this.#versions[slot] = change;
    this.#journal[change % journalLength] = slot;
  }

  #slotFor(name: string): number {
    const known = this.#slots.get(name);
    if (known !== undefined) return known;
    const slot = this.#free.pop() ?? this.#names.length;
    if (slot >= this.#capacity) this.#grow();
    this.#names[slot] = name;
    this.#nodes[slot] = undefined;
    this.#pods[slot] = [];
    this.#slots.set(name, slot);
    return slot;
  }

  /** Gives a slot back once neither a node nor a pod is there. */
  #release(slot: number): void {
    if (this.#nodes[slot] !== undefined || this.#pods[slot]?.length !== 0) return;
    this.#slots.delete(this.nodeName(slot));
    this.#free.push(slot);
  }

  #grow(): void {
    this.#capacity *= 2;
    this.#podCounts = grownInt32(this.#podCounts, this.#capacity);
    this.#versions = grownFloat64(this.#versions, this.#capacity);
    this.resources.grow(this.#capacity);
    for (const column of this.#topology.values()) column.grow(this.#capacity);
    for (const listener of this.#listeners) listener.grown?.(this.#capacity);
  }
}
