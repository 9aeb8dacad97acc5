/**
 * All ResourceSlices by pool, and which pools a node can take devices from. Source: dynamic-resource-allocation
 * structured/internal/stable/pools_stable.go. Pools and slices stand in the order in which they came; kube-scheduler
 * takes them in any.
 */
import { type CompiledNodeSelector, compileNodeSelector } from '../../../api/label-selectors.ts';
import type { Node, ResourceSlice } from '../../../api/objects.ts';
import type { ClusterState } from '../../cluster/cluster-state.ts';
import { deviceId, type PoolDevice, poolId } from './pool-device.ts';

/** A pool as one node sees it. */
export interface NodePool {
  readonly id: string;
  /** `incomplete`: slices of it are still to come. `invalid`: two of its devices have one name. */
  readonly state: 'ready' | 'incomplete' | 'invalid';
  /** Of slices that are for this node, also where the pool is not ready. */
  readonly devices: readonly PoolDevice[];
}

export class SliceTable {
  readonly #cluster: ClusterState;
  /** By pool, each with its slices by name. */
  readonly #pools = new Map<string, Map<string, ResourceSlice>>();
  readonly #ofNode = new Map<string, Set<ResourceSlice>>();
  /** For all nodes, or for those of a selector. */
  readonly #shared = new Set<ResourceSlice>();
  readonly #devices = new WeakMap<ResourceSlice, readonly PoolDevice[]>();
  readonly #selectors = new WeakMap<ResourceSlice, CompiledNodeSelector>();
  readonly #sequences = new Map<string, number>();
  #next = 0;

  constructor(cluster: ClusterState) {
    this.#cluster = cluster;
    for (const slice of cluster.objects.list('ResourceSlice')) this.#add(slice);
    cluster.objects.listen('ResourceSlice', (before, after) => {
      if (before !== undefined) this.#remove(before);
      if (after !== undefined) this.#add(after);
      else if (before !== undefined) this.#sequences.delete(before.metadata.name);
    });
  }

  /** Some slice depends on more of nodes than their name. */
  get hasShared(): boolean {
    return this.#shared.size > 0;
  }

  /** The one node that a pool is for; undefined when it is for more. */
  nodeOf(pool: string): string | undefined {
    let name: string | undefined;
    for (const { spec } of this.#pools.get(pool)?.values() ?? []) {
      if (spec.nodeName === undefined || (name !== undefined && name !== spec.nodeName)) return undefined;
      name = spec.nodeName;
    }
    return name;
  }

  poolsOf(slot: number): NodePool[] {
    const node = this.#cluster.node(slot);
    if (node === undefined) return [];
    const newest = new Map<string, ResourceSlice[]>();
    for (const slice of this.#slicesOf(node)) {
      const id = poolId(slice.spec.driver, slice.spec.pool.name);
      const known = newest.get(id);
      const [first] = known ?? [];
      if (known === undefined || first === undefined || first.spec.pool.generation < slice.spec.pool.generation) {
        newest.set(id, [slice]);
      } else if (first.spec.pool.generation === slice.spec.pool.generation) known.push(slice);
    }
    return [...newest].flatMap(([id, slices]) => this.#nodePool(id, slices) ?? []);
  }

  /** Of all slices for the node, whatever their pools are like. */
  devicesOn(slot: number): PoolDevice[] {
    const node = this.#cluster.node(slot);
    return node === undefined ? [] : this.#slicesOf(node).flatMap((slice) => this.#devicesOf(slice));
  }

  /** In the order in which they came. */
  #slicesOf(node: Node): ResourceSlice[] {
    const slices = [...(this.#ofNode.get(node.metadata.name) ?? [])];
    for (const slice of this.#shared) if (this.#isFor(slice, node)) slices.push(slice);
    const sequence = ({ metadata }: ResourceSlice): number => this.#sequences.get(metadata.name) ?? 0;
    return slices.sort((a, b) => sequence(a) - sequence(b));
  }

  #isFor(slice: ResourceSlice, { metadata }: Node): boolean {
    if (slice.spec.allNodes === true) return true;
    const { nodeSelector } = slice.spec;
    if (nodeSelector === undefined) return false;
    let selector = this.#selectors.get(slice);
    if (selector === undefined) {
      selector = compileNodeSelector(nodeSelector);
      this.#selectors.set(slice, selector);
    }
    return selector.matches(metadata.labels, metadata.name);
  }

  /** Undefined for a pool of which a newer generation is on its way, with nothing for this node so far. */
  #nodePool(id: string, slices: readonly ResourceSlice[]): NodePool | undefined {
    const [first] = slices;
    if (first === undefined) return undefined;
    const { generation, resourceSliceCount } = first.spec.pool;
    const devices = slices.flatMap((slice) => this.#devicesOf(slice));
    if (slices.length !== resourceSliceCount) {
      const all = [...(this.#pools.get(id)?.values() ?? [])];
      if (all.some(({ spec }) => spec.pool.generation > generation)) return undefined;
      const current = all.filter(({ spec }) => spec.pool.generation === generation);
      if (current.length !== resourceSliceCount) return { id, state: 'incomplete', devices };
    }
    const isInvalid = new Set(devices.map((device) => device.id)).size < devices.length;
    return { id, state: isInvalid ? 'invalid' : 'ready', devices };
  }

  #devicesOf(slice: ResourceSlice): readonly PoolDevice[] {
    const known = this.#devices.get(slice);
    if (known !== undefined) return known;
    const { driver, pool } = slice.spec;
    const devices = slice.spec.devices.map((device) => ({
      device,
      driver,
      pool: pool.name,
      slice,
      id: deviceId(driver, pool.name, device.name),
    }));
    this.#devices.set(slice, devices);
    return devices;
  }

  #add(slice: ResourceSlice): void {
    const { name } = slice.metadata;
    if (!this.#sequences.has(name)) this.#sequences.set(name, this.#next++);
    const id = poolId(slice.spec.driver, slice.spec.pool.name);
    const pool = this.#pools.get(id) ?? new Map<string, ResourceSlice>();
    this.#pools.set(id, pool);
    pool.set(name, slice);
    const { nodeName } = slice.spec;
    if (nodeName === undefined) {
      this.#shared.add(slice);
      return;
    }
    const ofNode = this.#ofNode.get(nodeName);
    if (ofNode === undefined) this.#ofNode.set(nodeName, new Set([slice]));
    else ofNode.add(slice);
  }

  #remove(slice: ResourceSlice): void {
    const id = poolId(slice.spec.driver, slice.spec.pool.name);
    const pool = this.#pools.get(id);
    pool?.delete(slice.metadata.name);
    if (pool?.size === 0) this.#pools.delete(id);
    const { nodeName } = slice.spec;
    if (nodeName === undefined) {
      this.#shared.delete(slice);
      return;
    }
    const ofNode = this.#ofNode.get(nodeName);
    ofNode?.delete(slice);
    if (ofNode?.size === 0) this.#ofNode.delete(nodeName);
  }
}

export const sliceTable = (cluster: ClusterState): SliceTable => new SliceTable(cluster);
