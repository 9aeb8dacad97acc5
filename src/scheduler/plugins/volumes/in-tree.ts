/**
 * Volumes of plugins that were once part of Kubernetes, as the CSI drivers that have taken over name them. A node has
 * moved to the drivers of the plugins that an annotation of its CSINode lists.
 * Source: k8s.io/csi-translation-lib. What is left out: topology labels of such volumes are not renamed to the
 * drivers' own; nodes that have moved carry both.
 */
import type { CSINode, PersistentVolume, VolumeSource } from '../../../api/objects.ts';

const migratedAnnotation = 'storage.alpha.kubernetes.io/migrated-plugins';

/** In-tree plugin to CSI driver. */
const drivers: ReadonlyMap<string, string> = new Map([
  ['kubernetes.io/aws-ebs', 'ebs.csi.aws.com'],
  ['kubernetes.io/gce-pd', 'pd.csi.storage.gke.io'],
  ['kubernetes.io/azure-disk', 'disk.csi.azure.com'],
  ['kubernetes.io/azure-file', 'file.csi.azure.com'],
  ['kubernetes.io/cinder', 'cinder.csi.openstack.org'],
  ['kubernetes.io/portworx-volume', 'pxd.portworx.com'],
  ['kubernetes.io/vsphere-volume', 'csi.vsphere.vmware.com'],
]);

export interface TranslatedVolume {
  /** Counts only on nodes that have moved this plugin to its driver. */
  readonly plugin: string;
  readonly driver: string;
  readonly handle: string;
}

/** Absent for a provisioner that is a CSI driver itself. */
export function driverOfPlugin(provisioner: string): string | undefined {
  return drivers.get(provisioner);
}

const noPlugins: ReadonlySet<string> = new Set();

export function migratedPlugins(csiNode: CSINode | undefined): ReadonlySet<string> {
  const list = csiNode?.metadata.annotations[migratedAnnotation];
  return list === undefined || list === '' ? noPlugins : new Set(list.split(','));
}

export function sameMigration(a: CSINode | undefined, b: CSINode | undefined): boolean {
  return a?.metadata.annotations[migratedAnnotation] === b?.metadata.annotations[migratedAnnotation];
}

export function isInlineMigratable({ kind }: VolumeSource): boolean {
  return kind === 'gcePersistentDisk' || kind === 'awsElasticBlockStore' || kind === 'azureDisk';
}

/** A disk that the pod names itself: its zone is not known. */
export function translateInline(source: VolumeSource): TranslatedVolume | undefined {
  switch (source.kind) {
    case 'gcePersistentDisk':
      return translated('kubernetes.io/gce-pd', `projects/UNSPECIFIED/zones/UNSPECIFIED/disks/${source.pdName}`);
    case 'awsElasticBlockStore':
      return translated('kubernetes.io/aws-ebs', ebsHandle(source.volumeID));
    case 'azureDisk':
      return translated('kubernetes.io/azure-disk', source.diskName);
    default:
      return undefined;
  }
}

export function translateVolume({
  metadata: { labels },
  spec: { source },
}: PersistentVolume): TranslatedVolume | undefined {
  switch (source.kind) {
    case 'gcePersistentDisk':
      return translated('kubernetes.io/gce-pd', `projects/UNSPECIFIED/${gcePlace(labels)}/disks/${source.pdName}`);
    case 'awsElasticBlockStore':
      return translated('kubernetes.io/aws-ebs', ebsHandle(source.volumeID));
    case 'azureDisk':
      return translated('kubernetes.io/azure-disk', source.diskName);
    default:
      return undefined;
  }
}

function translated(plugin: string, handle: string): TranslatedVolume {
  return { plugin, driver: drivers.get(plugin) ?? '', handle };
}

const zoneLabels = ['topology.kubernetes.io/zone', 'failure-domain.beta.kubernetes.io/zone'];

/** A disk of several zones is its region's. */
function gcePlace(labels: Readonly<Record<string, string>>): string {
  const zones =
    zoneLabels
      .map((label) => labels[label])
      .find(Boolean)
      ?.split('__') ?? [];
  const [zone = 'UNSPECIFIED'] = zones;
  return zones.length > 1 ? `regions/${zone.slice(0, zone.lastIndexOf('-'))}` : `zones/${zone}`;
}

/** `aws://us-east-1a/vol-1` and `vol-1` are the same. */
function ebsHandle(volumeId: string): string {
  return volumeId.startsWith('aws://') ? volumeId.slice(volumeId.lastIndexOf('/') + 1) : volumeId;
}
