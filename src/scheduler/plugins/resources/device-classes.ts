/** Extended resources that DeviceClasses stand behind. Source: dynamic-resource-allocation, extended resource names. */
import type { ClusterState } from '../../cluster/cluster-state.ts';

/** Each class is an extended resource of its own, too: this and its name. */
export const deviceClassPrefix = 'deviceclass.resource.kubernetes.io/';

/** Names of the extended resources of all classes. */
export class ClassResources {
  readonly #cluster: ClusterState;
  #names: ReadonlySet<string> = new Set();
  #generation = -1;

  constructor(cluster: ClusterState) {
    this.#cluster = cluster;
  }

  /** Grows when `has` may answer differently. */
  get generation(): number {
    return this.#cluster.objects.generation('DeviceClass');
  }

  get isEmpty(): boolean {
    return this.#cluster.objects.size('DeviceClass') === 0;
  }

  has(resource: string): boolean {
    const { generation } = this;
    if (generation !== this.#generation) {
      const names = new Set<string>();
      for (const { metadata, spec } of this.#cluster.objects.list('DeviceClass')) {
        names.add(`${deviceClassPrefix}${metadata.name}`);
        if (spec.extendedResourceName !== undefined) names.add(spec.extendedResourceName);
      }
      this.#names = names;
      this.#generation = generation;
    }
    return this.#names.has(resource);
  }
}
