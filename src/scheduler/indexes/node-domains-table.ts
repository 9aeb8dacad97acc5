/**
 * All the ways in which indexes look at the nodes of a cluster. It follows the nodes; indexes that count by domain
 * listen after it and find here what a change has moved from where to where.
 */
import type { Node } from '../../api/objects.ts';
import type { ClusterState } from '../cluster/cluster-state.ts';
import { noDomain } from '../cluster/topology-column.ts';
import { NodeDomains, type Zoning } from './node-domains.ts';
import { RecentPool } from './recent-pool.ts';

/** Which nodes count for a spread constraint. */
export interface NodeEligibility {
  /** Equal for the same answers. */
  readonly key: string;
  isEligible(node: Node): boolean;
}

export interface Move {
  /** Domains, or `noDomain`. */
  readonly from: number;
  readonly to: number;
}

/** Pods with demands of their own on nodes need one each; every change of a node costs a look at each of them. */
const mostEligibilities = 128;

export class NodeDomainsTable {
  readonly #cluster: ClusterState;
  readonly #byLabel = new Map<string, NodeDomains>();
  readonly #eligible: RecentPool<string, NodeDomains>;
  readonly #dropListeners: ((domains: NodeDomains) => void)[] = [];
  readonly #moves = new Map<NodeDomains, Move>();
  #bySlot: NodeDomains | undefined;

  constructor(cluster: ClusterState) {
    this.#cluster = cluster;
    this.#eligible = new RecentPool(mostEligibilities, (dropped) => {
      for (const listener of this.#dropListeners) listener(dropped);
    });
    cluster.listen({
      nodeChanged: (slot, before, after) => this.#nodeChanged(slot, before, after),
      grown: (capacity) => {
        for (const domains of this.#all()) domains.grow(capacity);
      },
    });
  }

  /** What the change of a node that is being told has moved; the slot is that of the change. */
  get moves(): ReadonlyMap<NodeDomains, Move> {
    return this.#moves;
  }

  /** Nodes by a label of theirs. */
  byLabel(topologyKey: string): NodeDomains {
    const known = this.#byLabel.get(topologyKey);
    if (known !== undefined) return known;
    const domains = this.#make(this.#labelZoning(topologyKey));
    this.#byLabel.set(topologyKey, domains);
    return domains;
  }

  /** Each slot for itself, nodes that are not there included: the number of a domain is that of the slot. */
  bySlot(): NodeDomains {
    this.#bySlot ??= this.#make({ domainOf: (slot) => slot, width: () => this.#cluster.capacity });
    return this.#bySlot;
  }

  /** Nodes by a label, without those that do not count. Not kept for ever: see `onDrop`. */
  eligible(topologyKey: string, eligibility: NodeEligibility): NodeDomains {
    return this.#eligible.get(`${topologyKey}\u0000${eligibility.key}`, () => {
      const { domainOf, width } = this.#labelZoning(topologyKey);
      return this.#make({
        domainOf: (slot, node) =>
          node !== undefined && eligibility.isEligible(node) ? domainOf(slot, node) : noDomain,
        width,
      });
    });
  }

  /** Keeps domains from being dropped for a while. */
  touch(domains: NodeDomains): void {
    this.#eligible.touch(domains);
  }

  /** Is told of domains that are not kept up to date any more. */
  onDrop(listener: (domains: NodeDomains) => void): void {
    this.#dropListeners.push(listener);
  }

  #labelZoning(topologyKey: string): Zoning {
    const column = this.#cluster.topology(topologyKey);
    return {
      domainOf: (slot, node) => (node === undefined ? noDomain : (column.domains[slot] as number)),
      width: () => column.domainCount,
    };
  }

  #make(zoning: Zoning): NodeDomains {
    const domains = new NodeDomains(zoning, this.#cluster.capacity);
    for (let slot = 0; slot < this.#cluster.capacity; slot += 1) domains.refresh(slot, this.#cluster.node(slot));
    return domains;
  }

  #nodeChanged(slot: number, before: Node | undefined, after: Node | undefined): void {
    this.#moves.clear();
    const isSame =
      before !== undefined &&
      before.metadata.labels === after?.metadata.labels &&
      before.spec.taints === after.spec.taints;
    if (isSame) return;
    for (const domains of this.#all()) {
      const from = domains.refresh(slot, after);
      const to = domains.of[slot] as number;
      if (from !== to) this.#moves.set(domains, { from, to });
    }
  }

  *#all(): Iterable<NodeDomains> {
    yield* this.#byLabel.values();
    yield* this.#eligible.values();
    if (this.#bySlot !== undefined) yield this.#bySlot;
  }
}

/** The one of a cluster: `cluster.part(nodeDomainsTable)`. */
export const nodeDomainsTable = (cluster: ClusterState): NodeDomainsTable => new NodeDomainsTable(cluster);
