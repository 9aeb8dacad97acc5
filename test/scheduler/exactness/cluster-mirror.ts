/** The reference's view of a cluster that lives: what the API server tells, as plain lists. */
import type { Pod } from '../../../src/api/objects.ts';
import type { AnyObject, MemoryCluster, ObjectChange } from '../../../src/cluster/memory-cluster.ts';
import { applyEvent, type ClusterEvent } from '../arbitraries/index.ts';
import { emptyCluster, podKey, type ReferenceCluster } from '../reference/index.ts';

export class ClusterMirror {
  #cluster = emptyCluster();
  /** Pods without a node, by key. */
  #waiting: ReadonlyMap<string, Pod> = new Map();

  constructor(api: MemoryCluster) {
    api.watch((change) => this.#change(change));
  }

  /** As it is now; later changes make new ones. */
  get cluster(): ReferenceCluster {
    return this.#cluster;
  }

  get waiting(): ReadonlyMap<string, Pod> {
    return this.#waiting;
  }

  #change({ before, after }: ObjectChange): void {
    if ((after ?? before)?.kind === 'Pod') this.#podChanged(before as Pod | undefined, after as Pod | undefined);
    else if (after !== undefined) this.#apply(arrival(after));
    else if (before !== undefined) this.#apply(departure(before));
  }

  #podChanged(before: Pod | undefined, after: Pod | undefined): void {
    const waiting = new Map(this.#waiting);
    const isWaiting = after !== undefined && after.spec.nodeName === '';
    const isPromised = isWaiting && after.status.nominatedNodeName !== '';
    if (before !== undefined) waiting.delete(podKey(before));
    if (isWaiting) waiting.set(podKey(after), after);
    this.#waiting = waiting;
    if (after !== undefined && isPromised) this.#apply({ type: 'nominate', pod: after });
    else if (before !== undefined) this.#apply({ type: 'withdraw', pod: before });
    if (after !== undefined && !isWaiting) this.#apply({ type: 'setPod', pod: after });
    else if (before !== undefined) this.#apply({ type: 'removePod', pod: before });
  }

  #apply(event: ClusterEvent): void {
    this.#cluster = applyEvent(this.#cluster, event);
  }
}

function arrival(object: AnyObject): ClusterEvent {
  if (object.kind === 'Node') return { type: 'setNode', node: object };
  return { type: 'setObject', object: object as Exclude<AnyObject, { kind: 'Node' | 'Pod' }> };
}

function departure(object: AnyObject): ClusterEvent {
  if (object.kind === 'Node') return { type: 'removeNode', node: object };
  return { type: 'removeObject', object: object as Exclude<AnyObject, { kind: 'Node' | 'Pod' }> };
}

/** Has an event of a random history happen in the cluster. */
export function happen(api: MemoryCluster, event: ClusterEvent): void {
  switch (event.type) {
    case 'setNode':
      api.put(event.node);
      break;
    case 'removeNode':
      api.deleteNode(event.node);
      break;
    case 'setPod':
    case 'nominate':
      api.put(event.pod);
      break;
    case 'removePod':
    case 'withdraw':
      api.deletePod(event.pod);
      break;
    case 'setObject':
      api.put(event.object);
      break;
    case 'removeObject': {
      const { kind, metadata } = event.object;
      api.delete(kind, metadata.namespace ?? '', metadata.name);
      break;
    }
  }
}
