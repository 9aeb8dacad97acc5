/**
 * The claim that the scheduler makes for a pod whose extended resources DeviceClasses stand behind. Which resources
 * that are depends on the node: where a device plugin provides one, NodeResourcesFit counts it as ever.
 * Source: plugins/dynamicresources extendeddynamicresources.go.
 */
import type { Pod, ResourceClaim } from '../../../api/objects.ts';
import { owningPod } from '../../../api/owned-claims.ts';
import type { ClusterState } from '../../cluster/cluster-state.ts';
import { type PodInfo, podKey } from '../../cluster/pod-info.ts';
import type { ResourceColumn } from '../../cluster/resource-column.ts';
import { type ClassResources, mayHaveClass } from '../resources/device-classes.ts';
import { type ExtendedRequests, extendedRequests } from './extended-requests.ts';

const annotation = 'resource.kubernetes.io/extended-resource-claim';
/** Until the API server gives it a name; no claim of anyone else can be called so. */
const nameInMemory = '<extended-resources>';

/** Claims that the scheduler has made for pods, by pod. */
export class MadeClaims {
  readonly #byPod = new Map<string, ResourceClaim>();

  constructor({ objects }: ClusterState) {
    for (const claim of objects.list('ResourceClaim')) this.#changed(undefined, claim);
    objects.listen('ResourceClaim', (before, after) => this.#changed(before, after));
  }

  of(pod: Pod): ResourceClaim | undefined {
    return this.#byPod.get(podKey(pod));
  }

  #changed(before: ResourceClaim | undefined, after: ResourceClaim | undefined): void {
    const claim = after ?? before;
    if (claim?.metadata.annotations[annotation] !== 'true') return;
    const owner = owningPod(claim);
    if (owner === undefined) return;
    if (after !== undefined) this.#byPod.set(owner, after);
    else if (this.#byPod.get(owner)?.metadata.name === claim.metadata.name) this.#byPod.delete(owner);
  }
}

export const madeClaims = (cluster: ClusterState): MadeClaims => new MadeClaims(cluster);

/** What of a pod's extended resources devices stand for on a node. */
export interface NodeShare extends ExtendedRequests {
  /** As it will be made, were the pod to go there. */
  readonly claim: ResourceClaim;
}

/** A pod asks for something that there is no class for, nor any on the node. */
export const cannotFit = 'cannot fit';

interface Wanted {
  readonly resource: string;
  readonly column: ResourceColumn;
  /** Absent: no class stands behind it. */
  readonly className: string | undefined;
}

export class ExtendedClaim {
  /** An earlier attempt has made it and come to nothing; it must go before the next can begin. */
  readonly isLeftOver: boolean;
  /** Without requests, which depend on the node, unless it was left over. */
  readonly claim: ResourceClaim;
  readonly #cluster: ClusterState;
  readonly #pod: Pod;
  readonly #wanted: readonly Wanted[];
  /** By which of the wanted resources the node lacks, a bit each. */
  readonly #shares = new Map<number, NodeShare>();

  private constructor(cluster: ClusterState, pod: Pod, wanted: readonly Wanted[]) {
    const leftOver = cluster.part(madeClaims).of(pod);
    this.isLeftOver = leftOver !== undefined;
    this.claim = leftOver ?? claimFor(pod);
    this.#cluster = cluster;
    this.#pod = pod;
    this.#wanted = wanted;
  }

  /** Undefined where no class stands behind anything that the pod asks for. */
  static of(cluster: ClusterState, { pod, shape }: PodInfo, classes: ClassResources): ExtendedClaim | undefined {
    if (classes.isEmpty) return undefined;
    const wanted: Wanted[] = [];
    let needsClass = false;
    shape.requests.resources.forEach((index, place) => {
      const column = cluster.resources.column(index);
      if (!mayHaveClass(column.name) || (shape.requests.exact[place] as bigint) === 0n) return;
      const className = classes.classOf(column.name)?.metadata.name;
      if (className !== undefined) needsClass = true;
      wanted.push({ resource: column.name, column, className });
    });
    return needsClass ? new ExtendedClaim(cluster, pod, wanted.sort(byName)) : undefined;
  }

  /** Undefined where the node has all of it from device plugins. */
  on(slot: number): NodeShare | typeof cannotFit | undefined {
    let lacking = 0;
    for (let place = 0; place < this.#wanted.length; place += 1) {
      const { resource, column, className } = this.#wanted[place] as Wanted;
      if (className !== undefined) {
        if (column.allocatable[slot] === 0) lacking += 2 ** place;
      } else if (this.#cluster.node(slot)?.status.allocatable[resource] === undefined) return cannotFit;
    }
    if (lacking === 0) return undefined;
    let share = this.#shares.get(lacking);
    if (share === undefined) {
      share = this.#shareOf(lacking);
      this.#shares.set(lacking, share);
    }
    return share;
  }

  #shareOf(lacking: number): NodeShare {
    const resources = this.#wanted.flatMap(({ resource, className }, place) =>
      className !== undefined && Math.floor(lacking / 2 ** place) % 2 === 1 ? [{ resource, className }] : [],
    );
    const { requests, mappings } = extendedRequests(this.#pod, resources);
    return { requests, mappings, claim: { ...this.claim, spec: { requests, constraints: [] } } };
  }
}

/** Where the name of the claim begins. */
export function extendedClaimPrefix({ metadata }: Pod): string {
  return `${metadata.name}-extended-resources-`;
}

/** Whether it exists in the scheduler's memory only. */
export function isInMemory({ metadata }: ResourceClaim): boolean {
  return metadata.name === nameInMemory;
}

function claimFor(pod: Pod): ResourceClaim {
  const uid = podKey(pod);
  return {
    apiVersion: 'resource.k8s.io/v1',
    kind: 'ResourceClaim',
    metadata: {
      name: nameInMemory,
      namespace: pod.metadata.namespace ?? 'default',
      uid: `${nameInMemory} ${uid}`,
      labels: {},
      annotations: { [annotation]: 'true' },
      ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: pod.metadata.name, uid, controller: true }],
    },
    spec: { requests: [], constraints: [] },
    status: { reservedFor: [] },
  };
}

function byName({ resource: a }: Wanted, { resource: b }: Wanted): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
