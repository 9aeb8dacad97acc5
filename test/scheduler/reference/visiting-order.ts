/** In which order nodes are visited, and how many feasible ones are enough. */
import type { Node } from '../../../src/api/objects.ts';

/** The nodes of one zone, by name, in the order in which they came. */
export interface Zone {
  readonly key: string;
  readonly nodes: readonly string[];
}

/** The labels of old come first, as in kube-scheduler's GetZoneKey. */
export function zoneKey({ metadata: { labels } }: Node): string {
  const zone = labels['failure-domain.beta.kubernetes.io/zone'] ?? labels['topology.kubernetes.io/zone'] ?? '';
  const region = labels['failure-domain.beta.kubernetes.io/region'] ?? labels['topology.kubernetes.io/region'] ?? '';
  return zone === '' && region === '' ? '' : `${region}:\u0000:${zone}`;
}

export function zonesOf(nodes: readonly Node[]): readonly Zone[] {
  return nodes.reduce<readonly Zone[]>(withNode, []);
}

/** A zone that is new is the last one. */
export function withNode(zones: readonly Zone[], node: Node): readonly Zone[] {
  const key = zoneKey(node);
  const { name } = node.metadata;
  if (!zones.some((zone) => zone.key === key)) return [...zones, { key, nodes: [name] }];
  return zones.map((zone) => (zone.key === key ? { key, nodes: [...zone.nodes, name] } : zone));
}

/** A zone without nodes is forgotten, and with it its place. */
export function withoutNode(zones: readonly Zone[], name: string): readonly Zone[] {
  return zones
    .map(({ key, nodes }) => ({ key, nodes: nodes.filter((node) => node !== name) }))
    .filter(({ nodes }) => nodes.length > 0);
}

/** The first node of each zone, then the second of each, and so on. */
export function visitingOrder(zones: readonly Zone[]): string[] {
  const longest = Math.max(0, ...zones.map(({ nodes }) => nodes.length));
  return Array.from({ length: longest }, (_, index) =>
    zones.flatMap(({ nodes }) => nodes.slice(index, index + 1)),
  ).flat();
}

/** @param percentage `percentageOfNodesToScore`; 0 is adaptive */
export function numFeasibleNodesToFind(nodeCount: number, percentage: number): number {
  if (nodeCount < 100) return nodeCount;
  const adaptive = Math.max(5, 50 - Math.floor(nodeCount / 125));
  return Math.max(100, Math.floor((nodeCount * (percentage === 0 ? adaptive : percentage)) / 100));
}
