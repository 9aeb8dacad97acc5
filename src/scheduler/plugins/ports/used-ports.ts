/** Which host ports are in use on which node: kept up as pods with host ports come and go, the others cost nothing. */
import type { ClusterState } from '../../cluster/cluster-state.ts';
import type { PodInfo } from '../../cluster/pod-info.ts';
import { perShape } from '../support/per-shape.ts';
import { anyAddress, type HostPort, hostPorts } from './host-ports.ts';

/** Uses by slot: two pods may have the same port of a node, when they were not placed by this scheduler. */
type Uses = Uint16Array;

/** One protocol and number on all nodes. */
class PortUses {
  readonly #byAddress = new Map<string, Uses>();
  #onAll: Uses;
  #total = 0;

  constructor(capacity: number) {
    this.#onAll = new Uint16Array(capacity);
  }

  get isUnused(): boolean {
    return this.#total === 0;
  }

  add(ip: string, slot: number, sign: 1 | -1): void {
    let uses = this.#byAddress.get(ip);
    if (uses === undefined) {
      uses = new Uint16Array(this.#onAll.length);
      this.#byAddress.set(ip, uses);
    }
    uses[slot] = (uses[slot] as number) + sign;
    this.#onAll[slot] = (this.#onAll[slot] as number) + sign;
    this.#total += sign;
  }

  /** Uses of any of which one is in the way of binding to `ip`. */
  inTheWayOf(ip: string): readonly Uses[] {
    if (ip === anyAddress) return [this.#onAll];
    return [this.#byAddress.get(ip), this.#byAddress.get(anyAddress)].filter((uses) => uses !== undefined);
  }

  grow(capacity: number): void {
    this.#onAll = grown(this.#onAll, capacity);
    for (const [ip, uses] of this.#byAddress) this.#byAddress.set(ip, grown(uses, capacity));
  }
}

export class UsedPorts {
  /** The host ports of a pod. */
  readonly portsOf: (pod: PodInfo) => readonly HostPort[];
  readonly #ports = new Map<string, PortUses>();
  #capacity: number;

  constructor(cluster: ClusterState) {
    const ofShape = perShape(({ spec }) => hostPorts(spec));
    this.portsOf = ({ shape }) => ofShape(shape);
    this.#capacity = cluster.capacity;
    for (let slot = 0; slot < cluster.capacity; slot += 1) {
      for (const info of cluster.podsOn(slot)) this.#add(info, slot, 1);
    }
    cluster.listen({
      podAssigned: (info, slot) => this.#add(info, slot, 1),
      podUnassigned: (info, slot) => this.#add(info, slot, -1),
      grown: (capacity) => {
        this.#capacity = capacity;
        for (const uses of this.#ports.values()) uses.grow(capacity);
      },
    });
  }

  /** Ports that are in use on some node. */
  get portCount(): number {
    return this.#ports.size;
  }

  /** By slot: not 0 in one of them where some port is taken. */
  inTheWayOf(ports: readonly HostPort[]): readonly Uint16Array[] {
    return ports.flatMap(({ key, ip }) => this.#ports.get(key)?.inTheWayOf(ip) ?? []);
  }

  #add(info: PodInfo, slot: number, sign: 1 | -1): void {
    for (const { key, ip } of this.portsOf(info)) {
      let uses = this.#ports.get(key);
      if (uses === undefined) {
        uses = new PortUses(this.#capacity);
        this.#ports.set(key, uses);
      }
      uses.add(ip, slot, sign);
      if (uses.isUnused) this.#ports.delete(key);
    }
  }
}

/** The one of a cluster: `cluster.part(usedPorts)`. */
export const usedPorts = (cluster: ClusterState): UsedPorts => new UsedPorts(cluster);

function grown(uses: Uses, capacity: number): Uses {
  const array = new Uint16Array(capacity);
  array.set(uses);
  return array;
}
