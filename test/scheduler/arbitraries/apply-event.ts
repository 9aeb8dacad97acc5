/** What happens to a cluster, and what becomes of it. */
import type { Node, Pod } from '../../../src/api/objects.ts';
import { type OtherObject, podKey, type ReferenceCluster, zonesOfCluster } from '../reference/index.ts';
import { withNode, withoutNode, zoneKey } from '../reference/visiting-order.ts';

/** `set…` makes the object, or puts it in the place of the one of that name. */
export type ClusterEvent =
  | { readonly type: 'setNode'; readonly node: Node }
  | { readonly type: 'removeNode'; readonly node: Node }
  | { readonly type: 'setPod'; readonly pod: Pod }
  | { readonly type: 'removePod'; readonly pod: Pod }
  /** A waiting pod is promised the node in its status. */
  | { readonly type: 'nominate'; readonly pod: Pod }
  | { readonly type: 'withdraw'; readonly pod: Pod }
  | { readonly type: 'setObject'; readonly object: OtherObject }
  | { readonly type: 'removeObject'; readonly object: OtherObject };

export function applyEvent(cluster: ReferenceCluster, event: ClusterEvent): ReferenceCluster {
  switch (event.type) {
    case 'setNode':
      return {
        ...cluster,
        nodes: put(cluster.nodes, event.node, ({ metadata }) => metadata.name),
        zones: zonesWith(cluster, event.node),
      };
    case 'removeNode': {
      const { name } = event.node.metadata;
      const nodes = cluster.nodes.filter(({ metadata }) => metadata.name !== name);
      return { ...cluster, nodes, zones: withoutNode(zonesOfCluster(cluster), name) };
    }
    case 'setPod':
      return { ...cluster, pods: put(cluster.pods, event.pod, podKey) };
    case 'removePod':
      return { ...cluster, pods: cluster.pods.filter((pod) => podKey(pod) !== podKey(event.pod)) };
    case 'nominate':
      return { ...cluster, nominated: put(cluster.nominated, event.pod, podKey) };
    case 'withdraw':
      return { ...cluster, nominated: cluster.nominated.filter((pod) => podKey(pod) !== podKey(event.pod)) };
    case 'setObject':
      return { ...cluster, objects: put(cluster.objects, event.object, objectKey) };
    case 'removeObject': {
      const objects = cluster.objects.filter((object) => objectKey(object) !== objectKey(event.object));
      return { ...cluster, objects };
    }
  }
}

/** A changed object keeps its place. */
function put<T>(list: readonly T[], one: T, keyOf: (entry: T) => string): T[] {
  const place = list.findIndex((entry) => keyOf(entry) === keyOf(one));
  return place === -1 ? [...list, one] : list.map((entry, index) => (index === place ? one : entry));
}

export const objectKey = ({ kind, metadata }: OtherObject): string =>
  `${kind} ${metadata.namespace ?? ''}/${metadata.name}`;

/** Only a node that is new or has changed its zone goes to the end of it. */
function zonesWith(cluster: ReferenceCluster, node: Node): NonNullable<ReferenceCluster['zones']> {
  const before = cluster.nodes.find(({ metadata }) => metadata.name === node.metadata.name);
  const zones = zonesOfCluster(cluster);
  if (before === undefined) return withNode(zones, node);
  return zoneKey(before) === zoneKey(node) ? zones : withNode(withoutNode(zones, node.metadata.name), node);
}
