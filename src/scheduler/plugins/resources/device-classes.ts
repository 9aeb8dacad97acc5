/** Extended resources that DeviceClasses stand behind. Source: dynamic-resource-allocation, extended resource names. */

import type { DeviceClass } from '../../../api/objects.ts';
import type { ClusterState } from '../../cluster/cluster-state.ts';
import { isExtendedResource } from './resource-names.ts';

/** Each class is an extended resource of its own, too: this and its name. */
export const deviceClassPrefix = 'deviceclass.resource.kubernetes.io/';

/** Whether a class may stand behind a resource of this name. */
export function mayHaveClass(resource: string): boolean {
  return isExtendedResource(resource) || resource.startsWith(deviceClassPrefix);
}

/** The extended resources of all classes, by name. */
export class ClassResources {
  readonly #cluster: ClusterState;
  #classes: ReadonlyMap<string, DeviceClass> = new Map();
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
    return this.classOf(resource) !== undefined;
  }

  /** Of classes that name the same resource the newest, so that one can take the place of another; then the first by name. */
  classOf(resource: string): DeviceClass | undefined {
    const { generation } = this;
    if (generation !== this.#generation) {
      this.#classes = byResource(this.#cluster.objects.list('DeviceClass'));
      this.#generation = generation;
    }
    return this.#classes.get(resource);
  }
}

function byResource(classes: Iterable<DeviceClass>): ReadonlyMap<string, DeviceClass> {
  const found = new Map<string, DeviceClass>();
  for (const deviceClass of classes) {
    found.set(`${deviceClassPrefix}${deviceClass.metadata.name}`, deviceClass);
    const { extendedResourceName } = deviceClass.spec;
    if (extendedResourceName === undefined) continue;
    const known = found.get(extendedResourceName);
    if (known === undefined || goesBefore(deviceClass, known)) found.set(extendedResourceName, deviceClass);
  }
  return found;
}

function goesBefore({ metadata: a }: DeviceClass, { metadata: b }: DeviceClass): boolean {
  const [atA, atB] = [Date.parse(a.creationTimestamp ?? ''), Date.parse(b.creationTimestamp ?? '')];
  const later = (Number.isNaN(atA) ? 0 : atA) - (Number.isNaN(atB) ? 0 : atB);
  return later === 0 ? a.name < b.name : later > 0;
}

export const classResources = (cluster: ClusterState): ClassResources => new ClassResources(cluster);
