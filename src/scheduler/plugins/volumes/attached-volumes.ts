/**
 * Follows which volumes are attached where: by the pods that have a node, and by VolumeAttachments. A pod's volumes
 * are worked out when it comes to its node, and again when a claim, volume or class that they depend on changes.
 */
import type { CSINode, PersistentVolume, PersistentVolumeClaim, VolumeAttachment } from '../../../api/objects.ts';
import type { ClusterState } from '../../cluster/cluster-state.ts';
import type { PodInfo } from '../../cluster/pod-info.ts';
import { eachAssignedPod } from './assigned-pods.ts';
import { type AttachableVolume, attachablesOf, attachmentKey, mayAttach } from './attachable.ts';
import { type ClaimUsers, claimUsers } from './claim-users.ts';
import { claimKey } from './claims.ts';
import { sameMigration } from './in-tree.ts';
import { NodeUsage } from './node-usage.ts';

interface PodUsage {
  readonly usage: NodeUsage;
  readonly nodeName: string;
  readonly volumes: readonly AttachableVolume[];
}

export class AttachedVolumes {
  readonly #cluster: ClusterState;
  readonly #users: ClaimUsers;
  /** By node name: CSINodes and attachments may come before their node. */
  readonly #usages = new Map<string, NodeUsage>();
  readonly #pods = new Map<PodInfo, PodUsage>();
  /** Claims by the name of the volume that they say they have. */
  readonly #claimsOfVolume = new Map<string, Set<string>>();

  constructor(cluster: ClusterState) {
    this.#cluster = cluster;
    this.#users = cluster.part(claimUsers);
    const { objects } = cluster;
    for (const csiNode of objects.list('CSINode')) this.#csiNodeChanged(undefined, csiNode);
    for (const attachment of objects.list('VolumeAttachment')) this.#attachmentChanged(undefined, attachment);
    for (const claim of objects.list('PersistentVolumeClaim')) this.#noteVolume(claim);
    eachAssignedPod(cluster, (info, slot) => this.#add(info, slot));
    objects.listen('CSINode', (before, after) => this.#csiNodeChanged(before, after));
    objects.listen('VolumeAttachment', (before, after) => this.#attachmentChanged(before, after));
    objects.listen('PersistentVolumeClaim', (before, after) => this.#claimChanged(before, after));
    objects.listen('PersistentVolume', (before, after) => this.#volumeChanged(before, after));
    objects.listen('StorageClass', () => this.#refreshAll());
    cluster.listen({
      podAssigned: (info, slot) => this.#add(info, slot),
      podUnassigned: (info) => this.#remove(info),
    });
  }

  usage(nodeName: string): NodeUsage | undefined {
    return this.#usages.get(nodeName);
  }

  /** Volumes of a driver that VolumeAttachments name and no pod of the node uses. */
  attachedOnly(usage: NodeUsage, driver: string): number {
    if (usage.attachments.size === 0) return 0;
    const keys = new Set<string>();
    for (const { spec } of usage.attachments.values()) {
      if (spec.attacher !== driver || spec.source.persistentVolumeName === undefined) continue;
      const source = this.#cluster.objects.get('PersistentVolume', '', spec.source.persistentVolumeName)?.spec.source;
      if (source?.kind !== 'csi') continue;
      const key = attachmentKey(spec.attacher, source.volumeHandle);
      if (!usage.has(key)) keys.add(key);
    }
    return keys.size;
  }

  #usageFor(nodeName: string): NodeUsage {
    const known = this.#usages.get(nodeName);
    if (known !== undefined) return known;
    const usage = new NodeUsage();
    this.#usages.set(nodeName, usage);
    return usage;
  }

  #dropIfEmpty(nodeName: string, usage: NodeUsage): void {
    if (usage.isEmpty) this.#usages.delete(nodeName);
  }

  #add(info: PodInfo, slot: number): void {
    if (!info.pod.spec.volumes.some(({ source }) => mayAttach(source))) return;
    const nodeName = this.#cluster.nodeName(slot);
    const usage = this.#usageFor(nodeName);
    const attachables = attachablesOf(info.pod, this.#cluster.objects, false);
    if (attachables.kind === 'broken') usage.broken.set(info, attachables.reason);
    const volumes = attachables.kind === 'volumes' ? attachables.volumes.filter((volume) => usage.counts(volume)) : [];
    for (const volume of volumes) usage.add(volume);
    this.#pods.set(info, { usage, nodeName, volumes });
  }

  #remove(info: PodInfo): void {
    const known = this.#pods.get(info);
    if (known === undefined) return;
    this.#pods.delete(info);
    known.usage.broken.delete(info);
    for (const volume of known.volumes) known.usage.remove(volume);
    this.#dropIfEmpty(known.nodeName, known.usage);
  }

  #refresh(infos: Iterable<PodInfo>): void {
    for (const info of [...infos]) {
      if (!this.#pods.has(info)) continue;
      this.#remove(info);
      this.#add(info, info.slot);
    }
  }

  #refreshAll(): void {
    this.#refresh(this.#pods.keys());
  }

  #csiNodeChanged(before: CSINode | undefined, after: CSINode | undefined): void {
    const nodeName = (after ?? before)?.metadata.name ?? '';
    const usage = this.#usageFor(nodeName);
    usage.setCsiNode(after);
    const slot = this.#cluster.slotOf(nodeName);
    if (slot !== undefined && !sameMigration(before, after)) this.#refresh(this.#cluster.podsOn(slot));
    this.#dropIfEmpty(nodeName, usage);
  }

  #attachmentChanged(before: VolumeAttachment | undefined, after: VolumeAttachment | undefined): void {
    if (before !== undefined) {
      const { nodeName } = before.spec;
      const usage = this.#usages.get(nodeName);
      usage?.attachments.delete(before.metadata.name);
      if (usage !== undefined) this.#dropIfEmpty(nodeName, usage);
    }
    if (after !== undefined) this.#usageFor(after.spec.nodeName).attachments.set(after.metadata.name, after);
  }

  #claimChanged(before: PersistentVolumeClaim | undefined, after: PersistentVolumeClaim | undefined): void {
    if (before !== undefined && before.spec.volumeName !== '' && before.spec.volumeName !== after?.spec.volumeName) {
      const claims = this.#claimsOfVolume.get(before.spec.volumeName);
      claims?.delete(claimKey(before));
      if (claims?.size === 0) this.#claimsOfVolume.delete(before.spec.volumeName);
    }
    if (after !== undefined) this.#noteVolume(after);
    const claim = after ?? before;
    if (claim !== undefined) this.#refresh(this.#users.of(claimKey(claim)));
  }

  #noteVolume(claim: PersistentVolumeClaim): void {
    const { volumeName } = claim.spec;
    if (volumeName === '') return;
    const claims = this.#claimsOfVolume.get(volumeName);
    if (claims === undefined) this.#claimsOfVolume.set(volumeName, new Set([claimKey(claim)]));
    else claims.add(claimKey(claim));
  }

  #volumeChanged(before: PersistentVolume | undefined, after: PersistentVolume | undefined): void {
    const isSame = before?.spec.source === after?.spec.source && before?.metadata.labels === after?.metadata.labels;
    const volume = after ?? before;
    if (isSame || volume === undefined) return;
    for (const key of this.#claimsOfVolume.get(volume.metadata.name) ?? []) this.#refresh(this.#users.of(key));
  }
}

export const attachedVolumes = (cluster: ClusterState): AttachedVolumes => new AttachedVolumes(cluster);
