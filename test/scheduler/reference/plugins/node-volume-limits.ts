/** How many volumes of a CSI driver a node can have attached. Migration of in-tree volumes to CSI is left out. */
import type { Node, PersistentVolumeClaim, Pod } from '../../../../src/api/objects.ts';
import { claimNotFound, claimVolumesOf, classOfClaim, findClaim, whyNotForPod } from '../claims.ts';
import { findObject, namespaceOf, objectsOf, type ReferenceCluster } from '../cluster.ts';
import { type ReferencePlugin, type Rejection, skip, success, unresolvable, unschedulable } from '../plugin.ts';

/** Driver by a name that is unique among its volumes. */
type Volumes = ReadonlyMap<string, string>;

/** Volumes that could be handled by CSI, migrated or not. */
const attachable = ['persistentVolumeClaim', 'ephemeral', 'gcePersistentDisk', 'awsElasticBlockStore', 'azureDisk'];

export const nodeVolumeLimits: ReferencePlugin = {
  name: 'NodeVolumeLimits',

  preFilter: ({ pod }) => (pod.spec.volumes.some(({ source }) => attachable.includes(source.kind)) ? success : skip),

  filter({ cluster, pod }, { node, pods }) {
    const problem = whyUncountable(cluster, pod) ?? whyStrange(cluster, pod);
    if (problem !== undefined) return problem;
    const limits = limitsOf(cluster, node);
    if (volumesOf(cluster, pod).size === 0 || limits.length === 0) return undefined;
    const strange = pods.flatMap((other) => whyStrange(cluster, other) ?? [])[0];
    if (strange !== undefined) return strange;
    const attached = new Map(pods.flatMap((other) => [...volumesOf(cluster, other)]));
    // A volume that is attached already, but to no pod any more, is counted here and again as the pod's own.
    const lingering = [...attachmentsOf(cluster, node)].filter(([name]) => !attached.has(name));
    const fresh = [...volumesOf(cluster, pod)].filter(([name]) => !attached.has(name));
    const isFull = [...limits].some(([driver, limit]) => {
      const count = (volumes: Iterable<readonly [string, string]>): number =>
        [...volumes].filter(([, other]) => other === driver).length;
      return count(fresh) > 0 && count(attached) + count(lingering) + count(fresh) > limit;
    });
    return isFull ? unschedulable('node(s) exceed max volume count') : undefined;
  },
};

/** A running pod's missing claim is passed over, but not that of the pod that waits. */
function whyUncountable(cluster: ReferenceCluster, pod: Pod): Rejection | undefined {
  const missing = claimVolumesOf(pod).find(({ claimName }) => findClaim(cluster, pod, claimName) === undefined);
  if (missing === undefined) return undefined;
  const where = `${namespaceOf(pod)}/${missing.claimName}`;
  return unresolvable(`looking up PVC ${where}: ${claimNotFound(missing.claimName)}`);
}

/** An ephemeral volume whose claim is not the pod's own makes the whole attempt fail, on whatever pod it is. */
function whyStrange(cluster: ReferenceCluster, pod: Pod): Rejection | undefined {
  for (const { claimName, isEphemeral } of claimVolumesOf(pod)) {
    const claim = isEphemeral ? findClaim(cluster, pod, claimName) : undefined;
    const why = claim === undefined ? undefined : whyNotForPod(pod, claim);
    if (why !== undefined) return { code: 'error', reasons: [why] };
  }
  return undefined;
}

function limitsOf(cluster: ReferenceCluster, node: Node): [driver: string, limit: number][] {
  const drivers = findObject(cluster, 'CSINode', '', node.metadata.name)?.spec.drivers ?? [];
  return drivers.flatMap(({ name, allocatable }): [string, number][] =>
    allocatable?.count === undefined ? [] : [[name, allocatable.count]],
  );
}

function volumesOf(cluster: ReferenceCluster, pod: Pod): Volumes {
  const claims = claimVolumesOf(pod).flatMap(({ claimName }) => findClaim(cluster, pod, claimName) ?? []);
  return new Map(claims.flatMap((claim) => volumeOfClaim(cluster, claim)));
}

function volumeOfClaim(cluster: ReferenceCluster, claim: PersistentVolumeClaim): [name: string, driver: string][] {
  const volume = findObject(cluster, 'PersistentVolume', '', claim.spec.volumeName);
  if (volume !== undefined) {
    const { source } = volume.spec;
    return source.kind === 'csi' ? [[`${source.driver}/${source.volumeHandle}`, source.driver]] : [];
  }
  const storageClass = findObject(cluster, 'StorageClass', '', classOfClaim(claim));
  if (storageClass === undefined || storageClass.provisioner === '') return [];
  const { namespace = '', name } = claim.metadata;
  // The volume is still to be made. NUL: no handle of a volume that exists is like this.
  return [[`${storageClass.provisioner}/\u0000${namespace}/${name}`, storageClass.provisioner]];
}

function attachmentsOf(cluster: ReferenceCluster, node: Node): Volumes {
  const attachments = objectsOf(cluster, 'VolumeAttachment').filter(({ spec }) => spec.nodeName === node.metadata.name);
  const volumes = attachments.flatMap(({ spec }) => {
    const name = spec.source.persistentVolumeName;
    return name === undefined ? [] : (findObject(cluster, 'PersistentVolume', '', name) ?? []);
  });
  return new Map(
    volumes.flatMap(({ spec: { source } }): [string, string][] =>
      source.kind === 'csi' ? [[`${source.driver}/${source.volumeHandle}`, source.driver]] : [],
    ),
  );
}
