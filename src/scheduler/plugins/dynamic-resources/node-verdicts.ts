/**
 * What a search for devices has found on which node, and whether that still holds. Pods of one template ask the same
 * of every node, and one pod's devices are taken from one node: the others' verdicts stand.
 */
import type { ClusterState } from '../../cluster/cluster-state.ts';
import { grownFloat64, grownInt32 } from '../../cluster/growable.ts';
import { RecentMap } from '../support/recent-map.ts';
import { allocatedDevices } from './allocated-devices.ts';
import { type NodePool, type SliceTable, sliceTable } from './slice-table.ts';

/** When something changed that devices on a node depend on. */
export class DeviceChanges {
  readonly #cluster: ClusterState;
  readonly #slices: SliceTable;
  #now = 1;
  #everywhere = 0;
  #bySlot: Float64Array;
  #slicesChanged = 0;
  readonly #pools: { readonly at: number; readonly pools: readonly NodePool[] }[] = [];
  #nodeChanged: Float64Array;

  constructor(cluster: ClusterState) {
    this.#cluster = cluster;
    this.#slices = cluster.part(sliceTable);
    this.#bySlot = new Float64Array(cluster.capacity);
    this.#nodeChanged = new Float64Array(cluster.capacity);
    cluster.part(allocatedDevices).listen((pool) => this.#poolUsed(pool));
    for (const kind of ['DeviceClass', 'DeviceTaintRule'] as const) {
      cluster.objects.listen(kind, () => {
        this.#everywhere = ++this.#now;
      });
    }
    cluster.objects.listen('ResourceSlice', () => {
      this.#everywhere = ++this.#now;
      this.#slicesChanged = this.#now;
    });
    cluster.listen({
      nodeChanged: (slot) => {
        this.#bySlot[slot] = ++this.#now;
        this.#nodeChanged[slot] = this.#now;
      },
      grown: (capacity) => {
        this.#bySlot = grownFloat64(this.#bySlot, capacity);
        this.#nodeChanged = grownFloat64(this.#nodeChanged, capacity);
      },
    });
  }

  get now(): number {
    return this.#now;
  }

  /** Whether what was found at a certain time still holds on a node. */
  holds(at: number, slot: number): boolean {
    return at >= this.#everywhere && at >= (this.#bySlot[slot] as number);
  }

  /** Pools of a node; gathered anew only when slices or the node have changed. */
  poolsOf(slot: number, partitions: boolean): readonly NodePool[] {
    const known = this.#pools[slot];
    if (known !== undefined && known.at >= this.#slicesChanged && known.at >= (this.#nodeChanged[slot] as number)) {
      return known.pools;
    }
    const pools = this.#slices.poolsOf(slot, partitions);
    this.#pools[slot] = { at: this.#now, pools };
    return pools;
  }

  #poolUsed(pool: string): void {
    const nodeName = this.#slices.nodeOf(pool);
    const slot = nodeName === undefined ? undefined : this.#cluster.slotOf(nodeName);
    if (slot !== undefined) this.#bySlot[slot] = ++this.#now;
    else if (nodeName === undefined) this.#everywhere = ++this.#now;
  }
}

/** Of one set of requests, by slot. */
export class NodeVerdicts {
  #at: Float64Array;
  #verdicts: Int32Array;

  constructor(capacity: number) {
    this.#at = new Float64Array(capacity);
    this.#verdicts = new Int32Array(capacity);
  }

  get(slot: number, changes: DeviceChanges): number | undefined {
    const at = this.#at[slot];
    return at !== undefined && at > 0 && changes.holds(at, slot) ? this.#verdicts[slot] : undefined;
  }

  set(slot: number, verdict: number, changes: DeviceChanges, capacity: number): void {
    if (capacity > this.#at.length) {
      this.#at = grownFloat64(this.#at, capacity);
      this.#verdicts = grownInt32(this.#verdicts, capacity);
    }
    this.#at[slot] = changes.now;
    this.#verdicts[slot] = verdict;
  }
}

/** Sets of requests that are remembered. */
const requestsKept = 64;

export class VerdictsByRequests {
  readonly #capacity: () => number;
  readonly #known = new RecentMap<NodeVerdicts>(requestsKept);

  constructor(capacity: () => number) {
    this.#capacity = capacity;
  }

  /** @param requests equal for claims that ask for the same */
  of(requests: string): NodeVerdicts {
    return this.#known.get(requests, () => new NodeVerdicts(this.#capacity()));
  }
}

export const deviceChanges = (cluster: ClusterState): DeviceChanges => new DeviceChanges(cluster);
