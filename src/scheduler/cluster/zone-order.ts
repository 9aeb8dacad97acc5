/**
 * The order in which nodes are visited: zone after zone in turn, so that a prefix of it is spread over all zones.
 * Source: kube-scheduler backend/cache/node_tree.go.
 */
import type { Node } from '../../api/objects.ts';

/** The deprecated label counts first, as in component-helpers node/topology/helpers.go. */
const regionKeys = ['failure-domain.beta.kubernetes.io/region', 'topology.kubernetes.io/region'];
const zoneKeys = ['failure-domain.beta.kubernetes.io/zone', 'topology.kubernetes.io/zone'];

/** Equal for nodes of one zone; empty for a node that says neither region nor zone. */
export function zoneKey(node: Node): string {
  const { labels } = node.metadata;
  const first = (keys: readonly string[]): string =>
    keys.map((key) => labels[key]).find((value) => value !== undefined) ?? '';
  const [region, zone] = [first(regionKeys), first(zoneKeys)];
  return region === '' && zone === '' ? '' : `${region}:\u0000:${zone}`;
}

export class ZoneOrder {
  /** Zones in the order in which they were first seen, each with its nodes in the order in which they came. */
  readonly #zones = new Map<string, Set<number>>();
  readonly #zoneOf = new Map<number, string>();
  #order: Int32Array | undefined;

  /** A node that is new, or whose zone has changed, goes to the end of its zone. */
  set(slot: number, node: Node): void {
    const zone = zoneKey(node);
    if (this.#zoneOf.get(slot) === zone) return;
    this.remove(slot);
    this.#zoneOf.set(slot, zone);
    const nodes = this.#zones.get(zone);
    if (nodes === undefined) this.#zones.set(zone, new Set([slot]));
    else nodes.add(slot);
    this.#order = undefined;
  }

  remove(slot: number): void {
    const zone = this.#zoneOf.get(slot);
    if (zone === undefined) return;
    this.#zoneOf.delete(slot);
    const nodes = this.#zones.get(zone);
    nodes?.delete(slot);
    if (nodes?.size === 0) this.#zones.delete(zone);
    this.#order = undefined;
  }

  /** Slots of all nodes: the first of each zone, then the second of each, and so on. */
  slots(): Int32Array {
    this.#order ??= this.#interleave();
    return this.#order;
  }

  #interleave(): Int32Array {
    const order = new Int32Array(this.#zoneOf.size);
    let zones = [...this.#zones.values()].map((nodes) => nodes.values());
    let place = 0;
    while (zones.length > 0) {
      zones = zones.filter((nodes) => {
        const { done, value } = nodes.next();
        if (done === true) return false;
        order[place++] = value;
        return true;
      });
    }
    return order;
  }
}
