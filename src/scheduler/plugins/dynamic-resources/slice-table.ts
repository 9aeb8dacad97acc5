/**
 * All ResourceSlices by pool, and which pools a node can take devices from. Source: dynamic-resource-allocation
 * structured/internal/stable/pools_stable.go. Pools and slices stand in the order in which they came; kube-scheduler
 * takes them in any.
 */
import { type CompiledNodeSelector, compileNodeSelector } from '../../../api/label-selectors.ts';
import type { Device, Node, NodeSelector, ResourceSlice } from '../../../api/objects.ts';
import type { ClusterState } from '../../cluster/cluster-state.ts';
import { consumedBy, type PoolCounters, poolCounters } from './counters.ts';
import { deviceId, type PoolDevice, poolId } from './pool-device.ts';

/** A pool as one node sees it. */
export interface NodePool {
  readonly id: string;
  /** `incomplete`: slices of it are still to come. `invalid`: two of its devices have one name. */
  readonly state: 'ready' | 'incomplete' | 'invalid';
  /** Of slices that are for this node, also where the pool is not ready. */
  readonly devices: readonly PoolDevice[];
  /** Those among them that are not for this node, in slices where each device says which nodes it is for. */
  readonly elsewhere: ReadonlySet<PoolDevice> | undefined;
  /** Absent where no device takes any. */
  readonly counters: PoolCounters | undefined;
}

export class SliceTable {
  readonly #cluster: ClusterState;
  /** By pool, each with its slices by name. */
  readonly #pools = new Map<string, Map<string, ResourceSlice>>();
  readonly #ofNode = new Map<string, Set<ResourceSlice>>();
  /** For all nodes, or for those of a selector. */
  readonly #shared = new Set<ResourceSlice>();
  readonly #devices = new WeakMap<ResourceSlice, readonly PoolDevice[]>();
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

  /** @param partitions whether counters and devices for nodes of their own are known (DRAPartitionableDevices) */
  poolsOf(slot: number, partitions: boolean): NodePool[] {
    const node = this.#cluster.node(slot);
    if (node === undefined) return [];
    const newest = new Map<string, ResourceSlice[]>();
    for (const slice of this.#slicesOf(node)) {
      if (!partitions && (slice.spec.perDeviceNodeSelection !== undefined || hasCounters(slice))) continue;
      const id = poolId(slice.spec.driver, slice.spec.pool.name);
      const known = newest.get(id);
      const [first] = known ?? [];
      if (known === undefined || first === undefined || first.spec.pool.generation < slice.spec.pool.generation) {
        newest.set(id, [slice]);
      } else if (first.spec.pool.generation === slice.spec.pool.generation) known.push(slice);
    }
    const pools = [...newest].flatMap(([id, slices]) => this.#nodePool(id, slices, node, partitions) ?? []);
    const waits = ({ devices }: NodePool): boolean =>
      devices.some(({ device }) => device.bindingConditions !== undefined);
    // Devices that a pod would have to wait for come last.
    return pools.some(waits) ? [...pools.filter((pool) => !waits(pool)), ...pools.filter(waits)] : pools;
  }

  /** Of all slices for the node, whatever their pools are like. */
  devicesOn(slot: number): PoolDevice[] {
    const node = this.#cluster.node(slot);
    if (node === undefined) return [];
    return this.#slicesOf(node).flatMap((slice) =>
      this.#devicesOf(slice).filter(({ device }) => isForNode(slice, device, node)),
    );
  }

  /** In the order in which they came. */
  #slicesOf(node: Node): ResourceSlice[] {
    const slices = [...(this.#ofNode.get(node.metadata.name) ?? [])];
    for (const slice of this.#shared) if (this.#isFor(slice, node)) slices.push(slice);
    const sequence = ({ metadata }: ResourceSlice): number => this.#sequences.get(metadata.name) ?? 0;
    return slices.sort((a, b) => sequence(a) - sequence(b));
  }

  #isFor(slice: ResourceSlice, node: Node): boolean {
    // Without its counters a pool cannot be used.
    if (hasCounters(slice)) return true;
    const { nodeSelector, allNodes, perDeviceNodeSelection, devices } = slice.spec;
    if (allNodes === true) return true;
    if (nodeSelector !== undefined) return matches(nodeSelector, node);
    return perDeviceNodeSelection === true && devices.some((device) => isForNode(slice, device, node));
  }

  /** Undefined for a pool of which a newer generation is on its way, with nothing for this node so far. */
  #nodePool(id: string, slices: readonly ResourceSlice[], node: Node, partitions: boolean): NodePool | undefined {
    const [first] = slices;
    if (first === undefined) return undefined;
    const { generation, resourceSliceCount } = first.spec.pool;
    const devices = slices.flatMap((slice) => (hasCounters(slice) ? [] : this.#devicesOf(slice)));
    let all = slices;
    if (slices.length !== resourceSliceCount) {
      const known = [...(this.#pools.get(id)?.values() ?? [])];
      if (known.some(({ spec }) => spec.pool.generation > generation)) return undefined;
      all = known.filter(({ spec }) => spec.pool.generation === generation);
      if (all.length !== resourceSliceCount) {
        return { id, state: 'incomplete', devices, elsewhere: undefined, counters: undefined };
      }
    }
    const isUnique = new Set(devices.map((device) => device.id)).size === devices.length;
    const counters = partitions ? this.#countersOf(slices, all) : undefined;
    const state = isUnique && counters !== 'invalid' ? 'ready' : 'invalid';
    const elsewhere = slices.some(({ spec }) => spec.perDeviceNodeSelection)
      ? new Set(devices.filter(({ slice, device }) => !isForNode(slice, device, node)))
      : undefined;
    return { id, state, devices, elsewhere, counters: counters === 'invalid' ? undefined : counters };
  }

  /** @param slices for the node; @param all of the pool */
  #countersOf(slices: readonly ResourceSlice[], all: readonly ResourceSlice[]): PoolCounters | 'invalid' | undefined {
    const sets = slices.flatMap(({ spec }) => spec.sharedCounters ?? []);
    const devices = all.flatMap((slice) => this.#devicesOf(slice));
    if (sets.length === 0 && !devices.some(({ counters }) => counters.length > 0)) return undefined;
    return poolCounters(sets, devices) ?? 'invalid';
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
      isShared: device.allowMultipleAllocations === true,
      counters: consumedBy(device.consumesCounters ?? []),
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

function hasCounters({ spec }: ResourceSlice): boolean {
  return (spec.sharedCounters ?? []).length > 0;
}

/** Of a slice that is for the node. */
function isForNode({ spec }: ResourceSlice, { nodeName, nodeSelector, allNodes }: Device, node: Node): boolean {
  if (spec.perDeviceNodeSelection !== true) return true;
  if (nodeName !== undefined) return nodeName === node.metadata.name;
  return allNodes === true || (nodeSelector !== undefined && matches(nodeSelector, node));
}

const compiled = new WeakMap<NodeSelector, CompiledNodeSelector>();

function matches(nodeSelector: NodeSelector, { metadata }: Node): boolean {
  let selector = compiled.get(nodeSelector);
  if (selector === undefined) {
    selector = compileNodeSelector(nodeSelector);
    compiled.set(nodeSelector, selector);
  }
  return selector.matches(metadata.labels, metadata.name);
}

export const sliceTable = (cluster: ClusterState): SliceTable => new SliceTable(cluster);
